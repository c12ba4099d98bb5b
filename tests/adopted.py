"""A plan of the national template that leaves: submitted, answered, adopted."""

from datetime import date

import sqlalchemy as sa

from acts.adoption import (
    DecidePlan,
    RecordOpinion,
    SubmitPlan,
    decide_plan,
    record_opinion,
    submit_plan,
)
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database import documents, plans, tables
from adapters.database import people as roster
from adapters.database.unit import Act, Database
from domain.cpts import MAIN_AUTHORITY, Cpts, RoleHolders
from domain.knobs import Knobs
from domain.plan_version import Opinion, PlanVersion, VersionStatus
from domain.transmission import PLAN
from tests.conducted import ROLES
from tests.national import national
from tests.world import CPTS_ID, cpts, people, rpps

COORDINATOR = "COORDINATEUR"
PRESIDENT, DEPUTY = (rpps(2 * ROLES.index("DECISION") + n) for n in range(2))
DESPITE = "Le contrat attend la version avant le 1er décembre."


def tenant(**knobs: object) -> Cpts:
    """The CPTS with all its roles held, and these doubts settled."""
    holders = tuple(
        RoleHolders(code=code, titulaire=rpps(2 * n), suppleant=rpps(2 * n + 1))
        for n, code in enumerate(ROLES)
    )
    update = {"roles": holders, "knobs": Knobs.model_validate(knobs)}
    return cpts().model_copy(update=update)


async def drafted(database: Database, **knobs: object) -> None:
    """Add a CPTS, its people and the draft of its plan."""
    await add_cpts(database, tenant(**knobs), COORDINATOR)
    await import_roster(database, CPTS_ID, people(30), COORDINATOR)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)


async def submitted(database: Database, **knobs: object) -> PlanVersion:
    """Add a CPTS whose plan was submitted, though incomplete."""
    await drafted(database, **knobs)
    return await submit(database)


async def submit(database: Database) -> PlanVersion:
    order = SubmitPlan(cpts_id=CPTS_ID, despite=DESPITE, actor=COORDINATOR)
    return await submit_plan(database, order)


def today(database: Database) -> date:
    return database.now().astimezone(cpts().zone_info).date()


async def answer(database: Database, opinion: Opinion, **said: object) -> PlanVersion:
    facts = {
        "cpts_id": CPTS_ID,
        "opinion": opinion,
        "on": today(database),
        "words": "Lieux de repli à préciser.",
        "actor": COORDINATOR,
    }
    return await record_opinion(database, RecordOpinion.model_validate(facts | said))


async def decide(database: Database, **said: object) -> PlanVersion:
    """Have the bureau adopt the version, unless it is said otherwise."""
    facts = {
        "cpts_id": CPTS_ID,
        "adopted": True,
        "on": today(database),
        "signed_by": PRESIDENT,
        "present": 5,
        "quorum": 4,
        "actor": COORDINATOR,
    }
    return await decide_plan(database, DecidePlan.model_validate(facts | said))


async def put_in_force(act: Act) -> None:
    """Write that the last version was adopted and left to the ARS, with no letter."""
    version = (await plans.history(act.connection, act.cpts_id))[-1]
    values = {"status": VersionStatus.ADOPTED, "adopted_at": act.at}
    await act.connection.execute(
        sa.update(tables.plan_versions)
        .where(tables.plan_versions.c.number == version.number)
        .values(**values)
    )
    copy = {"document_id": f"{version.plan_id}.sent", "crisis_id": version.plan_id}
    printed = {"kind": PLAN, "title": "Plan", "path": "plan.pdf", "sha256": "0" * 64}
    await documents.add(act, {**copy, **printed, "plan_number": version.number})
    posted = {"contact": MAIN_AUTHORITY, "step": 1, "ended_at": act.at}
    await documents.send(act, {**copy, **posted})


async def id_of(database: Database, identity: str) -> str:
    """Give the id of somebody of the roster, by RPPS."""
    async with database.read() as connection:
        known = await roster.all_of(connection, CPTS_ID)
    return next(i for i, person in known if person.rpps == identity)
