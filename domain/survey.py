"""The flash survey: is each place of care open, slowed or closed?

Places are asked, not people: one current answer a place, whoever gives it.

Source: docs/sources.md#flash-survey
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.night import Ground, Night
from domain.reference import WaveRef
from domain.structure import Structure, StructureKind
from domain.wave import Channel

SURVEY = "ENQUETE_FLASH"


class PlaceAnswer(StrEnum):
    """What a place answers."""

    OPEN = "OUVERT"
    SLOWED = "DEGRADE"
    CLOSED = "FERME"


class PlaceState(StrEnum):
    """Where a place stands in the last survey: silence never means closed."""

    OPEN = "OUVERT"
    SLOWED = "DEGRADE"
    CLOSED = "FERME"
    SILENT = "SANS_REPONSE"
    CLOSED_AT_NIGHT = "FERME_LA_NUIT"  # asked in the morning: it is not on duty


class PlaceGroup(StrEnum):
    """Places as the situation report groups them."""

    SURGERIES = "cabinets"  # health houses and centres among them
    PHARMACIES = "officines"
    OTHERS = "autres_lieux"

    @classmethod
    def of(cls, kind: StructureKind) -> Self:
        """The group of a kind of place."""
        return cls(_GROUPS.get(kind, "autres_lieux"))


_GROUPS = {
    StructureKind.SURGERY: "cabinets",
    StructureKind.HEALTH_HOUSE: "cabinets",
    StructureKind.HEALTH_CENTRE: "cabinets",
    StructureKind.PHARMACY: "officines",
}


class SaidForPlace(BaseModel):
    """The current answer of a place, and who gave it."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    answer: PlaceAnswer
    at: datetime
    name: str | None = None  # null: they did not say
    slots: int | None = None
    need: str | None = None
    reopens_at: datetime | None = None


class SurveyedPlace(BaseModel):
    """A place, and what is known of it since its last survey opened."""

    model_config = ConfigDict(frozen=True)

    place: Structure
    state: PlaceState
    said: SaidForPlace | None = None


class PlaceCounts(BaseModel):
    """Places by state: each in one of them."""

    model_config = ConfigDict(frozen=True)

    open: int = 0
    slowed: int = 0
    closed: int = 0
    silent: int = 0
    closed_at_night: int = 0

    @classmethod
    def of(cls, states: Iterable[PlaceState]) -> Self:
        """Count places by state."""
        counted = Counter(states)
        return cls(**{state.name.lower(): counted[state] for state in PlaceState})

    def proof(self) -> dict[str, int]:
        """Write them as the card that asks for them proves it."""
        return {
            "ouverts": self.open,
            "degrades": self.slowed,
            "fermes": self.closed,
            "sans_reponse": self.silent,
        }

    @property
    def total(self) -> int:
        """Every place, asked or not."""
        asked = self.open + self.slowed + self.closed + self.silent
        return asked + self.closed_at_night


@dataclass(frozen=True, slots=True)
class Asked:
    """The last survey that asks one place: it may still have to leave."""

    wave: WaveRef
    opened_at: datetime
    leaves_at: datetime
    closed_at: datetime | None = None

    def left_by(self, now: datetime) -> bool:
        """Had it left at this instant? Closed before its hour, it never does."""
        return self.leaves_at <= (self.closed_at or now)

    def waits(self, now: datetime) -> bool:
        """Is it still to leave?"""
        return self.closed_at is None and now < self.leaves_at


@dataclass(frozen=True, slots=True)
class Round:
    """Places that a survey asks at the same hour."""

    places: tuple[Structure, ...]
    leaves_at: datetime


def to_ask(
    places: Iterable[Structure],
    zones: Collection[str],
    night: Night,
    now: datetime,
    before: Mapping[str, Asked],
) -> tuple[Round, ...]:
    """Say which places a survey asks, and when.

    By night, in a fast crisis, the pharmacies on duty at once, the others in the
    morning; in a slow one everybody in the morning. What the morning asks already is
    not asked twice.

    Args:
        places: Those of the crisis.
        zones: Where it asks; none said: everywhere.
        night: The nights of the crisis.
        now: When the survey is ready.
        before: Surveys that were opened before, by place.
    """
    wanted = tuple(p for p in places if not zones or p.zone in zones)
    if not night.falls_at(now):
        return _not_empty(Round(wanted, now))
    at_once: tuple[Structure, ...] = ()
    if Ground.ON_DUTY in night.grounds(SURVEY)[Channel.MAIL]:
        evening = evening_of(night, now).date()
        at_once = tuple(
            place
            for place in wanted
            if place.kind is StructureKind.PHARMACY and place.on_duty(evening)
        )
    waiting = {code for code, asked in before.items() if asked.waits(now)}
    later = tuple(
        place for place in wanted if place not in at_once and place.code not in waiting
    )
    return _not_empty(Round(at_once, now), Round(later, night.morning_after(now)))


def _not_empty(*rounds: Round) -> tuple[Round, ...]:
    return tuple(each for each in rounds if each.places)


def evening_of(night: Night, now: datetime) -> datetime:
    """The local evening on which the night of this instant began."""
    local = now.astimezone(night.zone)
    return local - timedelta(days=1) if local.time() < night.table.ends else local


def stand(
    place: Structure, said: SaidForPlace | None, asked: Asked | None, now: datetime
) -> SurveyedPlace:
    """Say where a place stands since its last survey opened; older answers are past."""
    if said is not None and (asked is None or said.at >= asked.opened_at):
        return SurveyedPlace(place=place, state=PlaceState(said.answer), said=said)
    silent = asked is not None and asked.left_by(now)
    state = PlaceState.SILENT if silent else PlaceState.CLOSED_AT_NIGHT
    return SurveyedPlace(place=place, state=state)


def last_departure(asked: Iterable[Asked], now: datetime) -> datetime | None:
    """Say when a survey last left; None: none did yet."""
    left = (each.leaves_at for each in asked if each.left_by(now))
    return max(left, default=None)
