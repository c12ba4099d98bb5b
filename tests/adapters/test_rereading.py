"""A whole ledger read again: what was changed behind its back is named."""

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import ledger
from adapters.database.rereading import Part, Reread, reread
from adapters.database.tables import (
    checkpoints,
    ledger_entries,
    ledger_head,
    ledger_tiles,
)
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.merkle import EMPTY_ROOT, leaf_hash
from tests.adapters.test_ledger_store import CPTS, PLAN, append, draft

ENTRIES = 300


@pytest.fixture
async def signed(database: Database) -> Database:
    """A ledger of one complete tile and a part of another, signed in the middle."""
    await append(database, *(draft(n) for n in range(ENTRIES // 2)))
    async with database.act(CPTS) as act:
        act.sign_checkpoint()
    await append(database, *(draft(n, PLAN) for n in range(ENTRIES // 2)))
    return database


async def read(connection: AsyncConnection) -> Reread:
    """Read the ledger with the key that signed it."""
    return await reread(
        connection,
        CPTS,
        lambda said: Signer(bytes(range(32)), said.host).sign(said.body),
    )


async def test_an_untouched_ledger_holds_to_its_last_entry(signed: Database) -> None:
    async with signed.read() as connection:
        root = await ledger.root_at(connection, CPTS, ENTRIES)

        assert await read(connection) == Reread(ENTRIES, root)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_ledger_without_entries_holds(database: Database) -> None:
    async with database.read() as connection:
        assert await read(connection) == Reread(0, EMPTY_ROOT)


def entry(seq: int) -> sa.Update:
    return sa.update(ledger_entries).where(ledger_entries.c.seq == seq)


def told(seq: int, text: str) -> sa.Update:
    """Rewrite an entry, and its hash with it."""
    return entry(seq).values(canonical=text, leaf_hash=leaf_hash(text.encode()))


MOVED = sa.literal_column("canonical").op("||")(" ")
TAMPERED = {
    "a word": (entry(7).values(canonical=MOVED), Part.ENTRY, 7),
    "a word and its hash": (told(8, '{"seq": 8}'), Part.ENTRY, 8),
    "no entry": (told(9, "…"), Part.ENTRY, 9),
    "whose": (entry(10).values(about=PLAN), Part.ENTRY, 10),
    "gone": (
        sa.delete(ledger_entries).where(ledger_entries.c.seq == 11),
        Part.ENTRY,
        11,
    ),
    "last gone": (
        sa.delete(ledger_entries).where(ledger_entries.c.seq == 299),
        Part.HEAD,
        0,
    ),
    "a tile": (sa.update(ledger_tiles).values(hashes=b"?"), Part.TILE, 0),
    "no tile": (sa.delete(ledger_tiles), Part.TILE, 0),
    "the edge": (sa.update(ledger_head).values(edge=b"?"), Part.HEAD, 0),
    "a seal": (sa.update(checkpoints).values(note="?"), Part.CHECKPOINT, 150),
    "another seal": (
        sa.update(checkpoints).values(
            note=sa.func.replace(checkpoints.c.note, "\n— ", "\n— x")
        ),
        Part.CHECKPOINT,
        150,
    ),
    "the end": (sa.update(checkpoints).values(size=999), Part.CHECKPOINT, 999),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_changed_behind_its_back_is_named(signed: Database) -> None:
    """Each time as somebody who owns the file would: without its triggers."""
    async with signed.write() as connection:
        triggers = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in (await connection.scalars(triggers)).all():
            await connection.execute(sa.text(f"DROP TRIGGER {name}"))
        for what, (statement, wrong, place) in TAMPERED.items():
            async with connection.begin_nested() as tampering:
                await connection.execute(statement)
                said = await read(connection)
                await tampering.rollback()

            assert (said.wrong, said.place) == (wrong, place), what
