"""Many rows at once are what one row after another would be."""

from datetime import timedelta

from sqlalchemy import RowMapping, Table, select

from adapters.database.many import insert_all
from adapters.database.tables import crisis_people, links
from adapters.database.unit import Act, Database
from tests.world import CPTS_ID, OPENED, alerted


async def rows_of(act: Act, table: Table, crisis_id: str) -> list[RowMapping]:
    found = await act.connection.execute(
        select(table).where(table.c.crisis_id == crisis_id).order_by(table.c.person_id)
    )
    return list(found.mappings())


async def test_what_is_written_together_is_read_as_it_was(database: Database) -> None:
    ref = await alerted(database, 12)

    async with database.act(CPTS_ID) as act:
        people = await rows_of(act, crisis_people, ref.crisis_id)
        changed = {"crisis_id": "c-other", "skills": ("GÉRIATRIE",), "zone": None}
        await insert_all(
            act.connection, crisis_people, [{**p, **changed} for p in people]
        )
        copies = await rows_of(act, crisis_people, "c-other")
        link = {**(await rows_of(act, links, ref.crisis_id))[0], "crisis_id": "c-other"}
        until = OPENED + timedelta(days=3)
        again = {**link, "token_hash": bytes(32), "expires_at": until}
        await insert_all(act.connection, links, [again])
        await insert_all(act.connection, links, [])
        kept = await rows_of(act, links, "c-other")

    assert [dict(each) for each in copies] == [
        {**each, **changed, "skills": ["GÉRIATRIE"]} for each in people
    ]
    assert [dict(each) for each in kept] == [again]
