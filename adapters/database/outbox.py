"""Deliveries: reserved just before they leave, closed just after, in few commits.

One thread writes. While a commit runs, the connections that finish queue up, and
the next commit takes them all: closing n and reserving n + 1 share it. A delivery
is reserved only by who holds its connection and the batch's fence.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    select,
    update,
)

from adapters.database.engines import WRITING, sync_engine
from adapters.database.tables import batches, deliveries, recipients, waves
from domain.alert import ClosedWhy, DeliveryState, LookAgain, NotSent
from domain.dispatch import Addressee, Batch, BatchRef, Handed, Outcome
from domain.errors import UnknownBatchError
from domain.link import Purpose, answer_subject

OWED = (DeliveryState.QUEUED, DeliveryState.SENDING)
GROUP = 64  # turns in one commit at most

_AFTER = {
    Handed.ACCEPTED: DeliveryState.SENT,
    Handed.REFUSED: DeliveryState.NOT_SENT,
    Handed.LATER: DeliveryState.QUEUED,
}


@dataclass(frozen=True)
class _Turn:
    """Close one delivery, reserve the next: either may be none."""

    batch: Batch
    done: Outcome | None
    wanted: str | None


@dataclass(frozen=True)
class _Order:
    work: Callable[[Connection], object] | _Turn
    loop: asyncio.AbstractEventLoop
    reply: "asyncio.Future[object]"


class Outbox:
    """The deliveries of every batch; the one writer of this process."""

    def __init__(self, url: str, *, now: Callable[[], datetime]) -> None:
        # NORMAL: a killed process loses nothing; a power cut, a few marks (repeats)
        self._engine = sync_engine(url, synchronous="NORMAL")
        self._now = now
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    async def take_over(self, ref: BatchRef) -> Batch:
        """Raise the batch's fence and list what it still owes.

        Raises:
            UnknownBatchError: No such batch.
        """
        taken = await self._ask(lambda connection: _take_over(connection, ref))
        assert isinstance(taken, Batch)  # noqa: S101 - what _take_over gives
        return taken

    async def turn(
        self, batch: Batch, done: Outcome | None, wanted: str | None
    ) -> Addressee | None:
        """Close `done`, reserve `wanted`: give its letter, or None if not to leave.

        None too when another attempt has raised the fence since.
        """
        letter = await self._ask(_Turn(batch, done, wanted))
        assert letter is None or isinstance(letter, Addressee)  # noqa: S101
        return letter

    def close(self) -> None:
        """Write what is queued, stop the thread."""
        self._orders.put(None)
        self._thread.join()
        self._engine.dispose()

    async def _ask(self, work: Callable[[Connection], object] | _Turn) -> object:
        loop = asyncio.get_running_loop()
        order = _Order(work, loop, loop.create_future())
        self._orders.put(order)
        return await order.reply

    def _write(self) -> None:
        with self._engine.connect() as raw:
            connection = raw.execution_options(**WRITING)
            while (first := self._orders.get()) is not None:
                orders = [first]
                while len(orders) < GROUP:
                    try:
                        order = self._orders.get_nowait()
                    except queue.Empty:
                        break
                    if order is None:
                        self._orders.put(None)
                        break
                    orders.append(order)
                self._commit(connection, orders)

    def _commit(self, connection: Connection, orders: Sequence[_Order]) -> None:
        replies: list[object] = []
        error: BaseException | None = None
        try:
            with connection.begin():
                replies = self._perform(connection, orders)
        except BaseException as raised:  # noqa: BLE001 - each asker gets it
            error = raised
        for order, reply in zip(orders, replies or [None] * len(orders), strict=True):
            order.loop.call_soon_threadsafe(_settle, order.reply, reply, error)

    def _perform(
        self, connection: Connection, orders: Sequence[_Order]
    ) -> list[object]:
        turns = [order.work for order in orders if isinstance(order.work, _Turn)]
        _close(connection, turns, self._now())
        letters = _reserve(connection, turns)
        return [
            letters.get((order.work.batch.ref.cpts_id, order.work.wanted or ""))
            if isinstance(order.work, _Turn)
            else order.work(connection)
            for order in orders
        ]


def _settle(
    reply: "asyncio.Future[object]", value: object, error: BaseException | None
) -> None:
    if reply.done():  # the asker was cancelled
        return
    if error is None:
        reply.set_result(value)
    else:
        reply.set_exception(error)


def _take_over(connection: Connection, ref: BatchRef) -> Batch:
    raised = connection.execute(
        update(batches)
        .where(batches.c.cpts_id == ref.cpts_id, batches.c.batch_id == ref.batch_id)
        .values(fence=batches.c.fence + 1)
        .returning(batches.c.fence)
    ).scalar_one_or_none()
    if raised is None:
        raise UnknownBatchError(batch=ref.batch_id)
    doubtful = case((deliveries.c.state == DeliveryState.SENDING, 1), else_=0)
    rows = connection.execute(
        select(deliveries.c.delivery_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.batch_id == ref.batch_id,
            deliveries.c.state.in_(OWED),
        )
        .order_by(doubtful, deliveries.c.delivery_id)
    )
    return Batch(ref=ref, fence=raised, delivery_ids=tuple(rows.scalars()))


_CLOSING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == bindparam("k_cpts"),
        deliveries.c.delivery_id == bindparam("k_delivery"),
        deliveries.c.state != DeliveryState.SENT,
    )
    .values(
        state=bindparam("v_state"),
        reason=bindparam("v_reason"),
        reply=bindparam("v_reply"),
        sent_at=bindparam("v_sent_at"),
    )
)
_HOLDING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == bindparam("k_cpts"),
        deliveries.c.delivery_id == bindparam("k_delivery"),
    )
    .values(
        state=bindparam("v_state"),
        fence=bindparam("v_fence"),
        reason=bindparam("v_reason"),
    )
)


def _close(connection: Connection, turns: Sequence[_Turn], at: datetime) -> None:
    rows = [
        {
            "k_cpts": turn.batch.ref.cpts_id,
            "k_delivery": turn.done.delivery_id,
            "v_state": _AFTER[turn.done.handed],
            "v_reason": NotSent.REFUSED if turn.done.handed is Handed.REFUSED else None,
            "v_reply": turn.done.reply,
            "v_sent_at": at if turn.done.handed is Handed.ACCEPTED else None,
        }
        for turn in turns
        if turn.done
    ]
    if rows:
        connection.execute(_CLOSING, rows)


_LOOK = (
    select(
        deliveries.c.delivery_id,
        deliveries.c.batch_id,
        deliveries.c.crisis_id,
        deliveries.c.wave,
        deliveries.c.recipient_id,
        deliveries.c.name,
        deliveries.c.address,
        batches.c.fence,
        batches.c.document_id,
        waves.c.asks,
        waves.c.covered_at,
        waves.c.closed_why,
        recipients.c.answer,
    )
    .select_from(deliveries)
    .join(
        batches,
        and_(
            batches.c.cpts_id == deliveries.c.cpts_id,
            batches.c.batch_id == deliveries.c.batch_id,
        ),
    )
    .outerjoin(
        waves,
        and_(
            waves.c.cpts_id == deliveries.c.cpts_id,
            waves.c.crisis_id == deliveries.c.crisis_id,
            waves.c.wave == deliveries.c.wave,
        ),
    )
    .outerjoin(
        recipients,
        and_(
            recipients.c.cpts_id == deliveries.c.cpts_id,
            recipients.c.crisis_id == deliveries.c.crisis_id,
            recipients.c.wave == deliveries.c.wave,
            recipients.c.person_id == deliveries.c.recipient_id,
        ),
    )
    .where(
        deliveries.c.cpts_id == bindparam("k_cpts"),
        deliveries.c.delivery_id.in_(bindparam("k_deliveries", expanding=True)),
        deliveries.c.state.in_(OWED),
    )
    .with_for_update(of=deliveries)
)


def _addressee(found: RowMapping) -> Addressee:
    if found["document_id"]:
        purpose, subject = Purpose.RECEIPT, found["document_id"]
    else:
        purpose = Purpose.ANSWER
        subject = answer_subject(found["crisis_id"], found["recipient_id"])
    return Addressee(
        delivery_id=found["delivery_id"],
        name=found["name"],
        address=found["address"],
        purpose=purpose,
        subject=subject,
    )


def _reserve(
    connection: Connection, turns: Sequence[_Turn]
) -> dict[tuple[str, str], Addressee]:
    wanted: dict[str, dict[str, Batch]] = defaultdict(dict)
    for turn in turns:
        if turn.wanted:
            wanted[turn.batch.ref.cpts_id][turn.wanted] = turn.batch
    letters: dict[tuple[str, str], Addressee] = {}
    rows = []
    for cpts_id, asked in wanted.items():
        look = {"k_cpts": cpts_id, "k_deliveries": sorted(asked)}
        for found in connection.execute(_LOOK, look).mappings():
            batch = asked[found["delivery_id"]]
            if (found["batch_id"], found["fence"]) != (batch.ref.batch_id, batch.fence):
                continue  # another attempt took over
            reason = LookAgain(
                asks=bool(found["asks"]),
                answered=found["answer"] is not None,
                covered=found["covered_at"] is not None,
                closed_why=ClosedWhy(found["closed_why"])
                if found["closed_why"]
                else None,
            ).hold_back()
            rows.append(
                {
                    "k_cpts": cpts_id,
                    "k_delivery": found["delivery_id"],
                    "v_state": DeliveryState.NOT_SENT
                    if reason
                    else DeliveryState.SENDING,
                    "v_fence": batch.fence,
                    "v_reason": reason,
                }
            )
            if reason is None:
                letters[cpts_id, found["delivery_id"]] = _addressee(found)
    if rows:
        connection.execute(_HOLDING, rows)
    return letters
