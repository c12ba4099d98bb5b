"""When a plan is due: its first writing (doubt D6), then its updates (doubt D7).

Source: docs/sources.md#plan-due
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import months_later
from domain.cpts import Cpts
from domain.knobs import UpdateDue
from domain.payment import contract_year
from domain.plan_version import PlanVersion, VersionKind

MOOT = "avant le début de la mission : sans objet"
_A_DAY = timedelta(days=1)
_HALF_A_YEAR = timedelta(days=180)  # a version serves no due date later than this
_RULES = {
    UpdateDue.ANNIVERSARY: "Anniversaire du contrat",
    UpdateDue.CALENDAR_YEAR: "Fin de l'année civile",
    UpdateDue.TWELVE_MONTHS: "Douze mois après la dernière version",
}


@dataclass(frozen=True, slots=True)
class DueReading:
    """One way to read the contract, and the day that it gives."""

    code: str  # of `part-fixe.yaml`, where its mark and its sources are
    rule: str
    on: date
    moot: bool = False  # computed before the mission began: it cannot hold


@dataclass(frozen=True, slots=True)
class PlanDue:
    """When the plan is due, of all the readings that may hold."""

    kind: VersionKind
    on: date
    readings: tuple[DueReading, ...]


def adopted_on(tenant: Cpts, versions: Iterable[PlanVersion]) -> tuple[date, ...]:
    """List the days on which versions were adopted, the first first."""
    instants = sorted(v.adopted_at for v in versions if v.adopted_at is not None)
    return tuple(at.astimezone(tenant.zone_info).date() for at in instants)


def first_readings(tenant: Cpts) -> tuple[DueReading, ...]:
    """List what the texts say of the first writing; the contract's own date first."""
    signed, mission = tenant.contract_on, tenant.mission_4_on
    found = (
        ("contract_date", "Date inscrite au contrat", tenant.knobs.contract_date),
        (
            "contract_12",
            "Un an après la signature du contrat",
            signed and months_later(signed, 12),
        ),
        (
            "mission_12",
            "Un an après le début de la mission",
            mission and months_later(mission, 12),
        ),
        (
            "contract_18",
            "Dix-huit mois après la signature, déploiement complet",
            signed and months_later(signed, 18),
        ),
    )
    written = tenant.knobs.contract_date
    return tuple(
        DueReading(code, rule, on, moot=on != written and on < (mission or on))
        for code, rule, on in found
        if on
    )


def first_due(tenant: Cpts) -> PlanDue | None:
    """Say when the first writing is due: the contract's own date, else the earliest.

    A date that comes before the mission begins is listed, and not chosen.
    """
    readings = first_readings(tenant)
    if not readings:
        return None
    on = tenant.knobs.contract_date or min(
        each.on for each in readings if not each.moot
    )
    return PlanDue(VersionKind.FIRST_WRITING, on, readings)


def next_due(tenant: Cpts, today: date, adopted: Sequence[date]) -> PlanDue | None:
    """Say when the plan is due next, today included.

    A first writing that is late is due at the next date of the rule of updates. The
    year of the first writing asks for no update, nor does a version that is recent.

    Args:
        tenant: The CPTS, with its dates and the doubts that it settled.
        today: Where the CPTS is.
        adopted: On which days versions were adopted, the first first.
    """
    if not adopted:
        first = first_due(tenant)
        if first is None or first.on >= today:
            return first
        on = _update_on(tenant, today, first.on)
        return PlanDue(first.kind, on, first.readings) if on else None
    after = max(today, adopted[-1] + _HALF_A_YEAR)
    if tenant.knobs.update_due_rule is not UpdateDue.TWELVE_MONTHS:
        written = _update_on(tenant, adopted[0] + _A_DAY, adopted[0])
        after = max(after, written + _A_DAY) if written else after
    on = _update_on(tenant, after, adopted[-1])
    if on is None:
        return None
    rule = tenant.knobs.update_due_rule
    reading = DueReading(rule, _RULES[rule], on)
    return PlanDue(VersionKind.UPDATE, on, (reading,))


def _update_on(tenant: Cpts, after: date, last: date) -> date | None:
    """Give the first date of the rule that is not before `after`."""
    match tenant.knobs.update_due_rule:
        case UpdateDue.CALENDAR_YEAR:
            return date(after.year, 12, 31)
        case UpdateDue.TWELVE_MONTHS:
            return months_later(last, 12)  # it stays due until there is a version
        case UpdateDue.ANNIVERSARY:
            anniversary = tenant.anniversary_on or tenant.contract_on
            if anniversary is None:
                return None
            year = contract_year(anniversary, after)
            return after if after == year.first_on else year.last_on + _A_DAY
