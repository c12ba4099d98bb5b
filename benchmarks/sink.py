"""A mail server that takes everything, fast, and keeps a record of it."""

import argparse
import asyncio
import re
import time
from collections.abc import Callable
from functools import partial
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


class Conversation(asyncio.Protocol):
    """One connection; commands may be pipelined.

    Args:
        record: A line a message is added to it.
        delay_s: Before a message is acknowledged, as a relay does.
    """

    def __init__(self, record: Path | None = None, delay_s: float = 0) -> None:
        self._record = record.open("ab", buffering=0) if record else None
        self._delay_s = delay_s
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
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            self._say(b"250 2.1.5 Ok\r\n")
        elif verb == b"QUIT" and self._transport:
            self._say(b"221 2.0.0 Bye\r\n")
            self._transport.close()
        else:
            self._in_data = verb == b"DATA"
            self._say(_REPLIES.get(verb, b"502 5.5.2 unknown command\r\n"))

    def _take(self, message: bytes) -> None:
        if self._record:
            found = _MESSAGE_ID.search(message)
            name = found[1].decode() if found else ""
            line = f"{time.time():.6f}\t{name}\t{self._recipient}\n"
            self._record.write(line.encode())
        if self._delay_s:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay_s, self._say, b"250 2.0.0 Ok: queued\r\n")
        else:
            self._say(b"250 2.0.0 Ok: queued\r\n")

    def _say(self, reply: bytes) -> None:
        if self._transport is not None:
            self._transport.write(reply)


async def _serve(port: int, talk: Callable[[], Conversation]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(talk, LOOPBACK, port)
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--record", type=Path, help="a line a message is added to it")
    options.add_argument("--delay-ms", type=float, default=0.0)
    given = options.parse_args()
    talk = partial(Conversation, given.record, given.delay_ms / 1000)
    asyncio.run(_serve(given.port, talk))


if __name__ == "__main__":
    main()
