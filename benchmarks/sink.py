"""A mail server that takes everything, fast; it can also misbehave on purpose."""

import argparse
import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

LOOPBACK = "127.0.0.1"
_END = b"\r\n.\r\n"
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_REPLIES = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
}


@dataclass
class Manners:
    """How the sink behaves, and how many messages it has taken."""

    refused: frozenset[str] = frozenset()
    delay_s: float = 0.0  # before a message is acknowledged, as a relay does
    hang_up_at: frozenset[int] = frozenset()  # message numbers, counted from 1
    greylist_s: float = 0.0  # a recipient first seen is put off that long
    put_off: re.Pattern[str] | None = None  # these recipients, this many times each
    put_off_times: int = 0
    record: Path | None = None
    taken: int = field(default=0, init=False)
    seen_at: dict[str, float] = field(default_factory=dict, init=False)
    tried: Counter[str] = field(default_factory=Counter, init=False)

    def answer(self, recipient: str) -> bytes:
        """Say if a recipient is taken: now, later, never."""
        now = time.monotonic()
        if recipient in self.refused:
            return b"550 5.1.1 no such user\r\n"
        if now - self.seen_at.setdefault(recipient, now) < self.greylist_s:
            return b"450 4.7.1 greylisted, come back later\r\n"
        self.tried[recipient] += 1
        often = self.tried[recipient] > self.put_off_times
        if not often and self.put_off and self.put_off.search(recipient):
            return b"451 4.3.0 try again later\r\n"
        return b"250 2.1.5 Ok\r\n"


class Conversation(asyncio.Protocol):
    """One connection; commands may be pipelined."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._record = (
            manners.record.open("ab", buffering=0) if manners.record else None
        )
        self._buffer = b""
        self._in_data = False
        self._recipient = ""
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP gives one
        self._transport = transport
        self._say(b"220 sink ESMTP\r\n")

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._record:
            self._record.close()

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        """Take one command or one message off the buffer; False: wait for more."""
        end = _END if self._in_data else b"\r\n"
        piece, found, rest = self._buffer.partition(end)
        if not found or self._transport is None:
            return False
        self._buffer = rest
        if self._in_data:
            self._in_data = False
            self._take(piece)
            self._recipient = ""
        else:
            self._obey(piece)
        return True

    def _obey(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            asked = line.partition(b"<")[2].partition(b">")[0].decode()
            answer = self._manners.answer(asked)
            self._recipient = asked if answer.startswith(b"250") else ""
            self._say(answer)
        elif verb == b"DATA" and not self._recipient:  # as Postfix says it
            self._say(b"554 5.5.1 Error: no valid recipients\r\n")
        elif verb == b"QUIT" and self._transport:
            self._say(b"221 2.0.0 Bye\r\n")
            self._transport.close()
        else:
            self._in_data = verb == b"DATA"
            self._say(_REPLIES.get(verb, b"502 5.5.2 unknown command\r\n"))

    def _take(self, message: bytes) -> None:
        manners = self._manners
        manners.taken += 1
        if self._record:
            found = _MESSAGE_ID.search(message)
            name = found[1].decode() if found else ""
            line = f"{time.time():.6f}\t{name}\t{self._recipient}\n"
            self._record.write(line.encode())
        if manners.taken in manners.hang_up_at and self._transport:
            self._transport.abort()  # taken, and never acknowledged
        elif manners.delay_s:
            loop = asyncio.get_running_loop()
            loop.call_later(manners.delay_s, self._say, b"250 2.0.0 Ok: queued\r\n")
        else:
            self._say(b"250 2.0.0 Ok: queued\r\n")

    def _say(self, reply: bytes) -> None:
        if self._transport is not None:
            self._transport.write(reply)


async def _serve(port: int, manners: Manners) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(manners), LOOPBACK, port)
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--record", type=Path, help="a line a message is added to it")
    options.add_argument("--delay-ms", type=float, default=0.0)
    options.add_argument("--refuse", action="append", default=[], metavar="ADDRESS")
    options.add_argument("--greylist-s", type=float, default=0.0)
    options.add_argument("--put-off", type=re.compile, metavar="REGEX")
    options.add_argument("--put-off-times", type=int, default=2)
    options.add_argument("--hang-up-at", action="append", default=[], type=int)
    given = options.parse_args()
    manners = Manners(
        refused=frozenset(given.refuse),
        delay_s=given.delay_ms / 1000,
        hang_up_at=frozenset(given.hang_up_at),
        greylist_s=given.greylist_s,
        put_off=given.put_off,
        put_off_times=given.put_off_times,
        record=given.record,
    )
    asyncio.run(_serve(given.port, manners))


if __name__ == "__main__":
    main()
