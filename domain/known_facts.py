"""What fills the known fields of a plan: the facts, and who they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.calendar import french_count
from domain.content import Value
from domain.cpts import Cpts
from domain.person import Link, Person
from domain.plan import Plan
from domain.plan_version import PlanVersion


class Source(StrEnum):
    """Where a known value is read, as people are told."""

    FILE = "fichier de la CPTS"
    DIRECTORY = "annuaire"
    HOLDERS = "titulaires des rôles"
    TEMPLATE = "trame"
    EXERCISES = "exercices tenus"
    VERSIONS = "versions du plan"
    LETTERS = "diffusion du plan"


@dataclass(frozen=True, slots=True)
class PastExercise:
    """An exercise that was played to its end."""

    on: date
    types: tuple[str, ...]
    scenarios: str


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """All that known fields are filled from, read at one instant."""

    tenant: Cpts
    roster: tuple[tuple[str, Person], ...]  # ids and people, by name
    versions: tuple[PlanVersion, ...]
    exercises: tuple[PastExercise, ...]
    on: date
    verified: Mapping[str, date] = field(default_factory=dict)  # by authority
    readings: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By version: letters that asked to read it, and readings."""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody of the directory."""
        return tuple(person for _, person in self.roster)

    @property
    def volunteers(self) -> tuple[Person, ...]:
        """Those whom an alert may ask."""
        return tuple(p for p in self.people if p.link is Link.VOLUNTEER)


@dataclass(frozen=True, slots=True)
class Fill:
    """What fills one field, and where it is read; no value: nothing is known."""

    source: Source
    value: Callable[[Plan, KnownFacts], Value | None]


Fills = Mapping[tuple[str, str], Fill]
"""What fills each known field, by section and field."""


def count_of(number: int, one: str, many: str = "") -> str:
    """Count in French: « 1 volontaire », « 1 240 volontaires »."""
    word = one if number < 2 else many or f"{one}s"  # noqa: PLR2004 - the plural of French
    return f"{french_count(number)} {word}"
