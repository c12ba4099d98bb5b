"""The versions of the plan: what is written over, what is kept, what is in force."""

import asyncio

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database import known_facts, plan_links, plans, reviews, tables
from adapters.database import people as people_rows
from adapters.database.unit import Database
from domain.card_editing import add_card
from domain.content import (
    Change,
    ChangeOrigin,
    FieldValue,
    Layer,
    Reading,
    SectionContent,
)
from domain.cpts import Cpts, RoleHolders
from domain.errors import MissingRoleHolderError
from domain.known_facts import PastExercise
from domain.notice import NoticeKind
from domain.plan import Plan, plan_id_of, text_sha256
from domain.plan_errors import (
    ChangedMeanwhileError,
    NoDraftError,
    UnknownVersionError,
)
from domain.plan_version import PlanVersion, VersionKind, VersionStatus
from domain.review import ReviewTask, TaskAnswer, TaskKind
from domain.template import Template
from tests.layered import local_card
from tests.national import national
from tests.world import (
    CPTS_ID,
    LINK_KEY,
    activation,
    cpts,
    people,
    rpps,
    settle,
    template,
)

ACTOR = "COORDINATEUR"
TABLE = tables.plan_versions


async def made(database: Database) -> Plan:
    return await new_plan(database, CPTS_ID, template(), ACTOR)


async def stands(database: Database, number: int, status: VersionStatus) -> None:
    """Bring a version where its life would."""
    async with database.write() as connection:
        await connection.execute(
            sa.update(TABLE).where(TABLE.c.number == number).values(status=status)
        )


async def history(database: Database) -> tuple[PlanVersion, ...]:
    async with database.read() as connection:
        return await plans.history(connection, CPTS_ID)


async def crisis(database: Database, **changes: object) -> None:
    said = activation(database.now(), **changes)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")
    await open_crisis(database, order, LINK_KEY)


async def saved(database: Database, plan: Plan, revision: int) -> PlanVersion:
    async with database.act(CPTS_ID) as act:
        return await plans.save_draft(act, plan, revision)


async def test_a_draft_that_nothing_refers_to_is_written_over(
    database: Database,
) -> None:
    await settle(database, 6)

    again = await made(database)

    (only,) = await history(database)
    assert (again.number, only.revision) == (1, 2)
    assert only.kind is VersionKind.FIRST_WRITING
    assert only.sha256 == text_sha256(again.canonical())
    async with database.read() as connection:
        assert await plans.version(connection, CPTS_ID, again.plan_id, 1) == again
        with pytest.raises(UnknownVersionError):
            await plans.version(connection, CPTS_ID, again.plan_id, 3)
        with pytest.raises(UnknownVersionError):
            await plans.version_row(connection, CPTS_ID, 3)
        known = dict(await people_rows.all_of(connection, CPTS_ID))
    held = {holder.role: holder.person_id for holder in again.holders}
    assert set(held) == {"REFERENT_SSE", "PILOTAGE"}
    assert known[held["PILOTAGE"]].rpps == rpps(2)


async def test_a_draft_that_a_crisis_froze_is_never_written_over(
    database: Database,
) -> None:
    await settle(database, 6)
    (first,) = await history(database)
    await crisis(database)

    again = await made(database)

    frozen, draft = await history(database)
    assert (frozen, again.number) == (first, 2)
    assert (draft.number, draft.revision, draft.based_on) == (2, 1, None)


async def test_a_crisis_that_opens_during_a_save_keeps_what_it_froze(
    database: Database,
) -> None:
    await settle(database, 6)

    await asyncio.gather(crisis(database), *(made(database) for _ in range(3)))

    crises = tables.crises.c
    same = sa.and_(TABLE.c.number == crises.plan_number)
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(TABLE.c.sha256, crises.plan_sha256).join_from(
                tables.crises, TABLE, same
            )
        )
        (pair,) = rows.all()
    assert pair[0] == pair[1]


async def test_two_people_who_save_the_same_draft_are_told(
    database: Database,
) -> None:
    await settle(database, 6)
    async with database.read() as connection:
        plan, standing = await plans.draft(connection, CPTS_ID)
    mine = plan.model_copy(update={"region": "GRAND_EST"})

    first = await saved(database, mine, standing.revision)

    with pytest.raises(ChangedMeanwhileError):
        await saved(database, plan, standing.revision)
    assert await history(database) == (first,)
    assert first.sha256 == text_sha256(mine.canonical())


async def test_what_has_left_is_never_written_over(database: Database) -> None:
    await settle(database, 6)
    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    await stands(database, 1, VersionStatus.SUBMITTED)
    before = await history(database)

    with pytest.raises(NoDraftError):
        await saved(database, plan, 1)
    async with database.read() as connection:
        with pytest.raises(NoDraftError):
            await plans.draft(connection, CPTS_ID)

    assert await history(database) == before


SAID = SectionContent(
    section_id="SEC-09",
    fields=(
        FieldValue(name="regles_de_report", value="Selon le cas", layer=Layer.CPTS),
    ),
    reading=Reading(person_id="p-1", role="ORGA_MEDICALE", on="2026-11-20"),
)
CHANGE = Change(
    section_id="SEC-09",
    target="regles_de_report",
    origin=ChangeOrigin.DRAFTING,
    author="ORGA_MEDICALE",
    on="2026-11-20",
)


def sectioned() -> Template:
    """The small template, with one section of the national one."""
    section_id = SAID.section_id
    [section] = [s for s in national().sections if s.section_id == section_id]
    [form] = [f for f in national().forms if f.section_id == section_id]
    owned = section.model_copy(update={"owner": ACTOR})
    return template().model_copy(update={"sections": (owned,), "forms": (form,)})


async def rewritten(database: Database) -> Plan:
    return await new_plan(database, CPTS_ID, sectioned(), ACTOR)


async def written(database: Database) -> None:
    """Give the draft a section, read again, its change, and a card of the CPTS."""
    await rewritten(database)
    async with database.read() as connection:
        plan, standing = await plans.draft(connection, CPTS_ID)
    plan = add_card(plan, local_card(id="L2-01", roles=["PILOTAGE"]))
    others = tuple(s for s in plan.sections if s.section_id != SAID.section_id)
    said = {"sections": (*others, SAID), "changes": (CHANGE,)}
    await saved(database, plan.model_copy(update=said), standing.revision)


async def test_the_next_version_carries_over_what_the_adopted_one_says(
    database: Database,
) -> None:
    await settle(database, 6)
    await written(database)
    await stands(database, 1, VersionStatus.ADOPTED)

    second = await rewritten(database)

    assert (second.number, second.based_on) == (2, 1)
    assert second.kind is VersionKind.UPDATE
    assert second.section("SEC-09") == SAID.model_copy(update={"reading": None})
    assert (second.changes, second.local_cards) == ((), ("L2-01",))
    await stands(database, 2, VersionStatus.SUBMITTED)
    third = await rewritten(database)
    assert (third.number, third.based_on, third.kind) == (3, 1, VersionKind.UPDATE)


async def test_what_nobody_adopted_brings_its_changes_along(
    database: Database,
) -> None:
    await settle(database, 6)
    await written(database)
    await stands(database, 1, VersionStatus.SUBMITTED)

    second = await rewritten(database)

    assert (second.number, second.based_on) == (2, None)
    assert second.kind is VersionKind.FIRST_WRITING
    assert (second.section("SEC-09"), second.changes) == (SAID, (CHANGE,))


async def test_a_crisis_opens_with_the_adopted_version_else_the_submitted_one(
    database: Database,
) -> None:
    await settle(database, 6)

    async def number_in_force() -> int:
        async with database.read() as connection:
            plan, sha256 = await plans.in_force(connection, CPTS_ID)
        assert sha256 == text_sha256(plan.canonical())
        return plan.number

    await stands(database, 1, VersionStatus.SUBMITTED)
    await made(database)
    assert await number_in_force() == 1
    await stands(database, 2, VersionStatus.SUBMITTED)
    assert await number_in_force() == 2
    await stands(database, 1, VersionStatus.ADOPTED)
    await made(database)
    assert await number_in_force() == 1
    await stands(database, 1, VersionStatus.REPLACED)
    await stands(database, 2, VersionStatus.ADOPTED)
    assert await number_in_force() == 2


def with_roles(*roles: RoleHolders) -> Cpts:
    return cpts().model_copy(update={"roles": roles})


REFERENT, PILOT = cpts().roles


@pytest.mark.parametrize(
    ("roles", "role", "missing"),
    [
        ((REFERENT,), "PILOTAGE", "titulaire"),
        (
            (REFERENT, PILOT.model_copy(update={"holder": rpps(99)})),
            "PILOTAGE",
            "titulaire",
        ),
        (
            (REFERENT, PILOT.model_copy(update={"deputy": rpps(99)})),
            "PILOTAGE",
            "suppléant",
        ),
        (
            (REFERENT, PILOT.model_copy(update={"deputy": None})),
            "PILOTAGE",
            "suppléant",
        ),
    ],
)
async def test_a_plan_with_nobody_in_a_role_is_not_written(
    database: Database, roles: tuple[RoleHolders, ...], role: str, missing: str
) -> None:
    await add_cpts(database, with_roles(*roles), ACTOR)
    await import_roster(database, CPTS_ID, people(6), ACTOR)

    with pytest.raises(MissingRoleHolderError) as refused:
        await new_plan(database, CPTS_ID, template(), ACTOR)

    assert refused.value.facts == {"role": role, "missing": missing}
    assert await history(database) == ()


async def test_a_plan_whose_bureau_names_a_stranger_is_not_written(
    database: Database,
) -> None:
    tenant = with_roles(REFERENT, PILOT).model_copy(update={"bureau": ("x@y.example",)})
    await add_cpts(database, tenant, ACTOR)
    await import_roster(database, CPTS_ID, people(6), ACTOR)

    with pytest.raises(MissingRoleHolderError) as refused:
        await new_plan(database, CPTS_ID, template(), ACTOR)

    assert refused.value.facts["role"] == "BUREAU"


async def test_one_person_under_two_names_is_not_two_people(
    database: Database,
) -> None:
    """Holder by RPPS, deputy by mail: the same person may not stand in for herself."""
    twice = PILOT.model_copy(update={"deputy": "p2@val.example"})
    await add_cpts(database, with_roles(REFERENT, twice), ACTOR)
    await import_roster(database, CPTS_ID, people(6), ACTOR)

    with pytest.raises(MissingRoleHolderError):
        await new_plan(database, CPTS_ID, template(), ACTOR)


async def test_an_exercise_that_ended_is_known_and_a_real_crisis_is_not(
    database: Database,
) -> None:
    await settle(database, 6)
    await crisis(database, exercise=True)
    await crisis(database, exercise=False, reference="ARS-2026-119")

    async def known() -> tuple[PastExercise, ...]:
        async with database.read() as connection:
            facts = await known_facts.read(
                connection, cpts(), template(), database.now()
            )
        assert len(facts.roster) == 6
        return facts.exercises

    assert await known() == ()
    async with database.write() as connection:
        await connection.execute(sa.update(tables.crises).values(state="LEVEE"))
    assert await known() == (
        PastExercise(database.now().date(), ("SICK",), "Fumées d'incendie"),
    )


async def test_a_contact_called_back_and_a_reading_are_known_at_the_next_save(
    database: Database,
) -> None:
    await settle(database, 6)
    at = database.now()
    said = {"kind": TaskKind.AUTHORITY, "subject": "ARS_DD", "role": None}
    task = ReviewTask.model_validate({"task_id": "t1", **said})
    links = (
        {
            "token_hash": bytes([rank]) * 32,
            "kind": NoticeKind.READING,
            "plan_id": plan_id_of(CPTS_ID),
            "number": 1,
            "expires_at": at,
            "used_at": at if rank else None,
        }
        for rank in range(3)
    )
    async with database.act(CPTS_ID) as act:
        await reviews.add_tasks(act, "2026-T4", (task,))
        answer = {"answer": TaskAnswer.VERIFIED, "answered_at": at}
        await reviews.change_task(act, "2026-T4", "t1", answer)
        await plan_links.add_new(act, tuple(links))

    async with database.read() as connection:
        facts = await known_facts.read(connection, cpts(), template(), at)

    assert facts.verified == {"ARS_DD": at.date()}
    assert facts.readings == {1: (3, 2)}


async def test_plans_that_play_one_template_share_it_and_read_as_they_were_written(
    database: Database,
) -> None:
    await settle(database, 4)
    await settle(database, 4, "val-voisin")

    async with database.read() as connection:
        (mine, its_hash), (theirs, _) = [
            await plans.in_force(connection, each) for each in (CPTS_ID, "val-voisin")
        ]

    assert mine.template is theirs.template
    assert mine != theirs
    assert text_sha256(mine.canonical()) == its_hash
