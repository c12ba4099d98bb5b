"""A section of the draft: saved once, by one person at a time, and never too late."""

import asyncio

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.section import EditSection, ReadSection, edit_section, read_section
from adapters.database import people, plans, tables
from adapters.database.unit import Database
from domain.content import ChangeOrigin
from domain.errors import FormAlreadyPostedError, PatientDataError
from domain.plan import Plan
from domain.plan_errors import (
    ChangedMeanwhileError,
    NoDraftError,
    NoRoleError,
    RefusedSectionError,
    UnknownRoleError,
)
from domain.plan_version import PlanVersion, VersionStatus
from tests.samples import plan as sample
from tests.world import LINK_KEY, activation

CPTS_ID = sample.tenant().cpts_id
RULE = "Les soins qui attendent sont reportés."


@pytest.fixture
async def drafted(database: Database) -> Database:
    """The CPTS of the examples, and the first draft of its plan."""
    return await sample.settle(database)


async def latest(database: Database) -> tuple[Plan, PlanVersion]:
    async with database.read() as connection:
        return await plans.latest(connection, CPTS_ID)


def order(**changes: object) -> EditSection:
    said: dict[str, object] = {
        "cpts_id": CPTS_ID,
        "section_id": "SEC-09",
        "number": 1,
        "revision": 1,
        "values": {"regles_de_report": RULE},
        "author": "ORGA_MEDICALE",
    }
    return EditSection.model_validate(said | changes)


def reading(**changes: object) -> ReadSection:
    said: dict[str, object] = {
        "cpts_id": CPTS_ID,
        "section_id": "SEC-02",
        "number": 1,
        "revision": 1,
        "person": sample.tenant().roles[1].holder,
        "actor": "COORDINATEUR",
    }
    return ReadSection.model_validate(said | changes)


async def notes(database: Database, kind: str) -> list[str]:
    table = tables.ledger_entries
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.canonical)
            .where(table.c.kind == kind)
            .order_by(table.c.seq)
        )
        return list(rows.scalars())


async def test_a_section_is_saved_with_who_and_why_and_the_ledger_keeps_no_word(
    drafted: Database,
) -> None:
    detail = "exercice de mars, action 3"

    saved, changed = await edit_section(
        drafted, order(origin=ChangeOrigin.EXERCISE, detail=detail)
    )

    plan, standing = await latest(drafted)
    assert (changed, standing) == (("regles_de_report",), saved)
    assert (saved.number, saved.revision) == (1, 2)
    assert plan.section("SEC-09").value("regles_de_report") == RULE
    assert plan.section("SEC-01").value("nom") == sample.tenant().name
    (change,) = plan.changes
    assert (change.author, change.detail) == ("ORGA_MEDICALE", detail)
    (entry,) = await notes(drafted, "plan.edited")
    assert RULE not in entry
    assert saved.sha256 in entry


async def test_nothing_typed_otherwise_saves_nothing(drafted: Database) -> None:
    saved, _ = await edit_section(drafted, order())

    again, changed = await edit_section(drafted, order(revision=2))

    assert (again, changed) == (saved, ())
    assert len(await notes(drafted, "plan.edited")) == 1


async def test_of_two_people_who_edit_at_once_one_is_told(drafted: Database) -> None:
    said = (order(values={"regles_de_report": f"Règle {n}"}) for n in range(2))

    done = await asyncio.gather(
        *(edit_section(drafted, each) for each in said), return_exceptions=True
    )

    (told,) = (each for each in done if isinstance(each, BaseException))
    assert isinstance(told, ChangedMeanwhileError)
    assert len(await notes(drafted, "plan.edited")) == 1


async def test_a_form_posted_twice_is_saved_once(drafted: Database) -> None:
    await edit_section(drafted, order(nonce="n1"))

    with pytest.raises(FormAlreadyPostedError):
        await edit_section(drafted, order(nonce="n1"))


async def test_what_is_refused_leaves_the_draft_and_its_form_as_they_were(
    drafted: Database,
) -> None:
    before = await latest(drafted)

    with pytest.raises(RefusedSectionError):
        await edit_section(drafted, order(values={"inconnu": "x"}, nonce="n1"))
    with pytest.raises(UnknownRoleError):
        await edit_section(drafted, order(author="ORGA_MEDICAL"))
    with pytest.raises(PatientDataError):
        await edit_section(drafted, order(detail="patient né le 3 mai"))

    assert await latest(drafted) == before
    await edit_section(drafted, order(nonce="n1"))


async def test_what_was_submitted_is_never_edited(drafted: Database) -> None:
    async with drafted.write() as connection:
        await connection.execute(
            sa.update(tables.plan_versions).values(status=VersionStatus.SUBMITTED)
        )

    with pytest.raises(NoDraftError) as refused:
        await edit_section(drafted, order())
    with pytest.raises(NoDraftError):
        await read_section(drafted, reading())

    assert refused.value.facts["number"] == 1


async def test_a_draft_that_a_crisis_froze_is_edited_as_the_next_version(
    drafted: Database,
) -> None:
    said = activation(drafted.now())
    await open_crisis(
        drafted,
        OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE"),
        LINK_KEY,
    )
    frozen, _ = await latest(drafted)

    saved, _ = await edit_section(drafted, order())

    assert (saved.number, saved.revision) == (2, 1)
    async with drafted.read() as connection:
        kept = await plans.version(connection, CPTS_ID, frozen.plan_id, 1)
    assert kept == frozen
    with pytest.raises(ChangedMeanwhileError):
        await edit_section(drafted, order(values={"regles_de_report": "Autre"}))


async def test_a_reading_names_its_reader_by_an_id_and_the_ledger_seals_it(
    drafted: Database,
) -> None:
    saved = await read_section(drafted, reading(nonce="n1"))

    plan, standing = await latest(drafted)
    assert standing == saved
    said = plan.section("SEC-02").reading
    assert said
    assert said.person_id == plan.people_of("REFERENT_SSE")[0]
    assert plan.changes == ()
    (entry,) = await notes(drafted, "plan.read")
    assert said.person_id not in entry
    by_id = reading(person=said.person_id, revision=2, section_id="SEC-08")
    assert (await read_section(drafted, by_id)).revision == 3


async def test_only_who_holds_a_role_reads_for_the_plan(drafted: Database) -> None:
    plan, _ = await latest(drafted)
    async with drafted.read() as connection:
        roster = await people.all_of(connection, CPTS_ID)
    idle = next(p.rpps for i, p in roster if p.rpps and not plan.roles_of(i))

    for person in ("99999999999", idle):
        with pytest.raises(NoRoleError):
            await read_section(drafted, reading(person=person))
