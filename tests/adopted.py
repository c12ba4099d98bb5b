"""A plan of the national template that leaves: submitted, answered, adopted."""

from datetime import date

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
from adapters.database import people as roster
from adapters.database.unit import Database
from domain.cpts import Cpts, RoleHolders
from domain.knobs import Knobs
from domain.plan_version import Opinion, PlanVersion
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


async def id_of(database: Database, identity: str) -> str:
    """Give the id of somebody of the roster, by RPPS."""
    async with database.read() as connection:
        known = await roster.all_of(connection, CPTS_ID)
    return next(i for i, person in known if person.rpps == identity)
