"""What a crisis may bring under the contract: an expected amount, never a promise.

Amounts and rules are dated data (`plan_templates/part-variable.yaml`), each with its
mark. Source: docs/sources.md#variable-part
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.calendar import NBSP, french_count
from domain.cpts import SizeClass
from domain.sheet import Sheet, Text
from domain.structure import Day

Doubt = Annotated[str, Field(pattern=r"^D([1-9]|[12]\d|30)$")]
Euros = Annotated[int, Field(ge=0)]
_A_DAY = timedelta(days=1)


class Mark(StrEnum):
    """How sure a rule is."""

    CONFIRMED = "C"
    ONE_SOURCE = "C1"
    ASSUMED = "I"

    @property
    def label(self) -> str:
        """How sure, in words."""
        return {"C": "confirmé", "C1": "confirmé par une seule source"}.get(
            self, "hypothèse"
        )


def euros(amount: int) -> str:
    """Write a sum: « 16 875 € »."""
    return f"{french_count(amount)}{NBSP}€"


class YearFrom(StrEnum):
    """Which date of a crisis says its contract year (doubt D13)."""

    ACTIVATION = "ACTIVATION"
    RECOGNITION = "RECONNAISSANCE"
    LIFTING = "LEVEE"


def _pays_every_size(amounts: Mapping[SizeClass, int]) -> Mapping[SizeClass, int]:
    if set(amounts) != set(SizeClass):
        message = "« montants » : un par taille, de T1 à T4"
        raise ValueError(message)
    return amounts


Amounts = Annotated[Mapping[SizeClass, Euros], AfterValidator(_pays_every_size)]
"""Euros by contractual size: every size has its own."""


class Dated(Sheet):
    """What an agreement says from one day to another, both included."""

    agreement: Text = Field(alias="accord")
    first_on: Day = Field(alias="du")
    last_on: Day | None = Field(default=None, alias="au")
    mark: Mark = Field(alias="marque")
    sources: tuple[Text, ...] = Field(min_length=1)

    def holds_on(self, day: date) -> bool:
        """Is it in force that day?"""
        return self.first_on <= day <= (self.last_on or date.max)


class Scale(Dated):
    """Amounts of the variable part by contractual size."""

    amounts: Amounts = Field(alias="montants")


D = TypeVar("D", bound=Dated)


def _in_turn(scales: tuple[D, ...]) -> tuple[D, ...]:
    for before, after in pairwise(scales):
        if before.holds_on(after.first_on) or after.first_on < before.first_on:
            message = "« baremes » : l'un finit avant que le suivant commence"
            raise ValueError(message)
    return scales


InTurn = Annotated[tuple[D, ...], Field(min_length=1), AfterValidator(_in_turn)]
"""Scales one after the other: no day has two."""


def in_force(scales: Iterable[D], day: date) -> D | None:
    """Give the scale in force that day."""
    return next((scale for scale in scales if scale.holds_on(day)), None)


class SizeBounds(Sheet):
    """From how many inhabitants a size begins; where sources disagree, both sides."""

    begins_at: Mapping[SizeClass, int] = Field(alias="a_partir_de")  # inhabitants
    unclear: tuple[int, ...] = Field(alias="ambigus")

    def sizes(self, population: int) -> tuple[SizeClass, ...]:
        """List the sizes that a population may be: two on a bound that is unclear.

        It only checks: the size of the contract wins (docs/sources.md#size-classes).
        """
        reached = (s for s, least in self.begins_at.items() if population >= least)
        sizes = (SizeClass.T1, *reached)
        return sizes[-2:] if population in self.unclear else sizes[-1:]


class PaymentRule(Sheet):
    """One rule, as printed, with its mark and the doubt it answers."""

    text: Text = Field(alias="texte")
    mark: Mark = Field(alias="marque")
    doubt: Doubt | None = Field(default=None, alias="doute")


class YearRule(Sheet):
    """Which date says the contract year of a crisis, and how that is printed."""

    setting: YearFrom = Field(alias="reglage")
    doubt: Doubt = Field(alias="doute")
    mark: Mark = Field(alias="marque")
    words: Mapping[YearFrom, Text] = Field(alias="textes")

    @property
    def rule(self) -> PaymentRule:
        """The rule that is printed for this setting."""
        text = self.words[self.setting]
        return PaymentRule(texte=text, marque=self.mark, doute=self.doubt)


class VariablePart(Sheet):
    """Everything known of the variable part of mission 4."""

    scales: InTurn[Scale] = Field(alias="baremes")
    bounds: SizeBounds = Field(alias="tailles")
    year: YearRule = Field(alias="annee")
    rules: tuple[PaymentRule, ...] = Field(alias="regles", min_length=1)

    def scale_on(self, day: date) -> Scale | None:
        """Give the scale in force that day."""
        return in_force(self.scales, day)


@dataclass(frozen=True, slots=True)
class ContractYear:
    """From an anniversary of the contract to the eve of the next, both included."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        """Is this day in that year?"""
        return self.first_on <= day <= self.last_on


def contract_year(anniversary: date, day: date) -> ContractYear:
    """Give the contract year of a day.

    Args:
        anniversary: Any anniversary of the contract; only its month and day count.
            29 February is kept on the 28th where there is none.
        day: The day to place.
    """
    this = _in_year(anniversary, day.year)
    first = this if this <= day else _in_year(anniversary, day.year - 1)
    return ContractYear(first, _in_year(anniversary, first.year + 1) - _A_DAY)


def _in_year(anniversary: date, year: int) -> date:
    last = monthrange(year, anniversary.month)[1]
    return anniversary.replace(year=year, day=min(anniversary.day, last))


class Claim(BaseModel):
    """What the amount of one crisis depends on; days are those of the CPTS."""

    model_config = ConfigDict(frozen=True)

    size: SizeClass
    population: int
    activated_on: date
    recognised_on: date | None = None
    lifted_on: date | None = None
    anniversary_on: date | None = None
    mission_4_on: date | None = None
    others_on: tuple[date, ...] = ()  # orders of other crises that may be paid

    @property
    def is_early(self) -> bool:
        """Did the order come before mission 4 began (doubt D5)?"""
        return self.mission_4_on is not None and self.activated_on < self.mission_4_on

    def dated_on(self, setting: YearFrom) -> date | None:
        """Give the day that says the contract year, if it is known."""
        return {
            YearFrom.ACTIVATION: self.activated_on,
            YearFrom.RECOGNITION: self.recognised_on,
            YearFrom.LIFTING: self.lifted_on,
        }[setting]


class Expected(BaseModel):
    """The amount that the scale gives, with all it rests on; nobody promised it."""

    model_config = ConfigDict(frozen=True)

    amount: int | None = None  # euros; none: no scale in force, or no date yet
    size: SizeClass
    sizes: tuple[SizeClass, ...]  # those that the population would give
    agreement: str | None = None
    since: date | None = None  # the scale's first day
    mark: Mark | None = None
    sources: tuple[str, ...] = ()
    year_first_on: date | None = None
    year_last_on: date | None = None
    same_year: int = 0  # other crises of that year that may be paid
    rules: tuple[PaymentRule, ...]

    @property
    def size_is_doubtful(self) -> bool:
        """Would the population give another size, or two?"""
        return self.sizes != (self.size,)


def expected(part: VariablePart, claim: Claim) -> Expected:
    """Say what the scale in force gives for a crisis, and on which rules.

    Source: docs/sources.md#variable-part
    """
    known = Expected(
        size=claim.size,
        sizes=part.bounds.sizes(claim.population),
        rules=(*part.rules, part.year.rule),
    )
    day = claim.dated_on(part.year.setting)
    scale = part.scale_on(day) if day else None
    if day is None or scale is None:
        return known
    found: dict[str, object] = {
        "amount": scale.amounts[claim.size],
        "agreement": scale.agreement,
        "since": scale.first_on,
        "mark": scale.mark,
        "sources": scale.sources,
    }
    if claim.anniversary_on:
        year = contract_year(claim.anniversary_on, day)
        found["year_first_on"], found["year_last_on"] = year.first_on, year.last_on
        found["same_year"] = sum(other in year for other in claim.others_on)
    return known.model_copy(update=found)
