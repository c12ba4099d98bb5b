"""Handing a batch of messages to a provider, once or at most once more each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from temporalio import activity

from activities.places import Places, Rank
from domain.dispatch import Addressee, Batch, BatchRef, Handed, Outcome
from domain.errors import DeliveryError, PlanError


class Outbox(Protocol):
    """The deliveries of a batch."""

    async def take_over(self, ref: BatchRef) -> Batch:
        """Raise the fence: whoever had this batch before writes no more."""

    async def turn(
        self, batch: Batch, done: Outcome | None, wanted: str | None
    ) -> Addressee | None:
        """Close one delivery and reserve the next, in one commit."""


M_contra = TypeVar("M_contra", contravariant=True)
"""What is handed over: a letter, a text, a call."""


class Line(Protocol[M_contra]):
    """One kept connection to a provider."""

    @property
    def is_ready(self) -> bool:
        """May the next message be handed over at once?"""

    async def make_ready(self) -> bool:
        """Wait for the turn that a provider's rate gives; False if all are away."""

    async def send(self, message: M_contra, /) -> Outcome:
        """Hand one message over.

        Raises:
            DeliveryError: The provider is away, or it is not known what it took.
        """


class Carrier(Protocol[M_contra]):
    """Who carries the messages of one channel: the mail server, providers."""

    def line(self) -> AbstractAsyncContextManager[Line[M_contra]]:
        """Lend a connection; wait for one if all are taken."""


BEAT_S = 1.5
SHARE = 10  # messages in a row on one connection
T = TypeVar("T")
Compose = Callable[[Addressee], T]


@dataclass(frozen=True)
class Messaging(Generic[T]):
    """Activities that write to people, or call them, by one channel."""

    outbox: Outbox
    carrier: Carrier[T]
    stationery: Callable[[BatchRef], Awaitable[Compose[T]]]
    close_batch: Callable[[BatchRef], Awaitable[None]]
    places: Places  # as many as the carrier has connections

    @activity.defn(name="dispatch_batch")
    async def dispatch_batch(self, ref: BatchRef) -> None:
        """Send what this batch still owes.

        Safe to retry because rows say what left, and each attempt raises the fence.

        Raises:
            UnknownBatchError: No such batch.
            DeliveryError: The provider is away, or refuses some for now.
        """
        beat = asyncio.create_task(_beat())
        try:
            batch = await self.outbox.take_over(ref)
            compose = await self.stationery(ref)
            if postponed := await self._send_all(batch, compose):
                message = f"{postponed} postponed by the provider"
                raise DeliveryError(message)
            await self.close_batch(ref)
        finally:
            beat.cancel()

    async def _send_all(self, batch: Batch, compose: Compose[T]) -> int:
        """Share the batch between a few connections; count the postponed.

        The first share of any batch goes before what another still has to send: none
        waits for another's end. Then batches go as they came: the first ends first.
        """
        ids = batch.delivery_ids
        size = min(SHARE, -(-len(ids) // self.places.number)) or 1
        shares = [ids[at : at + size] for at in range(0, len(ids), size)]
        came = self.places.arrival()
        todo = iter([((min(n, 1), came), share) for n, share in enumerate(shares)])
        lines = min(self.places.number, len(shares))
        async with asyncio.TaskGroup() as group:  # not gather: errors leave no line
            tasks = [
                group.create_task(self._empty(todo, batch, compose))
                for _ in range(lines)
            ]
        return sum(task.result() for task in tasks)

    async def _empty(
        self,
        todo: Iterator[tuple[Rank, Sequence[str]]],
        batch: Batch,
        compose: Compose[T],
    ) -> int:
        """Send share after share until nothing is left; count the postponed."""
        postponed = 0
        for rank, share in todo:
            async with self.places.one(rank):
                postponed += await self._send(share, batch, compose)
        return postponed

    async def _send(
        self, share: Sequence[str], batch: Batch, compose: Compose[T]
    ) -> int:
        """Send over one connection, then let another batch have it."""
        postponed = 0
        done: Outcome | None = None
        async with self.carrier.line() as line:  # held first: few are ever in doubt
            for delivery_id in share:
                if not line.is_ready:  # what is done is written before any wait
                    await self.outbox.turn(batch, done, None)
                    done = None
                    if not await line.make_ready():
                        return postponed + 1
                addressee = await self.outbox.turn(batch, done, delivery_id)
                done = await _handed(line, addressee, compose) if addressee else None
                postponed += done is not None and done.handed is Handed.LATER
            await self.outbox.turn(batch, done, None)
        return postponed


async def _handed(line: Line[T], to: Addressee, compose: Compose[T]) -> Outcome:
    """Write one message and hand it over; what cannot be written concerns only one."""
    try:
        message = compose(to)
    except PlanError as refusal:
        return Outcome(
            delivery_id=to.delivery_id, handed=Handed.REFUSED, reply=refusal.code
        )
    return await line.send(message)


async def _beat() -> None:
    """Say again and again that this attempt lives, however slow the provider.

    Not as it starts: its server knows, and writes each beat down.
    """
    while True:
        await asyncio.sleep(BEAT_S)
        activity.heartbeat()
