"""A crisis with two posts and few seats: what tests of missions start from."""

from datetime import timedelta
from functools import cache
from itertools import count

import sqlalchemy as sa

from acts.alert import RecordAnswer
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.mission import ProposeMission
from acts.mission_answer import AnswerMission
from acts.plan import new_plan
from adapters.database import missions, standing, tables
from adapters.database.standing import Standing
from adapters.database.unit import Database
from domain.answer import Availability
from domain.card import ActionCard, Staffing
from domain.mission import Mission, MissionOrder, MissionReply
from domain.person import Person, Status
from domain.reference import CrisisRef
from domain.sheet import Pair
from domain.template import Template
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, rpps, template

FIRST, SECOND = "T2-07", "T2-09"
NURSES, STUDENT, EMPLOYEE = 7, 7, 8
_nonces = count()


def _post(card_id: str, short: str, nurses: int, target: int) -> ActionCard:
    seats = {
        "card_id": card_id,
        "short": short,
        "needs": (Pair(code="INFIRMIER", nombre=nurses),),
        "professions": ("INFIRMIER", "MEDECIN_GENERALISTE"),
        "staffing": Staffing.model_validate({"min": nurses, "cible": target}),
    }
    return template().card("T2-07").model_copy(update=seats)


def _numbers() -> ActionCard:
    """A card of numbers from one's own practice, in the words of the small plan."""
    small = template().card("T2-07")
    kept = {"roles": small.roles, "partners": small.partners}
    return national().card("T2-04").model_copy(update=kept)


@cache
def two_posts() -> Template:
    """Two seats and one open on the first card, one on the second."""
    sick = template().type_sheet("SICK")
    cards = (
        _post(FIRST, "appui EHPAD", 2, 3),
        _post(SECOND, "vaccination", 1, 1),
        _numbers(),
    )
    sheets = (sick.model_copy(update={"cards": cards}),)
    return template().model_copy(update={"types": sheets})


def people() -> tuple[Person, ...]:
    """Nurses, then a student nurse, then one whose employer is asked."""
    statuses = (*[Status.SELF_EMPLOYED] * NURSES, Status.STUDENT, Status.SALARIED)
    return tuple(
        Person(
            rpps=rpps(i),
            last_name=f"Fictif{i:05d}",
            first_name="Camille",
            profession="INFIRMIER",
            zone="Nord" if i % 2 else "Sud",
            email=f"p{i}@val.example",
            status=status,
        )
        for i, status in enumerate(statuses)
    )


async def crisis_with_posts(
    database: Database, link_key: bytes = LINK_KEY, **changes: object
) -> CrisisRef:
    """Open a crisis that wants nurses on two posts."""
    return await crisis_of(database, people(), two_posts(), link_key, **changes)


async def crisis_of(
    database: Database,
    everyone: tuple[Person, ...],
    posts: Template,
    link_key: bytes = LINK_KEY,
    **changes: object,
) -> CrisisRef:
    """Open a crisis in a CPTS of these people, on this template."""
    await add_cpts(database, cpts(), "COORDINATEUR")
    await import_roster(database, CPTS_ID, everyone, "COORDINATEUR")
    await new_plan(database, CPTS_ID, posts, "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, link_key)


async def persons(database: Database, ref: CrisisRef) -> list[str]:
    """List the ids of these people, in the order of `people`."""
    table = tables.crisis_people.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.person_id)
            .where(table.crisis_id == ref.crisis_id)
            .order_by(table.last_name)
        )
        return list(rows.scalars())


def yes(
    ref: CrisisRef, person_id: str, answer: Availability = Availability.IMMEDIATE
) -> RecordAnswer:
    return RecordAnswer(
        **ref.model_dump(),
        person_id=person_id,
        answer=answer,
        nonce=f"n{next(_nonces)}",
    )


def mission_of(
    database: Database, ref: CrisisRef, person_id: str, card_id: str = FIRST
) -> ProposeMission:
    """A mission of two hours that starts in an hour."""
    starts_at = database.now() + timedelta(hours=1)
    order = MissionOrder(
        card_id=card_id,
        person_id=person_id,
        place="EHPAD des Tilleuls",
        contact="Claude Fictif, 05 36 49 00 14",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    return ProposeMission(**ref.model_dump(), mission=order, actor="ORGA_MEDICALE")


def replies(
    ref: CrisisRef, person_id: str, mission_id: str, reply: MissionReply, **more: object
) -> AnswerMission:
    said: dict[str, object] = {
        **ref.model_dump(),
        "person_id": person_id,
        "mission_id": mission_id,
        "reply": reply,
        "nonce": f"n{next(_nonces)}",
    }
    return AnswerMission.model_validate(said | more)


async def stand_of(database: Database, ref: CrisisRef, person_id: str) -> Standing:
    async with database.read() as connection:
        return await standing.of_person(connection, ref, person_id)


async def all_missions(database: Database, ref: CrisisRef) -> tuple[Mission, ...]:
    async with database.read() as connection:
        return await missions.of_crisis(connection, ref)
