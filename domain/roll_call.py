"""The same thing asked of many members: to enrol, to say it is exact, to answer a test.

Source: docs/sources.md#contacts
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from pydantic import BaseModel, ConfigDict

from domain.notice import NoticeKind
from domain.wave import Channel

TEST_WITHIN = timedelta(minutes=20)  # who answers within is reached
PASSED_AT = 80  # percent, as the exercise TEST_ALERTE of the trame wants
EXACT_FOR = timedelta(days=150)  # who confirmed since is left in peace
OPEN_FOR = timedelta(days=30)  # then its end is written down
_TEST_MONTHS = (3, 6, 9, 12)  # neither August nor the month that calls authorities
_EXACT_MONTHS = (5, 11)


class RollCallKind(StrEnum):
    """What is asked of everybody."""

    ENROL = "INSCRIPTION"
    EXACT = "EXACT"  # « toujours exact ? »
    TEST = "ESSAI"  # a test of alert: one tap

    @property
    def letter(self) -> NoticeKind:
        """The letter that asks it."""
        return NoticeKind(self.value)


class RollCall(BaseModel):
    """One of them."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    roll_call_id: str
    kind: RollCallKind
    opened_at: datetime
    opened_by: str
    letters: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who was asked."""

    person_id: str
    answered_at: datetime | None
    left: bool  # did the letter leave, or is it about to?
    reason: str | None  # why it did not


@dataclass(frozen=True, slots=True)
class RollCallResult:
    """Where one stands."""

    call: RollCall
    people: tuple[Called, ...]

    @property
    def answered(self) -> tuple[Called, ...]:
        """Those who answered, whenever."""
        return tuple(each for each in self.people if each.answered_at is not None)

    @property
    def in_time(self) -> tuple[Called, ...]:
        """Those who answered a test soon enough."""
        limit = self.call.opened_at + TEST_WITHIN
        return tuple(e for e in self.people if e.answered_at and e.answered_at <= limit)

    @property
    def missing(self) -> tuple[Called, ...]:
        """Those to telephone."""
        return tuple(each for each in self.people if each.answered_at is None)

    @property
    def percent(self) -> int:
        """The share of those asked who were reached; rounded down."""
        reached = self.in_time if self.call.kind is RollCallKind.TEST else self.answered
        return len(reached) * 100 // len(self.people) if self.people else 0

    @property
    def median_delay(self) -> timedelta | None:
        """Half of those who answered did within; none if nobody did."""
        delays = [
            (each.answered_at - self.call.opened_at).total_seconds()
            for each in self.people
            if each.answered_at
        ]
        return timedelta(seconds=median(delays)) if delays else None


TEST_CALLS_AFTER = timedelta(minutes=10)  # whom neither mail nor text reached
_SUFFIXES = {Channel.MAIL: "", Channel.TEXT: "-sms", Channel.CALL: "-appel"}


def topic_of(call_id: str, channel: Channel) -> str:
    """Name what a channel says of a roll call: its link proves that address alone."""
    return f"{call_id}{_SUFFIXES[channel]}"


def topics_of(call_id: str) -> tuple[str, ...]:
    """Name all that may be said of a roll call."""
    return tuple(topic_of(call_id, channel) for channel in Channel)


def call_of(topic: str) -> str:
    """Give the roll call that a topic is about."""
    for suffix in filter(None, _SUFFIXES.values()):
        topic = topic.removesuffix(suffix)
    return topic


def roll_call_id(kind: RollCallKind, day: date) -> str:
    """Name the one of a kind and a day: `2026-11-22-essai`."""
    return f"{day.isoformat()}-{kind.value.lower()}"


def period_of(kind: RollCallKind, day: date) -> str:
    """Name the period in which one is enough: a quarter, half a year."""
    months = 3 if kind is RollCallKind.TEST else 6
    return f"{day.year}-{(day.month - 1) // months + 1}"


def opens_in(kind: RollCallKind, day: date) -> bool:
    """Is it the month in which the calendar opens one, if the period has none?"""
    months = {RollCallKind.TEST: _TEST_MONTHS, RollCallKind.EXACT: _EXACT_MONTHS}
    return day.month in months.get(kind, ())
