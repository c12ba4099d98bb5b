"""aiosqlite without a trip to its thread for what takes microseconds.

Each step of each statement (cursor, execute, fetch, close) waits for two wake-ups of
a thread; an act of twenty statements spent half of its time there, with the only
write lock of SQLite in hand. What may wait (the disk, many rows written) still goes to
the thread, and so does all that follows a step still under way there. The lock is
waited for here: asked for again and again, and the loop turns meanwhile.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiosqlite import Connection
from typing_extensions import override

from adapters.database.in_turn import BEGIN, EVERY_S, PATIENCE_S, is_busy, never_waiting

FEW_ROWS = 32
_WORDS = (BEGIN, "PRAGMA")


class InlineConnection(Connection):
    """Runs short steps where they are asked for."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True  # as SQLAlchemy wants it
        self._under_way: deque[None] = deque()  # steps, even if nobody awaits them
        self._reading = False  # began as a reader: its end writes nothing

    @override
    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        step = partial(fn, *args, **kwargs)
        if not self._under_way and _begins_to_write(step):
            return await self._in_turn(step)
        if not self._under_way and not self._may_wait(step):
            return step()

        def noted() -> Any:  # noqa: ANN401 - whatever the step gives
            try:
                return step()
            finally:
                self._under_way.pop()

        self._under_way.append(None)
        queued: Callable[..., Awaitable[Any]] = super()._execute
        return await queued(noted)

    async def _in_turn(self, step: "partial[sqlite3.Cursor]") -> sqlite3.Cursor:
        self._reading = False
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        with never_waiting(self._conn):
            while True:
                try:
                    return step()
                except sqlite3.OperationalError as error:
                    if not is_busy(error) or loop.time() >= until:
                        raise
                await asyncio.sleep(EVERY_S)

    def _may_wait(self, step: "partial[Any]") -> bool:
        match getattr(step.func, "__name__", ""):
            case "execute":
                words = str(step.args[0])
                if words.startswith("BEGIN"):
                    self._reading = words == "BEGIN"
                return words.startswith(_WORDS)
            case "executemany":
                return len(step.args[1]) > FEW_ROWS
            case "commit":
                return not self._reading
            case name:  # closing a cursor waits for nothing, a connection may
                owner = getattr(step.func, "__self__", None)
                return name == "executescript" or (
                    name == "close" and isinstance(owner, sqlite3.Connection)
                )


def _begins_to_write(step: "partial[Any]") -> bool:
    name = getattr(step.func, "__name__", "")
    return name == "execute" and str(step.args[0]) == BEGIN


def connect(
    database: str,
    **options: Any,  # noqa: ANN401 - sqlite3's
) -> InlineConnection:
    """Open a database; takes what `sqlite3.connect` takes."""
    options["check_same_thread"] = False  # one step at a time all the same
    return InlineConnection(partial(sqlite3.connect, database, **options))
