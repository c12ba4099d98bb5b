"""What a printed plan is made of, read at one instant."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crisis_facts, known_facts, people, plans, seal, tenants
from adapters.database.tables import crises
from domain.ars_summary import AlertTest, ArsSummary, ars_summary
from domain.plan_check import check_plan
from domain.plan_edition import PlanSource
from domain.reference import CrisisRef
from domain.report import Seal
from domain.turnout import CurvePoint


async def read(
    connection: AsyncConnection, cpts_id: str, number: int | None, fingerprint: str
) -> PlanSource:
    """Read a version of the plan (the last, unless named) and what surrounds it.

    Raises:
        UnknownCptsError: There is no such CPTS.
        UnknownPlanError: The CPTS has no plan.
        UnknownVersionError: The plan has no such version.
    """
    tenant = await tenants.get(connection, cpts_id)
    plan, version = await plans.latest(connection, cpts_id)
    if number is not None:
        version = await plans.version_row(connection, cpts_id, number)
        plan = await plans.version(connection, cpts_id, version.plan_id, number)
    before = None
    if plan.based_on is not None:
        before = await plans.version(connection, cpts_id, plan.plan_id, plan.based_on)
    ledger = await seal.evidence(connection, cpts_id)
    return PlanSource(
        plan=plan,
        version=version,
        tenant=tenant,
        people=dict(await people.all_of(connection, cpts_id)),
        seal=Seal(size=ledger.entries, root=ledger.root, key_fingerprint=fingerprint),
        before=before,
    )


async def summary(
    connection: AsyncConnection, source: PlanSource, now: datetime
) -> ArsSummary:
    """Sum up a version that was read, with what is known of its CPTS."""
    facts = await known_facts.read(connection, source.tenant, source.plan.template, now)
    return ars_summary(
        source,
        facts.exercises,
        await _alert_test(connection, source, now),
        check_plan(source.plan, facts).gaps,
        now,
    )


async def _alert_test(
    connection: AsyncConnection, source: PlanSource, now: datetime
) -> AlertTest | None:
    """Read how people answered the alert of the last exercise that asked somebody."""
    found = await connection.execute(
        select(crises.c.crisis_id, crises.c.t0)
        .where(
            crises.c.cpts_id == source.tenant.cpts_id,
            crises.c.exercise,
            crises.c.lifted_at.is_not(None),
        )
        .order_by(crises.c.t0.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        return None
    ref = CrisisRef(cpts_id=source.tenant.cpts_id, crisis_id=row.crisis_id)
    fingerprint = source.seal.key_fingerprint
    facts = await crisis_facts.read(connection, ref, fingerprint, now)
    asked = sum(group.asked for group in facts.professions)
    answered = sum(group.answered for group in facts.professions)
    if not asked:
        return None
    return AlertTest(
        on=row.t0.astimezone(source.tenant.zone_info).date(),
        asked=asked,
        answered=answered,
        median_minutes=_median(facts.curve, answered),
    )


def _median(curve: Sequence[CurvePoint], answered: int) -> int | None:
    """Say in how many minutes half of those who answered had done so."""
    reached = (point.minutes for point in curve if 2 * point.answered >= answered > 0)
    return next(reached, None)
