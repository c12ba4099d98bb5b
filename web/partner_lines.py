"""The partners to call, as the board lists them."""

from dataclasses import dataclass
from typing import Self

from domain.partner import PARTNER_LABELS, ToldPartner


@dataclass(frozen=True)
class PartnerLine:
    """A partner to call: it needs something, or did not answer."""

    name: str
    state: str
    need: str
    phone: str

    @classmethod
    def of(cls, told: ToldPartner) -> Self:
        """Say one partner."""
        return cls(
            name=told.partner.name,
            state=PARTNER_LABELS[told.state],
            need=(told.said and told.said.need) or "",
            phone=told.phone,
        )
