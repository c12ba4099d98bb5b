"""One act, one transaction: all of it or none, and nobody woken too early."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from adapters.database import ledger
from adapters.database.engines import sync_engine
from adapters.database.tables import batches, checkpoints, ledger_entries
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.errors import EmptyRosterError, UnfitEntryError
from domain.ledger import Entry
from domain.merkle import Edge
from tests.conftest import ORIGIN, Now

CPTS = "val-test"
BATCH = {
    "cpts_id": CPTS,
    "batch_id": "b1",
    "crisis_id": "c-1",
    "message": "V2",
    "fence": 0,
}


async def count(database: Database, table: sa.Table) -> int:
    async with database.read() as connection:
        found = await connection.scalar(sa.select(sa.func.count()).select_from(table))
    assert found is not None
    return found


async def test_an_act_writes_rows_ledger_and_seal_then_wakes(
    database: Database, wakes: list[str]
) -> None:
    async with database.act(CPTS) as act:
        await act.connection.execute(sa.insert(batches).values(BATCH))
        act.note("answer", about="c-1", actor="VOLONTAIRE")
        act.sign_checkpoint()
        act.wake("crisis/val-test/c-1")
        assert wakes == []

    assert wakes == ["crisis/val-test/c-1"]
    assert await count(database, batches) == 1
    assert await count(database, ledger_entries) == 1
    assert await count(database, checkpoints) == 1


async def test_whoever_is_woken_finds_the_facts(
    database_url: str, now: Now, signer: Signer
) -> None:
    """The hint is given after the commit: a reader of its own already sees the row."""
    seen: list[int] = []
    engine = sync_engine(database_url)

    def look(_hint: str) -> None:
        with engine.connect() as connection:
            query = sa.select(sa.func.count()).select_from(batches)
            seen.append(connection.execute(query).scalar_one())

    facts = Database(database_url, now=now, sign=signer.sign, origin=ORIGIN, wake=look)
    async with facts.act(CPTS) as act:
        await act.connection.execute(sa.insert(batches).values(BATCH))
        act.wake("crisis/val-test/c-1")
    await facts.close()
    engine.dispose()

    assert seen == [1]


async def test_a_refused_act_leaves_nothing_and_wakes_nobody(
    database: Database, wakes: list[str]
) -> None:
    async def refused() -> None:
        async with database.act(CPTS) as act:
            await act.connection.execute(sa.insert(batches).values(BATCH))
            act.note("answer", about="c-1", actor="VOLONTAIRE")
            act.sign_checkpoint()
            act.wake("crisis/val-test/c-1")
            raise EmptyRosterError

    with pytest.raises(EmptyRosterError):
        await refused()

    assert wakes == []
    for table in (batches, ledger_entries, checkpoints):
        assert await count(database, table) == 0


async def test_an_entry_that_the_ledger_refuses_takes_the_rows_with_it(
    database: Database, wakes: list[str]
) -> None:
    async def unfit() -> None:
        async with database.act(CPTS) as act:
            await act.connection.execute(sa.insert(batches).values(BATCH))
            act.note("answer", about="c-1", actor="X", facts={"place": "Pre\u0301"})
            act.wake("crisis/val-test/c-1")

    with pytest.raises(UnfitEntryError):
        await unfit()

    assert wakes == []
    assert await count(database, batches) == 0


async def test_a_reader_sees_one_instant(database: Database) -> None:
    async with database.act(CPTS) as act:
        await act.connection.execute(sa.insert(batches).values(BATCH))
        assert await count(database, batches) == 0

    assert await count(database, batches) == 1


async def test_eight_writers_of_one_ledger_lose_nothing(database: Database) -> None:
    async def write(writer: int) -> None:
        for number in range(10):
            async with database.act(CPTS) as act:
                facts = {"writer": writer, "number": number}
                act.note("note", about=f"c-{writer}", actor="SYSTEME", facts=facts)

    await asyncio.gather(*(write(writer) for writer in range(8)))

    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(ledger_entries.c.canonical).order_by(ledger_entries.c.seq)
        )
        entries = [Entry.read(text) for text in rows.scalars()]
        root = await ledger.root_at(connection, CPTS, 80)
    assert [entry.seq for entry in entries] == list(range(80))
    said = [(entry.facts["writer"], entry.facts["number"]) for entry in entries]
    assert sorted(said) == [(w, n) for w in range(8) for n in range(10)]
    last: dict[str, int] = {}
    for entry in entries:
        assert entry.prev == last.get(entry.about)
        last[entry.about] = entry.seq
    assert root == Edge().extend([e.leaf_hash() for e in entries]).root()


async def test_a_hundred_increments_at_once_are_all_there(database: Database) -> None:
    """Read, then write: the pattern that loses updates under weaker transactions."""
    async with database.act(CPTS) as act:
        await act.connection.execute(sa.insert(batches).values(BATCH))

    async def increment() -> None:
        async with database.act(CPTS) as act:
            found = await act.connection.execute(
                sa.select(batches.c.fence)
                .where(batches.c.batch_id == "b1")
                .with_for_update()
            )
            values = {"fence": found.scalar_one() + 1}
            await act.connection.execute(sa.update(batches).values(values))

    await asyncio.gather(*(increment() for _ in range(100)))

    async with database.read() as connection:
        assert await connection.scalar(sa.select(batches.c.fence)) == 100


async def test_instants_come_back_aware_and_the_same(
    database: Database, now: Now
) -> None:
    async with database.act(CPTS) as act:
        row = BATCH | {"closed_at": act.at}
        await act.connection.execute(sa.insert(batches).values(row))

    async with database.read() as connection:
        assert await connection.scalar(sa.select(batches.c.closed_at)) == now.at


async def test_an_instant_without_a_zone_never_reaches_a_row(
    database: Database, now: Now
) -> None:
    row = BATCH | {"closed_at": now.at.replace(tzinfo=None)}

    with pytest.raises(sa.exc.StatementError, match="without a zone"):
        async with database.act(CPTS) as act:
            await act.connection.execute(sa.insert(batches).values(row))


async def test_a_read_only_file_says_so(
    tmp_path: Path, sqlite_model: Path, now: Now, signer: Signer
) -> None:
    """What commands turn into a sentence: the database's own words, not a hang."""
    path = tmp_path / "tocsin.db"
    shutil.copy(sqlite_model, path)
    path.chmod(0o444)
    url = f"sqlite:///{path}"
    if os.geteuid() == 0:  # to root no file is read-only: ask for it
        url = f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true"
    facts = Database(url, now=now, sign=signer.sign, origin=ORIGIN)

    with pytest.raises(OperationalError, match="readonly"):
        async with facts.act(CPTS) as act:
            await act.connection.execute(sa.insert(batches).values(BATCH))
    await facts.close()
