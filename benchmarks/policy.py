"""What Postfix asks before it takes a mail (its protocol of policy services)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from adapters.embedded import LOOPBACK

Rule = Callable[[str], str]
"""What to do (`access(5)`) about a recipient."""
GO_ON = "DUNNO"


@asynccontextmanager
async def policy(rule: Rule) -> AsyncIterator[str]:
    """Answer by a rule; give what a restriction of Postfix says to ask it."""
    answer = partial(_answer, rule)
    server = await asyncio.start_server(answer, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"check_policy_service inet:{LOOPBACK}:{port}"


async def _answer(
    rule: Rule, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer request after request: lines `name=value`, an empty one ends each."""
    asked: dict[str, str] = {}
    async for line in reader:
        name, found, value = line.decode().strip().partition("=")
        asked |= {name: value} if found else {}
        if not found:
            writer.write(f"action={rule(asked.get('recipient', ''))}\n\n".encode())
            asked = {}
    writer.close()
