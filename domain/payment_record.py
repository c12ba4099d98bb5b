"""What the CPAM wrote of a payment, typed in: never computed, corrected by appending.

Source: docs/sources.md#fixed-part
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Part(StrEnum):
    """Which part of mission 4 a sum belongs to."""

    FIXED = "FIXE"
    VARIABLE = "VARIABLE"

    @property
    def label(self) -> str:
        """The part, after « de »."""
        return "la part fixe" if self is Part.FIXED else "la part variable"


class Slice(StrEnum):
    """Which share of a contract year a sum is."""

    ADVANCE = "AVANCE"
    BALANCE = "SOLDE"
    WHOLE = "TOTAL"

    @property
    def label(self) -> str:
        """The share, in words."""
        return {"AVANCE": "avance", "SOLDE": "solde"}.get(self, "total")


class PaymentState(StrEnum):
    """What the CPAM did: it said so, or the sum arrived."""

    NOTIFIED = "NOTIFIE"
    PAID = "PAYE"

    @property
    def label(self) -> str:
        """What was done."""
        return "notifié" if self is PaymentState.NOTIFIED else "payé"


class Payment(BaseModel):
    """One sum as it was typed in."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    payment_id: str
    part: Part
    slice: Slice
    year_first_on: date  # of the contract year
    state: PaymentState
    amount: int  # euros
    on: date  # of the notification, or of the payment
    reference: str | None
    at: datetime  # when it was typed in

    def replaces(self, other: "Payment") -> bool:
        """Is it about the same sum?"""
        return self.about == other.about

    def repeats(self, other: "Payment") -> bool:
        """Does it say of the same sum what the other said?"""
        said = (self.amount, self.on, self.reference)
        return self.replaces(other) and said == (
            other.amount,
            other.on,
            other.reference,
        )

    @property
    def about(self) -> tuple[Part, Slice, date, PaymentState]:
        """Name the sum that it speaks of."""
        return self.part, self.slice, self.year_first_on, self.state


def standing(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """Keep the last word on each sum, in the order in which they were first typed."""
    kept: list[Payment] = []
    for payment in payments:
        before = [at for at, each in enumerate(kept) if payment.replaces(each)]
        if before:
            kept[before[0]] = payment
        else:
            kept.append(payment)
    return tuple(kept)
