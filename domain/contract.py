"""What the contract of a CPTS says of mission 4, and when it wants the plan.

Source: docs/sources.md#fixed-part
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.calendar import months_later
from domain.cpts import Cpts, SizeClass
from domain.knobs import Knobs, UpdateDue
from domain.payment import ContractYear, contract_year
from domain.plan_due import first_due

SOON = timedelta(days=120)  # the first reminder of a review
_A_DAY = timedelta(days=1)
_A_YEAR, _FIVE_YEARS = 12, 60  # in months


class Standing(StrEnum):
    """Where something due stands on a day."""

    DONE = "FAIT"
    LATE = "EN_RETARD"
    SOON = "BIENTOT"
    LATER = "PLUS_TARD"


@dataclass(frozen=True, slots=True)
class Due:
    """A date that sources read in several ways; the one chosen is what alarms."""

    readings: tuple[tuple[str, date], ...]  # code of the reading, date
    chosen: str
    moot: tuple[str, ...] = ()  # codes of those that cannot hold

    @classmethod
    def of_first(cls, cpts: Cpts) -> Self | None:
        """Read when the first plan is due; None: no date says it."""
        first = first_due(cpts)
        if first is None:
            return None
        readings = tuple((each.code, each.on) for each in first.readings)
        chosen = next(code for code, on in readings if on == first.on)
        return cls(readings, chosen, tuple(r.code for r in first.readings if r.moot))

    @property
    def on(self) -> date:
        """The date that counts."""
        return dict(self.readings)[self.chosen]

    def standing(self, today: date, done_on: date | None) -> Standing:
        """Say where it stands; what came late is done all the same."""
        if done_on is not None:
            return Standing.DONE
        if today > self.on:
            return Standing.LATE
        return Standing.SOON if self.on - today <= SOON else Standing.LATER


class Contract(BaseModel):
    """The dates, the size and the doubts that decide the year of a plan."""

    model_config = ConfigDict(frozen=True)

    size: SizeClass
    population: int
    signed_on: date | None = None
    anniversary_on: date  # any: only its month and day count
    mission_on: date
    first_due: Due  # of the first plan
    knobs: Knobs

    @classmethod
    def of(cls, cpts: Cpts) -> Self | None:
        """Read it from the file of a CPTS; None: a date that it needs is missing."""
        anniversary = cpts.anniversary_on or cpts.contract_on
        first = Due.of_first(cpts)
        if anniversary is None or cpts.mission_4_on is None or first is None:
            return None
        return cls(
            size=cpts.size,
            population=cpts.population,
            signed_on=cpts.contract_on,
            anniversary_on=anniversary,
            mission_on=cpts.mission_4_on,
            first_due=first,
            knobs=cpts.knobs,
        )

    @property
    def last_on(self) -> date | None:
        """The last day of the contract, if its first is known."""
        if self.signed_on is None:
            return None
        return months_later(self.signed_on, _FIVE_YEARS) - _A_DAY

    def year_of(self, day: date) -> ContractYear:
        """Give the contract year of a day."""
        return contract_year(self.anniversary_on, day)

    def years(self, until: date) -> Iterator[ContractYear]:
        """Go through its years, from the start of the mission to a day."""
        year = self.year_of(self.mission_on)
        yield year
        while year.last_on < until:
            year = self.year_of(year.last_on + _A_DAY)
            yield year


def missing_dates(cpts: Cpts) -> tuple[str, ...]:
    """List the dates without which nothing can be computed, as its file names them."""
    anniversary = cpts.anniversary_on or cpts.contract_on
    return (
        *(() if anniversary else ("date_anniversaire",)),
        *(() if cpts.mission_4_on else ("date_debut_mission_4",)),
    )


def update_due(contract: Contract, year: ContractYear, version_on: date | None) -> Due:
    """Say when the update of a contract year is due (D7).

    Args:
        contract: Of the CPTS.
        year: The contract year that the update is of.
        version_on: When the version before was adopted; None: twelve months after it
            cannot be told, and the anniversary counts instead.
    """
    readings = [
        (UpdateDue.ANNIVERSARY.value, year.last_on + _A_DAY),
        (UpdateDue.CALENDAR_YEAR.value, _last_of_december(year)),
    ]
    if version_on is not None:
        readings.append(
            (UpdateDue.TWELVE_MONTHS.value, months_later(version_on, _A_YEAR))
        )
    rule = contract.knobs.update_due_rule
    known = rule in dict(readings)
    return Due(tuple(readings), rule if known else UpdateDue.ANNIVERSARY)


def _last_of_december(year: ContractYear) -> date:
    """The only 31 December of a contract year."""
    return date(year.first_on.year, 12, 31)
