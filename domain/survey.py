"""The flash survey: is each place of care open, slowed or closed?

Places are asked, not people: one current answer a place, whoever gives it.

Source: docs/sources.md#flash-survey
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.night import Ground, Night
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
    CLOSED_AT_NIGHT = "FERME_LA_NUIT"  # not asked: it is not on duty


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
    """A place, and what is known of it since the last survey left."""

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


def to_ask(
    places: Iterable[Structure], zones: Collection[str], night: Night, now: datetime
) -> tuple[tuple[Structure, ...], datetime]:
    """Say which places a survey asks, and when it leaves.

    By night, in a fast crisis, the pharmacies on duty at once, nobody else; in a slow
    one everybody, in the morning.

    Args:
        places: Those of the crisis.
        zones: Where it asks; none said: everywhere.
        night: The nights of the crisis.
        now: When the survey is ready.
    """
    wanted = tuple(p for p in places if not zones or p.zone in zones)
    if not night.falls_at(now):
        return wanted, now
    if Ground.ON_DUTY not in night.grounds(SURVEY)[Channel.MAIL]:
        return wanted, night.morning_after(now)
    evening = evening_of(night, now)
    on_duty = tuple(
        place
        for place in wanted
        if place.kind is StructureKind.PHARMACY and place.on_duty(evening.date())
    )
    return on_duty, now


def evening_of(night: Night, now: datetime) -> datetime:
    """The local evening on which the night of this instant began."""
    local = now.astimezone(night.zone)
    return local - timedelta(days=1) if local.time() < night.table.ends else local


def stand(
    place: Structure,
    said: SaidForPlace | None,
    since: datetime,
    *,
    asked: bool,
) -> SurveyedPlace:
    """Say where a place stands since the last survey left; older answers are past."""
    if said is not None and said.at >= since:
        return SurveyedPlace(place=place, state=PlaceState(said.answer), said=said)
    state = PlaceState.SILENT if asked else PlaceState.CLOSED_AT_NIGHT
    return SurveyedPlace(place=place, state=state)
