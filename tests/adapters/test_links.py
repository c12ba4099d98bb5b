"""Links: found in whichever CPTS they are, by the one token that opens them."""

from datetime import timedelta

import pytest

from adapters.database import links
from adapters.database.unit import Database
from domain.errors import UnknownLinkError
from domain.link import Purpose, token, token_hash
from tests.world import CPTS_ID, LINK_KEY, settle

OTHER = "val-voisin"
VALUE = token(LINK_KEY, Purpose.ANSWER, "c-1.p-1")


async def keep(database: Database, cpts_id: str, value: str, person_id: str) -> None:
    async with database.act(cpts_id) as act:
        row = {
            "token_hash": token_hash(value),
            "purpose": Purpose.ANSWER,
            "crisis_id": "c-1",
            "person_id": person_id,
            "expires_at": act.at + timedelta(days=1),
        }
        await links.add(act, [row])


async def find(database: Database, value: str) -> links.LinkRow:
    async with database.read() as connection:
        return await links.find(connection, Purpose.ANSWER, value, database.now())


async def test_a_link_is_found_in_whichever_cpts_it_is(database: Database) -> None:
    await settle(database, 6)
    await settle(database, 6, OTHER)
    theirs = token(LINK_KEY, Purpose.ANSWER, "c-2.p-2")
    await keep(database, CPTS_ID, VALUE, "p-1")
    await keep(database, OTHER, theirs, "p-2")

    assert (await find(database, VALUE)).cpts_id == CPTS_ID
    found = await find(database, theirs)
    assert (found.cpts_id, found.person_id) == (OTHER, "p-2")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_token_that_two_cpts_gave_opens_neither(database: Database) -> None:
    """57 bits may meet; PostgreSQL refuses the second, SQLite has no index of all."""
    await settle(database, 6)
    await settle(database, 6, OTHER)
    await keep(database, CPTS_ID, VALUE, "p-1")
    await keep(database, OTHER, VALUE, "p-2")

    with pytest.raises(UnknownLinkError):
        await find(database, VALUE)
