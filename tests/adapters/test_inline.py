"""What runs where it is asked for, what goes to the thread, and in which order."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.database.inline import FEW_ROWS, InlineConnection, connect


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[InlineConnection]:
    path = str(tmp_path / "inline.db")
    opened = connect(path, isolation_level=None)
    await opened
    await opened.execute("CREATE TABLE seats (person TEXT)")
    await opened.create_function("thread", 0, threading.get_ident)
    yield opened
    await opened.close()


async def test_a_short_statement_stays_in_its_thread(
    connection: InlineConnection,
) -> None:
    cursor = await connection.execute("SELECT thread()")

    assert await cursor.fetchone() == (threading.get_ident(),)


@pytest.mark.parametrize(("rows", "here"), [(FEW_ROWS, FEW_ROWS), (FEW_ROWS + 1, 0)])
async def test_many_rows_are_written_elsewhere_a_few_are_not(
    connection: InlineConnection, rows: int, here: int
) -> None:
    people = [(str(place),) for place in range(rows)]
    await connection.executemany("INSERT INTO seats VALUES (thread() || ?)", people)

    cursor = await connection.execute(
        "SELECT count(*) FROM seats WHERE person LIKE ?", (f"{threading.get_ident()}%",)
    )
    assert await cursor.fetchone() == (here,)


@pytest.mark.parametrize(
    ("begin", "waits"), [("BEGIN", False), ("BEGIN IMMEDIATE", True)]
)
async def test_only_the_end_of_a_writer_waits_for_the_disk(
    connection: InlineConnection, *, begin: str, waits: bool
) -> None:
    await connection.execute(begin)
    ended = asyncio.create_task(connection.commit())
    await asyncio.sleep(0)

    assert ended.done() is not waits
    await ended
    assert not connection.in_transaction


async def test_who_waits_for_the_lock_holds_nobody_up(
    connection: InlineConnection, tmp_path: Path
) -> None:
    holder = sqlite3.connect(tmp_path / "inline.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_execute(connection, "BEGIN IMMEDIATE"))
    await asyncio.sleep(0)

    assert not waiting.done()
    holder.execute("COMMIT")
    await waiting
    holder.close()
    assert connection.in_transaction


async def test_what_follows_a_step_given_up_comes_after_it(
    connection: InlineConnection, tmp_path: Path
) -> None:
    holder = sqlite3.connect(tmp_path / "inline.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_execute(connection, "BEGIN IMMEDIATE"))
    await asyncio.sleep(0)
    waiting.cancel()
    undone = asyncio.create_task(connection.rollback())
    await asyncio.sleep(0)
    holder.execute("COMMIT")
    holder.close()

    await undone

    assert waiting.cancelled()
    assert not connection.in_transaction


async def _execute(connection: InlineConnection, words: str) -> None:
    await connection.execute(words)
