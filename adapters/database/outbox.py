"""Deliveries: reserved just before they leave, closed just after, in few commits.

Connections that finish together share a commit: closing n and reserving n + 1 are one
turn. A delivery is reserved only by who holds its connection and the batch's fence.

SQLite writes a few turns faster than a thread is woken: they are written where they
are asked for, if nobody else is writing. Whatever may wait (another's lock, a server,
the disk) is for a thread; while it commits, who comes queues up for its next commit.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from adapters.database.engines import one_writer, sync_engine
from adapters.database.fence import take_over
from adapters.database.pen import Pen, Work
from adapters.database.turns import Turn, Turns
from domain.dispatch import Addressee, Batch, BatchRef, Outcome

GATHERED_FOR = 5  # turns of the loop: two had three or four deliveries a commit
GROUP = 64  # turns in one commit at most
AT_ONCE_IN_A_ROW = 256  # commits; then one by the thread, which also moves the log


@dataclass(frozen=True, slots=True)
class _Order:
    work: Work
    loop: asyncio.AbstractEventLoop
    reply: "asyncio.Future[object]"


class Outbox:
    """The deliveries of every batch; the one writer of this process."""

    def __init__(self, url: str, *, now: Callable[[], datetime]) -> None:
        # NORMAL: a killed process loses nothing; a power cut, a few marks (repeats)
        engine = sync_engine(url, synchronous="NORMAL")
        turns = Turns(engine.dialect)
        self._pen = Pen(engine, turns, now)
        self._at_once: Pen | None = None
        if one_writer(url):
            never_waits = sync_engine(url, synchronous="NORMAL", waits=False)
            self._at_once = Pen(never_waits, turns, now)
        self._in_a_row = 0
        self._gathered: list[_Order] = []  # of a few turns of the loop
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    async def take_over(self, ref: BatchRef) -> Batch:
        """Raise the batch's fence and list what it still owes.

        Raises:
            UnknownBatchError: No such batch.
        """
        order = _ordered(lambda connection: take_over(connection, ref))
        self._orders.put(order)
        taken = await order.reply
        assert isinstance(taken, Batch)  # noqa: S101 - what take_over gives
        return taken

    async def turn(
        self, batch: Batch, done: Outcome | None, wanted: str | None
    ) -> Addressee | None:
        """Close `done`, reserve `wanted`: give its letter, or None if not to leave.

        None too when another attempt has raised the fence since.
        """
        order = _ordered(Turn(batch, done, wanted))
        if self._at_once is None:
            self._orders.put(order)
        else:
            self._gather(order)
        letter = await order.reply
        assert letter is None or isinstance(letter, Addressee)  # noqa: S101
        return letter

    def close(self) -> None:
        """Write what is queued, stop the thread."""
        self._hand_over()
        self._orders.put(None)
        self._thread.join()
        self._pen.close()
        if self._at_once is not None:
            self._at_once.close()

    def _gather(self, order: _Order) -> None:
        """Wait for those who finish in the next few turns of the loop."""
        if not self._gathered:
            self._write_after(GATHERED_FOR, order.loop)
        self._gathered.append(order)

    def _write_after(self, turns: int, loop: asyncio.AbstractEventLoop) -> None:
        if turns:
            loop.call_soon(self._write_after, turns - 1, loop)
        else:
            self._write_gathered()

    def _write_gathered(self) -> None:
        if self._in_a_row < AT_ONCE_IN_A_ROW and self._written_at_once():
            self._in_a_row += 1
        else:
            self._in_a_row = 0
            self._hand_over()

    def _written_at_once(self) -> bool:
        """Write what was gathered without a wait; False: it is still to be written."""
        orders = self._gathered
        if self._at_once is None or not 0 < len(orders) <= GROUP:
            return False
        try:
            replies = self._at_once.write([order.work for order in orders])
        except Exception:  # noqa: BLE001 - another writes, or worse: the thread tells
            return False
        self._gathered = []
        _settle(_answered(orders, replies))
        return True

    def _hand_over(self) -> None:
        orders, self._gathered = self._gathered, []
        for order in orders:
            self._orders.put(order)

    def _write(self) -> None:
        while (first := self._orders.get()) is not None:
            orders = self._ready(first)
            if turns := [order for order in orders if isinstance(order.work, Turn)]:
                self._commit(turns)
            for order in orders:  # alone: what it is refused concerns nobody else
                if not isinstance(order.work, Turn):
                    self._commit([order])

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
            replies = self._pen.write([order.work for order in orders])
        except BaseException as raised:  # noqa: BLE001 - each asker gets it
            error = raised
        settled: dict[asyncio.AbstractEventLoop, list[_Settled]] = defaultdict(list)
        for order, said in zip(orders, _answered(orders, replies, error), strict=True):
            settled[order.loop].append(said)
        for loop, group in settled.items():  # one wake-up of the loop a commit
            with suppress(RuntimeError):  # it is closed: nobody waits there
                loop.call_soon_threadsafe(_settle, group)


def _ordered(work: Work) -> _Order:
    loop = asyncio.get_running_loop()
    return _Order(work, loop, loop.create_future())


_Settled = tuple["asyncio.Future[object]", object, BaseException | None]


def _answered(
    orders: Iterable[_Order],
    replies: Iterable[object],
    error: BaseException | None = None,
) -> list[_Settled]:
    return [
        (order.reply, reply, error)
        for order, reply in zip(orders, replies, strict=True)
    ]


def _settle(group: Iterable[_Settled]) -> None:
    for reply, value, error in group:
        if reply.done():  # the asker was cancelled
            continue
        if error is None:
            reply.set_result(value)
        else:
            reply.set_exception(error)
