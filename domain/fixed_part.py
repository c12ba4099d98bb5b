"""The fixed part: what each contract year should bring for the plan, never a promise.

Amounts and rules are dated data (`plan_templates/part-fixe.yaml`), each with its mark.
Source: docs/sources.md#fixed-part
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from domain.calendar import months_later
from domain.contract import Contract
from domain.cpts import SizeClass
from domain.knobs import ProrataScope
from domain.payment import (
    Amounts,
    ContractYear,
    Dated,
    Doubt,
    InTurn,
    Mark,
    PaymentRule,
    in_force,
)
from domain.plan_version import VersionKind
from domain.receiver import Receiver
from domain.sheet import FieldName, Sheet, Text, by_code

_A_DAY = timedelta(days=1)
_MONTHS = 12
_WHOLE = Fraction(1)


class FixedScale(Dated):
    """Amounts of the fixed part by contractual size, and the share paid in advance."""

    first_writing: Amounts = Field(alias="premiere_redaction")
    update: Amounts = Field(alias="mise_a_jour")
    advance_percent: int = Field(alias="avance_pour_cent", ge=0, le=100)

    def of_year(self, kind: VersionKind, size: SizeClass) -> int:
        """Give the amount of a whole contract year, in euros."""
        first = kind is VersionKind.FIRST_WRITING
        return (self.first_writing if first else self.update)[size]


class RuleReading(Sheet):
    """One way of reading a rule that sources leave open."""

    code: FieldName
    text: Text = Field(alias="texte")
    mark: Mark = Field(alias="marque")
    sources: tuple[Text, ...] = ()


class DoubtRule(Sheet):
    """A doubt of the rule book and its readings; a setting of the CPTS chooses one."""

    doubt: Doubt = Field(alias="doute")
    readings: Annotated[tuple[RuleReading, ...], by_code] = Field(alias="lectures")

    def reading(self, code: str) -> RuleReading:
        """Give a reading.

        Raises:
            KeyError: The file has no such reading: a bug, that a test looks for.
        """
        return {reading.code: reading for reading in self.readings}[code]

    def rule(self, code: str) -> PaymentRule:
        """Give the reading as a rule that is printed."""
        said = self.reading(code)
        return PaymentRule(texte=said.text, marque=said.mark, doute=self.doubt)


class FixedDoubts(Sheet):
    """The doubts that decide the calendar of the fixed part."""

    first_plan: DoubtRule = Field(alias="premier_plan")
    update: DoubtRule = Field(alias="mise_a_jour")
    prorata: DoubtRule
    milestone: DoubtRule = Field(alias="jalon")


class ProofNeed(Sheet):
    """What a year must prove, and the kinds of ledger entries that prove it."""

    text: Text = Field(alias="texte")
    kinds: tuple[VersionKind, ...] = Field(alias="pour", min_length=1)
    mark: Mark = Field(alias="marque")
    sources: tuple[Text, ...] = ()
    entries: tuple[Text, ...] = Field(alias="ecritures", min_length=1)
    receivers: tuple[Receiver, ...] = Field(default=(), alias="destinataires")

    def is_met_by(self, kind: str, receiver: Receiver | None) -> bool:
        """Does an entry of this kind prove it: whose copy it is counts, if said?"""
        return kind in self.entries and (
            not self.receivers or receiver in self.receivers
        )


class FixedPart(Sheet):
    """Everything known of the fixed part of mission 4."""

    scales: InTurn[FixedScale] = Field(alias="baremes")
    doubts: FixedDoubts = Field(alias="doutes")
    rules: tuple[PaymentRule, ...] = Field(alias="regles", min_length=1)
    proofs: tuple[ProofNeed, ...] = Field(alias="preuves", min_length=1)


@dataclass(frozen=True, slots=True)
class Slices:
    """What one contract year pays in advance, and what after it, in whole euros."""

    advance: int
    balance: int

    @property
    def amount(self) -> int:
        """Both."""
        return self.advance + self.balance


@dataclass(frozen=True, slots=True)
class FixedYear:
    """One contract year: what it is paid for, how much, when."""

    year: ContractYear
    starts_on: date  # the mission, in its first year; else the anniversary
    kind: VersionKind
    scale: FixedScale | None  # none in force when the mission began
    readings: Mapping[ProrataScope, Slices]  # empty without a scale
    closes: bool = True  # no: the plan is written in a later year, which pays for it

    @property
    def number(self) -> int:
        """The calendar year in which it begins, had the mission started or not."""
        return self.year.first_on.year

    @property
    def name(self) -> str:
        """« 2026-2027 », or « 2026 » if it is the calendar year."""
        last = self.year.last_on.year
        return str(last) if last == self.number else f"{self.number}-{last}"

    @property
    def balance_on(self) -> date:
        """The anniversary that closes it."""
        return self.year.last_on + _A_DAY

    @property
    def is_prorated(self) -> bool:
        """Do the two readings of doubt D8 differ?"""
        return len(set(self.readings.values())) > 1


def fixed_years(
    part: FixedPart, contract: Contract, written_on: date, until: date
) -> tuple[FixedYear, ...]:
    """Lay out the contract years of the mission, without gap or overlap.

    The first writing spans the years from the start of the mission to the one in
    which the plan was written: its advance opens the first, its balance closes the
    last. Each year after that is one update.

    Args:
        part: Amounts and rules.
        contract: Of the CPTS.
        written_on: When the first plan was written, or may be at the earliest.
        until: The last day to cover.
    """
    written = contract.year_of(max(written_on, contract.mission_on))
    return tuple(
        _first_writing(part, contract, year, written)
        if year.first_on <= written.first_on
        else _update(part, contract, year)
        for year in contract.years(until)
    )


def _first_writing(
    part: FixedPart, contract: Contract, year: ContractYear, written: ContractYear
) -> FixedYear:
    kind, begins = VersionKind.FIRST_WRITING, contract.year_of(contract.mission_on)
    scale = in_force(part.scales, contract.mission_on)
    readings: dict[ProrataScope, Slices] = {}
    if scale is not None:
        left = share_left(begins, contract.mission_on)
        amount = scale.of_year(kind, contract.size)
        for scope in ProrataScope:
            whole = split(amount, scale.advance_percent, left, scope)
            readings[scope] = Slices(
                advance=whole.advance if year == begins else 0,
                balance=whole.balance if year == written else 0,
            )
    starts_on = max(year.first_on, contract.mission_on)
    return FixedYear(year, starts_on, kind, scale, readings, closes=year == written)


def _update(part: FixedPart, contract: Contract, year: ContractYear) -> FixedYear:
    kind, scale = VersionKind.UPDATE, in_force(part.scales, year.first_on)
    readings: dict[ProrataScope, Slices] = {}
    if scale:
        amount = scale.of_year(kind, contract.size)
        readings = dict.fromkeys(ProrataScope, split(amount, scale.advance_percent))
    return FixedYear(year, year.first_on, kind, scale, readings)


def split(
    amount: int,
    advance_percent: int,
    left: Fraction = _WHOLE,
    scope: ProrataScope = ProrataScope.ADVANCE_ONLY,
) -> Slices:
    """Split the amount of a year, of which a share is left, in advance and balance.

    The advance is the same in both readings of doubt D8; only the balance differs.
    """
    advance = _euros(amount * left * advance_percent / 100)
    total = amount if scope is ProrataScope.ADVANCE_ONLY else _euros(amount * left)
    return Slices(advance, total - advance)


def share_left(year: ContractYear, starts_on: date) -> Fraction:
    """Say what share of a contract year is left: whole months, then days of a month."""
    end, months = year.last_on + _A_DAY, 0
    while months < _MONTHS and months_later(starts_on, months + 1) <= end:
        months += 1
    if months == _MONTHS:
        return _WHOLE
    begun, over = (months_later(starts_on, n) for n in (months, months + 1))
    days = Fraction((end - begun).days, (over - begun).days)
    return (months + days) / _MONTHS


def _euros(exact: Fraction) -> int:
    """Round to the nearest euro, a half upwards."""
    return int(exact + Fraction(1, 2))
