"""Roll calls that the calendar opens, and their end, on both databases."""

from datetime import UTC, datetime

import sqlalchemy as sa

from acts.calendar import keep_day
from acts.roll_call import ROLL_CALLS, OpenRollCall, open_roll_call
from adapters.database import enrolments, roll_calls, tables
from adapters.database.unit import Database
from domain.roll_call import RollCallKind
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, settle


async def opened(database: Database) -> list[str]:
    async with database.read() as connection:
        found = await roll_calls.of_cpts(connection, CPTS_ID)
    return sorted(each.roll_call_id for each in found)


async def day(database: Database, now: Now, on: str) -> None:
    now.at = datetime.fromisoformat(f"{on}T09:00").replace(tzinfo=UTC)
    await keep_day(database, CPTS_ID, LINK_KEY, ())


async def ended(database: Database) -> int:
    found = tables.ledger_entries.c
    async with database.read() as connection:
        number = await connection.scalar(
            sa.select(sa.func.count()).where(
                found.kind == "roll_call.ended", found.about == CPTS_ID + ROLL_CALLS
            )
        )
    return number or 0


async def test_the_year_opens_four_tests_and_asks_twice_who_confirmed_long_ago(
    database: Database, now: Now
) -> None:
    await settle(database, 4)
    await day(database, now, "2027-03-01")
    assert await opened(database) == []  # nobody was invited: they know no one

    now.at = datetime(2027, 3, 2, 9, tzinfo=UTC)
    order = OpenRollCall(cpts_id=CPTS_ID, kind=RollCallKind.ENROL, actor="X")
    await open_roll_call(database, order, LINK_KEY)
    async with database.read() as connection:
        who = await connection.scalar(sa.select(tables.people.c.person_id))
    async with database.act(CPTS_ID) as act:
        await enrolments.confirm(act, str(who), None)
    for on in ("03-06", "03-08", "03-09", "05-03", "06-01", "11-15", "12-20"):
        await day(database, now, f"2027-{on}")

    assert await opened(database) == [
        "2027-03-02-inscription",
        "2027-03-08-essai",  # the 6th is a Saturday
        "2027-06-01-essai",
        "2027-11-15-exact",  # in May they had just said it
        "2027-12-20-essai",  # the machine was off in September
    ]
    assert await ended(database) == 4  # after a month: only December's is open
    async with database.read() as connection:
        said = await roll_calls.result(connection, CPTS_ID, "2027-11-15-exact")
    assert [each.person_id for each in said.people] == [who]
    assert said.median_delay is None
