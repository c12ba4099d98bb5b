"""Year by year, what the plan should bring, what proves it, and what the CPAM wrote.

Source: docs/sources.md#fixed-part
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.contract import Contract, Due, Standing, update_due
from domain.cpts import Cpts
from domain.fixed_part import FixedPart, FixedYear, ProofNeed, Slices, fixed_years
from domain.knobs import FixedMilestone, ProrataScope
from domain.payment_record import Payment, PaymentState
from domain.plan_version import Opinion, PlanVersion, VersionKind
from domain.receiver import Receiver

_NEXT_YEAR = timedelta(days=1)  # after the last day of this one


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """An entry of the ledger that may prove something, on the day it counts for."""

    seq: int
    kind: str
    on: date
    receiver: Receiver | None = None  # of a copy of the plan, or of its receipt


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to the plan of a CPTS and to its money."""

    zone: ZoneInfo
    versions: tuple[PlanVersion, ...] = ()
    entries: tuple[ProofEntry, ...] = ()
    payments: tuple[Payment, ...] = ()  # as typed in, the first first

    def day(self, at: datetime | None) -> date | None:
        """Give the day of an instant where the CPTS is."""
        return at.astimezone(self.zone).date() if at else None

    def written_on(self, milestone: FixedMilestone) -> date | None:
        """Say when the first writing reached what makes it due (doubt D9)."""
        reached = (
            _reached(version, milestone)
            for version in self.versions
            if version.kind is VersionKind.FIRST_WRITING
        )
        return self.day(next(filter(None, reached), None))

    def updated_on(self) -> tuple[date, ...]:
        """List the days on which an update was adopted."""
        adopted = (v.adopted_at for v in self.versions if v.kind is VersionKind.UPDATE)
        return tuple(day for day in map(self.day, adopted) if day)


def _reached(version: PlanVersion, milestone: FixedMilestone) -> datetime | None:
    match milestone:
        case FixedMilestone.DELIVERED:
            return version.submitted_at
        case FixedMilestone.ARS_OPINION:
            refused = version.opinion is Opinion.REFUSED
            return None if refused else version.opinion_at
        case FixedMilestone.VALIDATED_AT_REVIEW:
            return version.adopted_at


@dataclass(frozen=True, slots=True)
class Proof:
    """What a year must prove, and the entries that do; none: it is missing."""

    need: ProofNeed
    entries: tuple[ProofEntry, ...]


@dataclass(frozen=True, slots=True)
class MoneyYear:
    """One contract year as it stands today."""

    fixed: FixedYear
    prorata_scope: ProrataScope  # the reading of doubt D8 that the CPTS chose
    due: Due
    standing: Standing
    begun: bool
    after_contract: bool  # it begins once the contract has ended: it may be renewed
    proofs: tuple[Proof, ...]
    payments: tuple[Payment, ...]  # of both parts, corrections too

    @property
    def chosen(self) -> Slices | None:
        """What it should bring; nothing without a scale."""
        return self.fixed.readings.get(self.prorata_scope)

    @property
    def missing(self) -> tuple[ProofNeed, ...]:
        """What nothing proves yet."""
        return tuple(proof.need for proof in self.proofs if not proof.entries)

    def typed(self, state: PaymentState) -> tuple[Payment, ...]:
        """List what was typed in of this state."""
        return tuple(each for each in self.payments if each.state is state)


def late_since(tenant: Cpts, story: Story, today: date) -> date | None:
    """Say since when the first plan is late; None: it is not."""
    due = Due.of_first(tenant)
    done = story.written_on(tenant.knobs.fixed_milestone)
    late = due is not None and due.standing(today, done) is Standing.LATE
    return due.on if due and late else None


def money_years(
    part: FixedPart, contract: Contract, story: Story, today: date
) -> tuple[MoneyYear, ...]:
    """Say where each contract year stands, from the mission to the next year."""
    written = story.written_on(contract.knobs.fixed_milestone)
    updates = story.updated_on()
    before = contract.mission_on if updates else today  # Tocsin came after the plan
    until = contract.year_of(max(today, contract.mission_on)).last_on + _NEXT_YEAR
    years = fixed_years(part, contract, written or before, until)
    return tuple(_standing(year, part, contract, story, today) for year in years)


def _standing(
    year: FixedYear, part: FixedPart, contract: Contract, story: Story, today: date
) -> MoneyYear:
    first = year.kind is VersionKind.FIRST_WRITING
    done = (
        story.written_on(contract.knobs.fixed_milestone)
        if first
        else _within(year, story.updated_on())
    )
    due = (
        contract.first_due
        if first
        else update_due(contract, year.year, _before(year, story))
    )
    ends = contract.last_on
    since = date.min if first else year.starts_on
    return MoneyYear(
        fixed=year,
        prorata_scope=contract.knobs.prorata_scope,
        due=due,
        standing=due.standing(today, done),
        begun=year.starts_on <= today,
        after_contract=bool(ends and ends < year.starts_on),
        proofs=tuple(
            Proof(need, _proving(need, story.entries, since, year.year.last_on))
            for need in part.proofs
            if year.kind in need.kinds
        ),
        payments=tuple(
            each for each in story.payments if each.year_first_on == year.year.first_on
        ),
    )


def _within(year: FixedYear, days: Iterable[date]) -> date | None:
    return next((day for day in days if day in year.year), None)


def _before(year: FixedYear, story: Story) -> date | None:
    """Give the day of the last version adopted before a year."""
    adopted = (story.day(version.adopted_at) for version in story.versions)
    return max((d for d in adopted if d and d < year.year.first_on), default=None)


def _proving(
    need: ProofNeed, entries: Iterable[ProofEntry], since: date, until: date
) -> tuple[ProofEntry, ...]:
    return tuple(
        entry
        for entry in entries
        if need.is_met_by(entry.kind, entry.receiver) and since <= entry.on <= until
    )
