"""Deliveries: reserved just before they leave, closed just after, in few commits.

One thread writes. While a commit runs, the connections that finish queue up, and
the next commit takes them all: closing n and reserving n + 1 share it. A delivery
is reserved only by who holds its connection and the batch's fence.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.database.engines import WRITING, sync_engine
from adapters.database.fence import take_over
from adapters.database.turns import Turn, Turns
from domain.dispatch import Addressee, Batch, BatchRef, Outcome

GROUP = 64  # turns in one commit at most


@dataclass(frozen=True, slots=True)
class _Order:
    work: Callable[[Connection], object] | Turn
    loop: asyncio.AbstractEventLoop
    reply: "asyncio.Future[object]"


class Outbox:
    """The deliveries of every batch; the one writer of this process."""

    def __init__(self, url: str, *, now: Callable[[], datetime]) -> None:
        # NORMAL: a killed process loses nothing; a power cut, a few marks (repeats)
        self._engine = sync_engine(url, synchronous="NORMAL")
        self._now = now
        self._turns = Turns(self._engine.dialect)
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    async def take_over(self, ref: BatchRef) -> Batch:
        """Raise the batch's fence and list what it still owes.

        Raises:
            UnknownBatchError: No such batch.
        """
        taken = await self._ask(lambda connection: take_over(connection, ref))
        assert isinstance(taken, Batch)  # noqa: S101 - what take_over gives
        return taken

    async def turn(
        self, batch: Batch, done: Outcome | None, wanted: str | None
    ) -> Addressee | None:
        """Close `done`, reserve `wanted`: give its letter, or None if not to leave.

        None too when another attempt has raised the fence since.
        """
        letter = await self._ask(Turn(batch, done, wanted))
        assert letter is None or isinstance(letter, Addressee)  # noqa: S101
        return letter

    def close(self) -> None:
        """Write what is queued, stop the thread."""
        self._orders.put(None)
        self._thread.join()
        self._engine.dispose()

    async def _ask(self, work: Callable[[Connection], object] | Turn) -> object:
        loop = asyncio.get_running_loop()
        order = _Order(work, loop, loop.create_future())
        self._orders.put(order)
        return await order.reply

    def _write(self) -> None:
        while (first := self._orders.get()) is not None:
            orders = self._ready(first)
            if turns := [order for order in orders if isinstance(order.work, Turn)]:
                self._commit(turns)
            for order in orders:  # alone: what it is refused concerns nobody else
                if not isinstance(order.work, Turn):
                    self._commit([order])
        self._let_go()

    def _ready(self, first: _Order) -> list[_Order]:
        """Take all that queued up during the last commit."""
        orders = [first]
        while len(orders) < GROUP:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                break
            if order is None:  # the end, once these are written
                self._orders.put(None)
                break
            orders.append(order)
        return orders

    def _commit(self, orders: Sequence[_Order]) -> None:
        replies: list[object] = [None] * len(orders)
        error: BaseException | None = None
        try:
            connection = self._connected()
            with connection.begin():
                replies = self._perform(connection, orders)
        except BaseException as raised:  # noqa: BLE001 - each asker gets it
            error = raised
            self._let_go()
        settled: dict[asyncio.AbstractEventLoop, list[_Settled]] = defaultdict(list)
        for order, reply in zip(orders, replies, strict=True):
            settled[order.loop].append((order.reply, reply, error))
        for loop, group in settled.items():  # one wake-up of the loop a commit
            with suppress(RuntimeError):  # it is closed: nobody waits there
                loop.call_soon_threadsafe(_settle, group)

    def _connected(self) -> Connection:
        """Keep one connection; a failed one is not used again."""
        if self._connection is None:
            raw = self._engine.connect()
            self._connection = raw.execution_options(**WRITING)
        return self._connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _perform(
        self, connection: Connection, orders: Sequence[_Order]
    ) -> list[object]:
        turns: list[Turn] = []
        for order in orders:
            if not isinstance(order.work, Turn):
                return [order.work(connection)]
            turns.append(order.work)
        self._turns.lock(connection, turns)
        self._turns.close(connection, turns, self._now())
        letters = self._turns.reserve(connection, turns)
        return [letters.get(turn.key) for turn in turns]


_Settled = tuple["asyncio.Future[object]", object, BaseException | None]


def _settle(group: Iterable[_Settled]) -> None:
    for reply, value, error in group:
        if reply.done():  # the asker was cancelled
            continue
        if error is None:
            reply.set_result(value)
        else:
            reply.set_exception(error)
