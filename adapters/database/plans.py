"""Plan versions: written once, read by number, or the latest."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.crises import CrisisRow
from adapters.database.tables import plan_versions
from adapters.database.unit import Act
from domain.errors import UnknownPlanError
from domain.plan import Plan, text_sha256
from domain.plan_version import PlanVersion

_KEPT_AT_ONCE = 16
_STANDING = [column for column in plan_versions.c if column.name != "content"]
_kept: dict[str, Plan] = {}  # by hash, the oldest first: a version never changes


async def add(act: Act, plan: Plan) -> str:
    """Write a version; give the SHA-256 of its canonical text."""
    text = plan.canonical()
    digest = text_sha256(text)
    await act.connection.execute(
        insert(plan_versions).values(
            cpts_id=act.cpts_id,
            plan_id=plan.plan_id,
            number=plan.number,
            content=text,
            sha256=digest,
            made_at=act.at,
            kind=plan.kind,
            based_on=plan.based_on,
        )
    )
    return digest


async def history(connection: AsyncConnection, cpts_id: str) -> tuple[PlanVersion, ...]:
    """List the versions of the plan, the first first, without their content."""
    rows = await connection.execute(
        select(*_STANDING)
        .where(plan_versions.c.cpts_id == cpts_id)
        .order_by(plan_versions.c.number)
    )
    return tuple(PlanVersion.model_validate(row) for row in rows.all())


async def latest(connection: AsyncConnection, cpts_id: str) -> tuple[Plan, str]:
    """Give the latest version and its hash.

    Raises:
        UnknownPlanError: The CPTS has no plan.
    """
    found = await connection.execute(
        select(plan_versions.c.content, plan_versions.c.sha256)
        .where(plan_versions.c.cpts_id == cpts_id)
        .order_by(plan_versions.c.number.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownPlanError(cpts=cpts_id)
    return Plan.model_validate_json(row.content), row.sha256


_VERSION = select(plan_versions.c.content).where(
    plan_versions.c.cpts_id == given("k_cpts"),
    plan_versions.c.plan_id == given("k_plan"),
    plan_versions.c.number == given("k_number"),
)


async def version(
    connection: AsyncConnection, cpts_id: str, plan_id: str, number: int
) -> Plan:
    """Give one version.

    Raises:
        UnknownPlanError: There is no such version.
    """
    named = {"k_cpts": cpts_id, "k_plan": plan_id, "k_number": number}
    found = await connection.execute(_VERSION, named)
    content = found.scalar_one_or_none()
    if content is None:
        raise UnknownPlanError(cpts=cpts_id)
    return Plan.model_validate_json(content)


async def frozen(connection: AsyncConnection, crisis: CrisisRow) -> Plan:
    """Give the version that a crisis froze; each page asks, so it is read once.

    Raises:
        UnknownPlanError: There is no such version.
    """
    known = _kept.get(crisis.plan_sha256)
    if known is not None:
        return known
    plan = await version(connection, crisis.cpts_id, crisis.plan_id, crisis.plan_number)
    if len(_kept) >= _KEPT_AT_ONCE:
        _kept.pop(next(iter(_kept)), None)
    _kept[crisis.plan_sha256] = plan
    return plan
