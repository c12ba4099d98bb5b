"""What a printed plan is made of, read at one instant."""

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import people, plans, seal, tenants
from domain.plan_edition import PlanSource
from domain.report import Seal


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
