"""A crisis: the order that opens it, its states, and what may follow what."""

import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from domain.authority import Authority
from domain.errors import CallBackMissingError, FutureInstantError
from domain.privacy import refuse_patient_data

CLOCK_SKEW = timedelta(minutes=2)  # a phone's clock may run ahead of the server's


class CrisisState(StrEnum):
    """Where a crisis stands (Source: docs/sources.md#states)."""

    PRE_ALERT = "PRE_ALERTE"
    ACTIVE_TO_CONFIRM = "ACTIVE_A_CONFIRMER"
    ACTIVE = "ACTIVE"
    LIFTED = "LEVEE"
    RETEX = "RETEX"
    CLOSED = "CLOTUREE"
    CANCELLED = "ANNULEE"

    @property
    def takes_answers(self) -> bool:
        """May people still be asked, and answer?"""
        return self in _RUNNING


_RUNNING = frozenset(
    {CrisisState.PRE_ALERT, CrisisState.ACTIVE_TO_CONFIRM, CrisisState.ACTIVE}
)


def _composed(text: object) -> object:
    """Compose accents: what a Mac types decomposed is one text with the others."""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else text


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


_Said = Annotated[str, BeforeValidator(_composed)]
_Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]  # one order, one key


class OrderChannel(StrEnum):
    """How the order came."""

    PHONE = "TELEPHONE"
    EMAIL = "COURRIEL"
    IN_PERSON = "EN_PERSONNE"


class Activation(BaseModel):
    """The order of an authority, as the one who received it recorded it."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    type_code: str
    scenario: str
    authority: Authority
    caller: _Said = Field(min_length=2, max_length=80)
    caller_function: _Said = Field(default="", max_length=80)
    channel: OrderChannel = OrderChannel.PHONE
    received_at: _Instant
    called_back_at: _Instant | None = None
    reference: _Said | None = Field(default=None, min_length=1, max_length=120)
    place: _Said = Field(min_length=2, max_length=60)
    perimeter: _Said = Field(min_length=2, max_length=200)
    mission: _Said = Field(min_length=2, max_length=300)
    exercise: bool = False
    pace: int = Field(default=1, ge=1, le=600)

    def check(self, now: datetime) -> None:
        """Refuse what the rules forbid.

        Raises:
            CallBackMissingError: Nobody called the authority back (card TC-01).
            FutureInstantError: The order or the call-back is not past.
            PatientDataError: A free text holds a patient's identity.
        """
        refuse_patient_data(
            self.place, self.perimeter, self.mission, self.reference or ""
        )
        if self.called_back_at is None:
            raise CallBackMissingError(authority=self.authority)
        if max(self.received_at, self.called_back_at) > now + CLOCK_SKEW:
            raise FutureInstantError
        if self.called_back_at < self.received_at:
            raise CallBackMissingError(authority=self.authority)

    @property
    def opening_state(self) -> CrisisState:
        """Say the state it opens: without a written reference, to be confirmed."""
        return CrisisState.ACTIVE if self.reference else CrisisState.ACTIVE_TO_CONFIRM

    @property
    def order_key(self) -> str:
        """Name the order itself, so that it opens one crisis only.

        A written reference names it; else the authority and the minute it came.
        """
        named = self.reference or f"{self.received_at:%Y-%m-%dT%H:%MZ}"
        kind = "exercice" if self.exercise else "ordre"
        return f"{kind}:{self.authority}:{' '.join(named.casefold().split())}"

    @property
    def payable(self) -> bool:
        """Could it count for the variable part (Source: docs/sources.md#payable)?"""
        return bool(self.reference) and not self.exercise and self.pace == 1
