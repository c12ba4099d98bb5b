"""A document on its way to an authority: sent, reminded twice, then handed back.

Source: docs/sources.md#receipts
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from domain.dispatch import BatchRef
from domain.letter import TransmissionKind

LETTERS = (
    TransmissionKind.DOCUMENT,
    TransmissionKind.REMINDER,
    TransmissionKind.REMINDER,
    TransmissionKind.NO_RECEIPT,  # to the coordinator
)
PATIENCE = timedelta(days=2)
LINK_LIFE = timedelta(days=365)
RECEIVER = "ARS_DD"
PLAN = "PLAN"  # a numbered copy of the plan: it belongs to no crisis
PUBLIC_PLAN = "PLAN_PUBLIC"  # what members and partners read


class Transmission(BaseModel):
    """What `transmission` needs to know; no name in it."""

    model_config = ConfigDict(frozen=True)

    batches: tuple[BatchRef, ...] = ()  # letters still to hand over
    next_at: datetime | None = None  # when the next letter is due, if no receipt
    ended: bool = False

    def letter_due(self, now: datetime) -> bool:
        """Say if silence has lasted long enough for the next letter."""
        return self.next_at is not None and now >= self.next_at
