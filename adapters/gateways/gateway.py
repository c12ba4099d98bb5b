"""One channel: its providers in order, the next one where the first is away or slow.

Source: docs/sources.md#providers
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from adapters.gateways.desk import Addresses, Desk, Spent
from domain.dispatch import Handed, Outcome
from domain.outgoing import Outgoing
from domain.provider import Provider
from domain.provider_call import Cause, Reply

PATIENCE_S = 1.0  # for the turn of a provider, before the next one is asked
LOOK_S = 0.1  # where nobody is away and nobody can yet: others have the processor
_SHOWN = 200


class GatewayLine:
    """One message at a time, to whichever provider takes it."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = desks
        self._held: Desk | None = None

    @property
    def is_ready(self) -> bool:
        """Is a connection of a provider held, and its turn come?"""
        return self._held is not None

    async def make_ready(self) -> bool:
        """Hold the first provider that can; False if all are away, or spent today."""
        while True:
            self._held = await self._taken()
            if self._held is not None:
                return True
            if all([await desk.is_away() for desk in self._desks]):
                return False
            await asyncio.sleep(LOOK_S)

    async def send(self, message: Outgoing) -> Outcome:
        """Hand a message over; who surely did not take it leaves it to the next."""
        desk, self._held = self._held, None
        assert desk is not None  # noqa: S101 - made ready
        reply = await _handed(desk, message)
        refused = reply if reply.cause is Cause.NUMBER else None
        asked = {desk}
        while reply.cause not in {None, Cause.DOUBT}:
            other = await self._taken(asked)
            if other is None:
                break
            asked.add(other)
            desk, reply = other, await _handed(other, message)
            refused = refused or (reply if reply.cause is Cause.NUMBER else None)
        if refused is not None and reply.cause is not None:
            reply = reply if reply.cause is Cause.DOUBT else refused
        return _outcome(message, desk.provider, reply)

    def let_go(self) -> None:
        """Give back what is held."""
        if self._held is not None:
            self._held.give_back()
            self._held = None

    async def _taken(self, asked: Collection[Desk] = ()) -> Desk | None:
        """Take the first that can, in order; the slow ones after all others."""
        for slow in (False, True):
            for desk in self._desks:
                if desk not in asked and await desk.take(PATIENCE_S, slow=slow):
                    return desk
        return None


async def _handed(desk: Desk, message: Outgoing) -> Reply:
    try:
        return await desk.hand_over(message)
    finally:
        desk.give_back()


_HANDED = {
    None: Handed.ACCEPTED,
    Cause.NUMBER: Handed.REFUSED,
    Cause.DOUBT: Handed.DOUBTFUL,
}


def _outcome(message: Outgoing, provider: Provider, reply: Reply) -> Outcome:
    return Outcome(
        delivery_id=message.delivery_id,
        handed=_HANDED.get(reply.cause, Handed.LATER),
        reply=reply.text[:_SHOWN],
        provider=provider.code,
        message_id=reply.message_id,
    )


class Gateway:
    """The providers of one channel, in this process."""

    def __init__(
        self, providers: Sequence[Provider], addresses: Addresses, spent: Spent
    ) -> None:
        self._desks = tuple(Desk(each, addresses, spent) for each in providers)
        self.connections = sum(each.connections for each in providers)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[GatewayLine]:
        """Lend a line; it holds a connection only once made ready."""
        line = GatewayLine(self._desks)
        try:
            yield line
        finally:
            line.let_go()

    @property
    def slow(self) -> tuple[str, ...]:
        """Name the providers that became slow, and were not quick since."""
        return tuple(desk.provider.code for desk in self._desks if desk.slowed)

    async def close(self) -> None:
        """Hang up everywhere."""
        for desk in self._desks:
            await desk.close()
