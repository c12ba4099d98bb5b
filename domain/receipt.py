"""What a provider says became of a message: told twice or out of order, no harm."""

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

    provider: str
    cpts_id: str | None
    delivery_id: str | None
    provider_id: str | None
    receipt: Receipt
    reason: str | None
    at: datetime

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
            cpts_id=None,
            delivery_id=told.get(Told.REFERENCE),
            provider_id=told.get(Told.ID),
            receipt=receipt,
            reason=told.get(Told.REASON) or f"état {state}",
            at=at,
        )
