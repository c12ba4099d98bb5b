"""The way to a mail server, cut once it took a message and before anybody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from adapters.embedded import LOOPBACK

_TAKEN = b"queued"  # how Postfix says that a message is its own
_MOST = 65_536


@asynccontextmanager
async def cable(port: int, server_port: int, cut_at: int) -> AsyncIterator[None]:
    """Carry what is said on a port to a server, and back.

    Args:
        port: Where people call.
        server_port: Who answers.
        cut_at: The acknowledgement, counted from 1, that is not carried back.
    """
    way = _Way(server_port, cut_at)
    server = await asyncio.start_server(way.carry, LOOPBACK, port)
    async with server:
        yield


class _Way:
    def __init__(self, server_port: int, cut_at: int) -> None:
        self._server_port = server_port
        self._left = cut_at

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry one connection until one of its ends is left."""
        answers, orders = await asyncio.open_connection(LOOPBACK, self._server_port)
        there = asyncio.create_task(_carry(reader, orders))
        with suppress(ConnectionError):
            while (said := await answers.read(_MOST)) and not self._cuts(said):
                writer.write(said)
        there.cancel()
        for end in (writer, orders):
            end.transport.abort()

    def _cuts(self, said: bytes) -> bool:
        """Count an acknowledgement; is it the one?"""
        taken = _TAKEN in said
        self._left -= taken
        return taken and self._left == 0


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while said := await reader.read(_MOST):
            writer.write(said)
    writer.close()
