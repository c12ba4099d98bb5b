"""Versions of the plan: a draft is written over until it leaves, or a crisis opens."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.crises import CrisisRow
from adapters.database.tables import crises, plan_versions
from adapters.database.unit import Act
from domain.errors import UnknownPlanError
from domain.plan import Plan, text_sha256
from domain.plan_errors import (
    ChangedMeanwhileError,
    NoDraftError,
    UnknownVersionError,
)
from domain.plan_version import PlanVersion, VersionStatus
from domain.template import Template

_KEPT_AT_ONCE = 64
_TEMPLATES_KEPT = 16  # a national one takes a megabyte, and 25 ms to read
_STANDING = [column for column in plan_versions.c if column.name != "content"]
_kept: dict[str, Plan] = {}  # by hash, the oldest first: what a crisis froze stays


async def add(act: Act, plan: Plan) -> PlanVersion:
    """Write the first draft of a number."""
    key = {"cpts_id": act.cpts_id, "plan_id": plan.plan_id, "number": plan.number}
    await act.connection.execute(
        insert(plan_versions).values(**key, **_content(act, plan))
    )
    return await version_row(act.connection, act.cpts_id, plan.number)


async def save_draft(act: Act, plan: Plan, expected_revision: int) -> PlanVersion:
    """Write over the draft that was read; the next number if a crisis froze it.

    The CPTS is held (`tenants.hold`): no crisis opens meanwhile.

    Raises:
        ChangedMeanwhileError: Somebody else saved it since it was read.
        NoDraftError: It left already.
        UnknownVersionError: There is no such version.
    """
    known = await version_row(act.connection, act.cpts_id, plan.number)
    _check_open(known)
    if known.revision != expected_revision:
        raise ChangedMeanwhileError(number=plan.number)
    if await _is_frozen(act, plan):
        return await add(act, plan.model_copy(update={"number": plan.number + 1}))
    await act.connection.execute(
        update(plan_versions)
        .where(
            plan_versions.c.cpts_id == act.cpts_id,
            plan_versions.c.plan_id == plan.plan_id,
            plan_versions.c.number == plan.number,
        )
        .values(**_content(act, plan), revision=expected_revision + 1)
    )
    return await version_row(act.connection, act.cpts_id, plan.number)


def _content(act: Act, plan: Plan) -> Mapping[str, Any]:
    text = plan.canonical()
    return {
        "content": text,
        "sha256": text_sha256(text),
        "made_at": act.at,
        "kind": plan.kind,
        "based_on": plan.based_on,
    }


def _check_open(standing: PlanVersion) -> None:
    if standing.status is not VersionStatus.DRAFT:
        raise NoDraftError(cpts=standing.cpts_id, number=standing.number)


async def _is_frozen(act: Act, plan: Plan) -> bool:
    found = await act.connection.execute(
        select(crises.c.crisis_id)
        .where(
            crises.c.cpts_id == act.cpts_id,
            crises.c.plan_id == plan.plan_id,
            crises.c.plan_number == plan.number,
        )
        .limit(1)
    )
    return found.first() is not None


async def history(connection: AsyncConnection, cpts_id: str) -> tuple[PlanVersion, ...]:
    """List the versions of the plan, the first first, without their content."""
    rows = await connection.execute(
        select(*_STANDING)
        .where(plan_versions.c.cpts_id == cpts_id)
        .order_by(plan_versions.c.number)
    )
    return tuple(PlanVersion.model_validate(row) for row in rows.all())


async def version_row(
    connection: AsyncConnection, cpts_id: str, number: int
) -> PlanVersion:
    """Say where a version stands, without its content.

    Raises:
        UnknownVersionError: There is no such version.
    """
    found = await connection.execute(
        select(*_STANDING).where(
            plan_versions.c.cpts_id == cpts_id, plan_versions.c.number == number
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownVersionError(cpts=cpts_id, number=number)
    return PlanVersion.model_validate(row)


@lru_cache(maxsize=_KEPT_AT_ONCE)  # each page and each step of a review reads it
def _read(content: str) -> Plan:
    """Read a version; those that play one template share it: it is most of them."""
    said = from_json(content)
    said["template"] = _template(to_json(said["template"]))
    return Plan.model_validate(said)


@lru_cache(maxsize=_TEMPLATES_KEPT)
def _template(content: bytes) -> Template:
    return Template.model_validate_json(content)


async def latest(connection: AsyncConnection, cpts_id: str) -> tuple[Plan, PlanVersion]:
    """Give the last version, whatever became of it.

    Raises:
        UnknownPlanError: The CPTS has no plan.
    """
    found = await connection.execute(
        select(plan_versions)
        .where(plan_versions.c.cpts_id == cpts_id)
        .order_by(plan_versions.c.number.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownPlanError(cpts=cpts_id)
    return _read(row.content), PlanVersion.model_validate(row)


async def draft(connection: AsyncConnection, cpts_id: str) -> tuple[Plan, PlanVersion]:
    """Give the version that is being written.

    Raises:
        NoDraftError: The last version left already.
        UnknownPlanError: The CPTS has no plan.
    """
    plan, standing = await latest(connection, cpts_id)
    _check_open(standing)
    return plan, standing


_LIFE = {
    *("status", "submitted_at", "submitted_despite"),
    *("opinion", "opinion_at", "opinion_words"),
    *("decision", "adopted_at", "replaced_at"),
}


async def stand(act: Act, version: PlanVersion) -> None:
    """Write where a version stands; its content stays as it left."""
    decision = version.decision and version.decision.model_dump(mode="json")
    await act.connection.execute(
        update(plan_versions)
        .where(
            plan_versions.c.cpts_id == act.cpts_id,
            plan_versions.c.plan_id == version.plan_id,
            plan_versions.c.number == version.number,
        )
        .values(**version.model_dump(include=_LIFE) | {"decision": decision})
    )


_FIRST = case(
    (plan_versions.c.status == VersionStatus.ADOPTED, 0),
    (plan_versions.c.status == VersionStatus.SUBMITTED, 1),
    else_=2,
)


_IN_FORCE = (
    select(plan_versions.c.content, plan_versions.c.sha256)
    .where(plan_versions.c.cpts_id == given("k_cpts"))
    .order_by(_FIRST, plan_versions.c.number.desc())
    .limit(1)
)


async def in_force(connection: AsyncConnection, cpts_id: str) -> tuple[Plan, str]:
    """Give the version that a crisis opens with, and its hash.

    It is the last one adopted, else the last submitted, else the draft.

    Raises:
        UnknownPlanError: The CPTS has no plan.
    """
    found = await connection.execute(_IN_FORCE, {"k_cpts": cpts_id})
    row = found.one_or_none()
    if row is None:
        raise UnknownPlanError(cpts=cpts_id)
    return _read(row.content), row.sha256


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
        UnknownVersionError: There is no such version.
    """
    named = {"k_cpts": cpts_id, "k_plan": plan_id, "k_number": number}
    found = await connection.execute(_VERSION, named)
    content = found.scalar_one_or_none()
    if content is None:
        raise UnknownVersionError(cpts=cpts_id, number=number)
    return _read(content)


async def frozen(connection: AsyncConnection, crisis: CrisisRow) -> Plan:
    """Give the version that a crisis froze; each page asks, so it is read once.

    Raises:
        UnknownVersionError: There is no such version.
    """
    known = _kept.get(crisis.plan_sha256)
    if known is not None:
        return known
    plan = await version(connection, crisis.cpts_id, crisis.plan_id, crisis.plan_number)
    if len(_kept) >= _KEPT_AT_ONCE:
        _kept.pop(next(iter(_kept)), None)
    _kept[crisis.plan_sha256] = plan
    return plan
