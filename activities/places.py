"""A few places, lent to whoever comes first in an order of their own."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

Rank = tuple[int, ...]
"""Who has the lower one is let in first; equals as they came."""


class Places:
    """As `asyncio.Semaphore`, but those who wait are let in by rank.

    Args:
        number: How many are in at once.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._free = number
        self._came = count()
        self._waiting: list[tuple[Rank, int, asyncio.Future[None]]] = []

    def arrival(self) -> int:
        """Give a number to who arrives: each higher than the last."""
        return next(self._came)

    @asynccontextmanager
    async def one(self, rank: Rank) -> AsyncIterator[None]:
        """Lend a place; wait for one if all are taken."""
        await self._enter(rank)
        try:
            yield
        finally:  # soon: whoever leaves may wait again first, and be the lowest
            asyncio.get_running_loop().call_soon(self._pass_on)

    async def _enter(self, rank: Rank) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, self.arrival(), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # let in, and gone meanwhile
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
