"""A crisis: the order that opens it, its states, and what may follow what."""

import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from domain.authority import Authority
from domain.errors import (
    CallBackMissingError,
    FutureInstantError,
    UnknownAuthorityError,
)
from domain.order_errors import AcceleratedCrisisError, StaleAcceleratedOrderError
from domain.privacy import refuse_patient_data
from domain.wave import Kinetic

LOCAL_LABEL = "la CPTS"
CLOCK_SKEW = timedelta(minutes=2)  # a phone's clock may run ahead of the server's
_FRESH = timedelta(hours=1)


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

    @property
    def is_over(self) -> bool:
        """Is nothing due any more?"""
        return self in {CrisisState.CLOSED, CrisisState.CANCELLED}


_RUNNING = frozenset(
    {CrisisState.PRE_ALERT, CrisisState.ACTIVE_TO_CONFIRM, CrisisState.ACTIVE}
)


def _composed(text: object) -> object:
    """Compose accents: what a Mac types decomposed is one text with the others."""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else text


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


_Said = Annotated[str, BeforeValidator(_composed)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]  # one order, one key
Reference = Annotated[
    str, BeforeValidator(_composed), Field(min_length=1, max_length=120)
]
"""What names the written decision of an authority."""


def refuse_future(now: datetime, *instants: datetime) -> None:
    """Refuse an instant that is not past, within what clocks differ.

    Raises:
        FutureInstantError: One is not.
    """
    if any(at > now + CLOCK_SKEW for at in instants):
        raise FutureInstantError


def folded_reference(reference: str) -> str:
    """Give a reference as it is compared: case and spaces say nothing."""
    return " ".join(reference.casefold().split())


class OrderChannel(StrEnum):
    """How the order came."""

    PHONE = "TELEPHONE"
    EMAIL = "COURRIEL"
    IN_PERSON = "EN_PERSONNE"
    FORM = "FORMULAIRE"  # of the link that the CPTS gave to an authority


class Origin(StrEnum):
    """Who mobilises the CPTS."""

    AUTHORITY = "AUTORITE"
    LOCAL = "INITIATIVE_LOCALE"  # useful, not payable until an authority recognises it


class ActivatedType(BaseModel):
    """One type of crisis of an activation, and the scenarios of the plan it follows."""

    model_config = ConfigDict(frozen=True)

    code: str
    scenarios: tuple[str, ...] = Field(min_length=1)


class Confirmation(BaseModel):
    """The writing that confirms an order, and the authority that signed it."""

    model_config = ConfigDict(frozen=True)

    reference: str
    authority: Authority | None


class Activation(BaseModel):
    """The order that opens a crisis, as the one who received it recorded it."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    origin: Origin = Origin.AUTHORITY
    types: tuple[ActivatedType, ...] = Field(min_length=1)
    authority: Authority | None = None  # none: a local initiative
    acting_for: _Said = Field(
        default="", max_length=80
    )  # « le préfet, par délégation »
    caller: _Said = Field(min_length=2, max_length=80)  # of a local one: who decided
    caller_function: _Said = Field(default="", max_length=80)
    channel: OrderChannel = OrderChannel.PHONE
    received_at: Instant
    called_back_at: Instant | None = None  # none: PRE_ALERTE
    reference: _Said | None = Field(default=None, min_length=1, max_length=120)
    place: _Said = Field(min_length=2, max_length=60)
    perimeter: _Said = Field(min_length=2, max_length=200)
    zones: tuple[str, ...] = ()  # of the CPTS; none said: all
    mission: _Said = Field(min_length=2, max_length=300)
    kinetic: Kinetic | None = None  # none: that of the fastest scenario
    exercise: bool = False
    pace: int = Field(default=1, ge=1, le=600)

    def check(self, now: datetime) -> None:
        """Refuse what the rules forbid.

        Raises:
            CallBackMissingError: The call-back comes before the order.
            FutureInstantError: The order or the call-back is not past.
            PatientDataError: A free text holds a patient's identity.
            StaleAcceleratedOrderError: Time was to run faster from long ago: its
                cards would recur by thousands at once.
            UnknownAuthorityError: No authority gave the order, and it is no
                local initiative; or both.
        """
        refuse_patient_data(
            self.place, self.perimeter, self.mission, self.reference or ""
        )
        if (self.authority is None) is not (self.origin is Origin.LOCAL):
            raise UnknownAuthorityError
        refuse_future(now, self.received_at, self.called_back_at or now)
        if self.is_stale(now):
            raise StaleAcceleratedOrderError
        if self.called_back_at and self.called_back_at < self.received_at:
            raise CallBackMissingError(authority=str(self.authority))

    def check_pace(self, *, fictitious: bool) -> None:
        """Refuse that time run faster in a crisis that is no demonstration.

        Args:
            fictitious: Is the CPTS an invented one?

        Raises:
            AcceleratedCrisisError: It would.
        """
        if self.pace > 1 and not (self.exercise or fictitious):
            raise AcceleratedCrisisError

    def is_stale(self, now: datetime) -> bool:
        """Was time to run faster from long ago?"""
        return self.pace > 1 and now - self.received_at > _FRESH

    @property
    def opening_state(self) -> CrisisState:
        """Say the state it opens.

        Without a call-back, a pre-alert; a local initiative is decided, not called
        back. Without a written reference, to be confirmed.
        """
        if self.origin is Origin.LOCAL:
            return CrisisState.ACTIVE_TO_CONFIRM
        if self.called_back_at is None:
            return CrisisState.PRE_ALERT
        return CrisisState.ACTIVE if self.reference else CrisisState.ACTIVE_TO_CONFIRM

    @property
    def order_key(self) -> str:
        """Name the order itself, so that it opens one crisis only.

        A written reference names it; else the authority and the minute it came.
        """
        named = self.reference or f"{self.received_at:%Y-%m-%dT%H:%MZ}"
        kind = "exercice" if self.exercise else "ordre"
        giver = self.authority or self.origin
        return f"{kind}:{giver}:{folded_reference(named)}"

    def repeats(self, other: Self, confirmed: Confirmation | None) -> bool:
        """Say if this is the order that opened another crisis, told again.

        Args:
            other: The order that opened it.
            confirmed: What names it in writing by now.
        """
        if self.exercise is not other.exercise:
            return False
        if self.reference and confirmed:
            named = folded_reference(self.reference) == folded_reference(
                confirmed.reference
            )
            return named and self.authority in {other.authority, confirmed.authority}
        heard, known = (
            each.received_at.replace(second=0, microsecond=0) for each in (self, other)
        )
        return heard == known and self.giver == other.giver

    @property
    def giver(self) -> str:
        """Who asks, with the article: {autorite} of the messages."""
        return self.authority.label if self.authority else LOCAL_LABEL

    @property
    def of_giver(self) -> str:
        """Who asks, after « de »: {de_autorite} of the messages."""
        return self.authority.of_label if self.authority else f"de {LOCAL_LABEL}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The types, in the order of the order."""
        return tuple(each.code for each in self.types)
