"""The CPTS, its roster and its plan: what is refused leaves all as it was."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from acts.directory import add_cpts, compare_roster, import_roster
from acts.plan import new_plan
from adapters.database import people as people_rows
from adapters.database import tables, tenants
from adapters.database.unit import Database
from domain.errors import (
    CptsExistsError,
    EmptyRosterError,
    UnknownCptsError,
)
from domain.person import Person
from tests.world import CPTS_ID, cpts, people, template

ACTOR = "COORDINATEUR"


async def added(database: Database, *persons: Person) -> None:
    await add_cpts(database, cpts(), ACTOR)
    await import_roster(database, CPTS_ID, persons, ACTOR)


async def roster(database: Database) -> dict[str, Person]:
    """Who is on the roster now, keyed by id."""
    async with database.read() as connection:
        return dict(await people_rows.all_of(connection, CPTS_ID))


async def entries(database: Database) -> list[str]:
    table = tables.ledger_entries
    async with database.read() as connection:
        rows = await connection.execute(sa.select(table.c.kind).order_by(table.c.seq))
        return list(rows.scalars())


async def test_a_cpts_is_kept_whole(database: Database) -> None:
    await add_cpts(database, cpts(), ACTOR)

    async with database.read() as connection:
        assert await tenants.get(connection, CPTS_ID) == cpts()
        assert await tenants.names(connection) == ((CPTS_ID, cpts().name),)
    assert await entries(database) == ["cpts.added"]


async def test_a_cpts_is_added_once(database: Database) -> None:
    await add_cpts(database, cpts(), ACTOR)

    with pytest.raises(CptsExistsError):
        await add_cpts(database, cpts(), ACTOR)

    assert await entries(database) == ["cpts.added"]


async def test_a_cpts_added_twice_at_once_is_added_once(database: Database) -> None:
    done = await asyncio.gather(
        *(add_cpts(database, cpts(), ACTOR) for _ in range(4)), return_exceptions=True
    )

    assert done.count(None) == 1
    assert {type(each) for each in done if each} == {CptsExistsError}
    assert await entries(database) == ["cpts.added"]


async def test_a_roster_is_imported_then_compared(database: Database) -> None:
    three = people(3)
    await added(database, *three)
    moved = replace(three[1], email="autre@val.example")
    (fourth,) = people(4)[3:]
    known = {person.identity: key for key, person in (await roster(database)).items()}

    change = await import_roster(database, CPTS_ID, (three[0], moved, fourth), ACTOR)

    assert (change.new, change.gone) == ((fourth,), (three[2],))
    assert change.changed == ((three[1], moved),)
    after = await roster(database)
    assert set(after.values()) == {three[0], moved, fourth}
    assert after[known[moved.identity]] == moved


async def test_who_comes_back_keeps_their_id(database: Database) -> None:
    one, two = people(2)
    await added(database, one, two)
    before = await roster(database)
    await import_roster(database, CPTS_ID, (one,), ACTOR)
    assert set((await roster(database)).values()) == {one}

    back = replace(two, mobile="+33639980099")
    await import_roster(database, CPTS_ID, (one, back), ACTOR)

    after = await roster(database)
    assert set(after) == set(before)
    assert back in after.values()


async def test_an_id_says_nothing_of_the_person(database: Database) -> None:
    await added(database, *people(3))

    for person_id, person in (await roster(database)).items():
        assert len(person_id) == 12
        assert person.last_name.casefold() not in person_id
        assert (person.rpps or "") not in person_id


async def test_an_empty_roster_leaves_the_one_before(database: Database) -> None:
    await added(database, *people(3))

    with pytest.raises(EmptyRosterError):
        await import_roster(database, CPTS_ID, (), ACTOR)

    assert len(await roster(database)) == 3
    assert (await entries(database)).count("roster.imported") == 1


async def test_a_dry_run_changes_nothing(database: Database) -> None:
    await added(database, *people(3))

    change = await compare_roster(database, CPTS_ID, people(5))

    assert len(change.new) == 2
    assert len(await roster(database)) == 3
    assert (await entries(database)).count("roster.imported") == 1


async def test_nothing_is_done_for_a_cpts_that_nobody_added(
    database: Database,
) -> None:
    with pytest.raises(UnknownCptsError):
        await import_roster(database, CPTS_ID, people(1), ACTOR)
    with pytest.raises(UnknownCptsError):
        await compare_roster(database, CPTS_ID, people(1))
    with pytest.raises(UnknownCptsError):
        await new_plan(database, CPTS_ID, template(), ACTOR)

    assert await entries(database) == []


async def test_two_cpts_never_see_each_other(database: Database) -> None:
    await added(database, *people(3))
    await add_cpts(database, cpts("autre-val"), ACTOR)

    with pytest.raises(EmptyRosterError):
        await new_plan(database, "autre-val", template(), ACTOR)

    await import_roster(database, "autre-val", people(1), ACTOR)
    assert len(await roster(database)) == 3


async def test_no_plan_without_anybody(database: Database) -> None:
    await add_cpts(database, cpts(), ACTOR)

    with pytest.raises(EmptyRosterError):
        await new_plan(database, CPTS_ID, template(), ACTOR)
