"""Who waits for SQLite's one writer gets in between two of another's commits."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from adapters.database import engines, inline
from adapters.database.engines import WRITING, async_engine, sync_engine

# PostgreSQL lets several write
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HELD_S, LEFT_S = 0.04, 0.01  # as whoever opens one crisis after another
TIMES = 6


class Greedy:
    """Writes, commits, and soon writes again; counts."""

    def __init__(self, url: str) -> None:
        self.held = 0
        self._path = sa.make_url(url).database or ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Have it write meanwhile."""
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    def _write(self) -> None:
        with sqlite3.connect(self._path, isolation_level=None, timeout=5) as own:
            while not self._over.is_set():
                own.execute("BEGIN IMMEDIATE")
                self.held += 1
                time.sleep(HELD_S)
                own.execute("COMMIT")
                time.sleep(LEFT_S)
        own.close()


@pytest.fixture
def greedy(database_url: str) -> Iterator[Greedy]:
    greedy = Greedy(database_url)
    with greedy.at_work():
        yield greedy


async def test_an_act_waits_for_the_commit_under_way_and_not_for_many_more(
    database_url: str, greedy: Greedy
) -> None:
    engine = async_engine(database_url)
    passed = 0
    for _ in range(TIMES):
        await asyncio.sleep(LEFT_S)
        before = greedy.held
        async with engine.connect() as raw:
            connection = await raw.execution_options(**WRITING)
            async with connection.begin():
                passed += greedy.held - before
    await engine.dispose()

    assert passed <= 2 * TIMES


def test_a_thread_waits_for_the_commit_under_way_and_not_for_many_more(
    database_url: str, greedy: Greedy
) -> None:
    engine = sync_engine(database_url)
    passed = 0
    for _ in range(TIMES):
        time.sleep(LEFT_S)
        before = greedy.held
        with engine.connect() as raw, raw.execution_options(**WRITING).begin():
            passed += greedy.held - before
    engine.dispose()

    assert passed <= 2 * TIMES


async def test_who_waited_long_enough_is_refused_and_may_ask_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "PATIENCE_S", 0.05)
    monkeypatch.setattr(engines, "PATIENCE_S", 0.05)
    holder = sqlite3.connect(
        sa.make_url(database_url).database or "", isolation_level=None
    )
    holder.execute("BEGIN IMMEDIATE")
    acts, thread = async_engine(database_url), sync_engine(database_url)
    raw = await acts.connect()
    writing = await raw.execution_options(**WRITING)
    own = thread.connect().execution_options(**WRITING)

    with pytest.raises(OperationalError, match="locked"):
        await writing.begin()
    with pytest.raises(OperationalError, match="locked"):
        own.begin()
    holder.execute("COMMIT")
    holder.close()
    async with writing.begin():
        await writing.execute(sa.text("SELECT 1"))
    with own.begin():
        assert own.scalar(sa.text("PRAGMA busy_timeout")) == engines.BUSY_TIMEOUT_MS
    await raw.close()
    own.close()
    await acts.dispose()
    thread.dispose()
