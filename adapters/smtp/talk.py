"""An open SMTP connection, spoken to in groups of commands (RFC 2920).

aiosmtplib opens it, secures it, signs in, and waits for each reply before the next
command: four round trips a mail. A server that says so takes the commands of an
envelope at once: two round trips, whatever the distance.
"""

import asyncio
import re
from collections import deque
from collections.abc import Sequence
from typing import cast

from aiosmtplib import SMTP, SMTPResponse, SMTPServerDisconnected
from typing_extensions import override

NEGATIVE = 400  # RFC 5321 §4.2.1: from here on the server says no
_MOST = 65_536  # octets of replies: nobody says more
_REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*(\d{3})(?: ([^\n]*))?\n")


class Talk(asyncio.Protocol):
    """Commands and their replies, in order; any surprise ends it.

    Args:
        smtp: Connected and greeted; it is not to be used any more.

    Raises:
        SMTPServerDisconnected: It is connected no more.
    """

    def __init__(self, smtp: SMTP) -> None:
        if smtp.transport is None:
            raise SMTPServerDisconnected("not connected")
        self._transport = cast("asyncio.Transport", smtp.transport)  # not uvloop's heir
        self._together = smtp.supports_extension("pipelining")
        self._loop = asyncio.get_running_loop()
        self._awaited: deque[asyncio.Future[SMTPResponse]] = deque()
        self._heard = b""
        self._transport.set_protocol(self)

    async def ask(self, *commands: bytes) -> Sequence[SMTPResponse]:
        """Give commands; their replies end with a refusal if the server waits for each.

        Raises:
            SMTPServerDisconnected: The connection ended first.
        """
        if self._together:
            return [await reply for reply in self._say(*commands)]
        replies: list[SMTPResponse] = []
        for command in commands:
            replies.extend([await reply for reply in self._say(command)])
            if replies[-1].code >= NEGATIVE:
                break
        return replies

    def _say(self, *commands: bytes) -> Sequence[asyncio.Future[SMTPResponse]]:
        if self._transport.is_closing():
            raise SMTPServerDisconnected("connection lost")
        replies = [self._loop.create_future() for _ in commands]
        self._awaited.extend(replies)
        self._transport.write(b"\r\n".join((*commands, b"")))
        return replies

    def close(self) -> None:
        """Hang up without a word."""
        self._transport.close()

    @override
    def data_received(self, data: bytes) -> None:
        self._heard += data
        while self._awaited and (found := _REPLY.match(self._heard)):
            self._heard = self._heard[found.end() :]
            reply = self._awaited.popleft()
            if not reply.done():  # else nobody waits for it any more
                text = (found[2] or b"").decode(errors="replace").strip()
                reply.set_result(SMTPResponse(int(found[1]), text))
        unasked = self._heard and not self._awaited
        if unasked or len(self._heard) > _MOST:  # « 421 », or no SMTP at all
            self._transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        while self._awaited:
            reply = self._awaited.popleft()
            if not reply.done():
                reply.set_exception(SMTPServerDisconnected("connection lost"))
                reply.exception()  # whoever waits is told; the others need not be
