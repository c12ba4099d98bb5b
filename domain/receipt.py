"""What a provider, or a mail server, says became of a message: told twice, no harm."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.provider import Provider
from domain.provider_call import Told


class Receipt(StrEnum):
    """How a message ended; what is on its way says nothing yet."""

    DELIVERED = "REMIS"
    FAILED = "ECHEC"


class ReceiptNote(BaseModel):
    """One receipt: of a delivery by our own id, or by what the provider calls it."""

    model_config = ConfigDict(frozen=True)

    provider: str | None = None  # None: the mail server
    cpts_id: str | None = None
    delivery_id: str | None = None
    provider_id: str | None = None
    return_code: str | None = None  # of a mail that came back
    receipt: Receipt
    reason: str | None
    at: datetime

    def adds_to(self, known: Receipt | None) -> bool:
        """Does it say more than what is known? What arrived has arrived."""
        if known is None:
            return True
        return known is Receipt.FAILED and self.receipt is Receipt.DELIVERED

    @classmethod
    def read(cls, provider: Provider, posted: object, at: datetime) -> Self | None:
        """Read what a provider posted; None if the message has not ended."""
        known = provider.receipts
        told = known.read(posted) if known else {}
        state = told.get(Told.STATE)
        if known is None or state is None:
            return None
        if state in known.delivered:
            receipt = Receipt.DELIVERED
        elif state in known.failed:
            receipt = Receipt.FAILED
        else:
            return None
        return cls(
            provider=provider.code,
            delivery_id=told.get(Told.REFERENCE),
            provider_id=told.get(Told.ID),
            receipt=receipt,
            reason=told.get(Told.REASON) or f"état {state}",
            at=at,
        )
