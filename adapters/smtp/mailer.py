"""SMTP: a few kept connections, lent one at a time, given back only when clean."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from adapters.smtp.talk import NEGATIVE, Talk
from domain.dispatch import Handed, Outcome
from domain.errors import DeliveryError
from domain.letter import Letter

IDLE_CHECK_S = 5.0  # a connection unused for longer is asked if it still lives
TIMEOUT_S = 30.0
LETTER_TIMEOUT_S = 60.0  # one timer a letter: one a command costs a tenth of it
START_INPUT = 354
MOST_REFUSALS = 4  # on one connection: Postfix pauses a second an error past ten
CLOSING = 421  # RFC 5321 §3.8: the server hangs up
PERMANENT = 500
_LOST = (SMTPServerDisconnected, OSError, TimeoutError)


@dataclass(frozen=True)
class SmtpAccount:
    """Where mails are handed over, and as whom."""

    host: str
    port: int
    security: str = "plain"  # plain, starttls, tls
    username: str | None = None
    password: str | None = None


class MailLine:
    """One connection, lent."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._talk: Talk | None = None
        self._refusals = 0  # since it was dialled
        self.used_at = 0.0

    is_ready = True  # a mail server sets no rate

    async def make_ready(self) -> bool:
        """Have nothing to wait for: the connection is held."""
        return self.is_ready

    async def open(self) -> None:
        """Connect, or check that an idle connection still lives.

        Raises:
            DeliveryError: Nobody answers there.
        """
        now = asyncio.get_running_loop().time()
        if self._talk is not None and now - self.used_at > IDLE_CHECK_S:
            try:
                await self._say(b"NOOP")
            except (SMTPException, OSError):
                self.drop()
        if self._talk is None:
            await self._connect()

    async def _connect(self) -> None:
        account = self._account
        smtp = SMTP(
            hostname=account.host,
            port=account.port,
            username=account.username,
            password=account.password,
            use_tls=account.security == "tls",
            start_tls=account.security == "starttls",
            timeout=TIMEOUT_S,
        )
        try:
            await smtp.connect()
            if smtp.is_ehlo_or_helo_needed:  # it did already to sign in
                await smtp.ehlo()
            self._talk, self._refusals = Talk(smtp), 0
        except (SMTPException, OSError, ssl.SSLError) as error:
            smtp.close()
            message = f"mail server away: {type(error).__name__}"
            raise DeliveryError(message) from error

    async def send(self, letter: Letter) -> Outcome:
        """Hand one letter over.

        Raises:
            DeliveryError: The server is away, or hung up with the message half taken.
        """
        try:
            async with asyncio.timeout(LETTER_TIMEOUT_S):
                await self._envelope(letter)
                reply = await self._say(_stuffed(letter.message))
        except SMTPResponseException as error:
            return await self._refused(letter, error)
        except _LOST as error:
            message = f"mail server lost: {type(error).__name__}"
            raise DeliveryError(message) from error
        return Outcome(
            delivery_id=letter.delivery_id,
            handed=Handed.ACCEPTED,
            reply=reply.message[:200],
        )

    async def _envelope(self, letter: Letter) -> None:
        """Say from whom and to whom; a server that hung up meanwhile is redialled.

        Nothing was handed over yet: dialling again repeats nothing.
        """
        try:
            await self._say_envelope(letter)
        except (SMTPServerDisconnected, ConnectionError):
            await self._redial(letter)
        except SMTPResponseException as error:
            if error.code != CLOSING:
                raise
            await self._redial(letter)

    async def _redial(self, letter: Letter) -> None:
        self.drop()
        await self._connect()
        await self._say_envelope(letter)

    async def _say_envelope(self, letter: Letter) -> None:
        """Give three commands; a letter has checked its addresses, nobody does again.

        Raises:
            DeliveryError: The server refuses our sender: no recipient's fault.
            SMTPResponseException: The server says no.
        """
        replies = await self._live().ask(
            f"MAIL FROM:<{letter.return_path}>".encode("ascii"),
            f"RCPT TO:<{letter.address}>".encode("ascii"),
            b"DATA",
        )
        refusal = next((each for each in replies if each.code >= NEGATIVE), None)
        if refusal is None:
            return
        if replies[-1].code == START_INPUT:
            await self._live().ask(b".")  # RFC 2920 §3.1: a message for nobody
        if refusal is replies[0] and refusal.code != CLOSING:
            message = f"mail server refuses our sender: {refusal.code}"
            raise DeliveryError(message)
        raise SMTPResponseException(refusal.code, refusal.message)

    async def _say(self, words: bytes) -> SMTPResponse:
        """Say one thing.

        Raises:
            SMTPResponseException: The server says no.
        """
        (reply,) = await self._live().ask(words)
        if reply.code >= NEGATIVE:
            raise SMTPResponseException(reply.code, reply.message)
        return reply

    async def _refused(self, letter: Letter, error: SMTPResponseException) -> Outcome:
        """Read a refusal: for good (5xx) or for now (4xx); clear the envelope.

        A server makes those who gather refusals wait: they begin anew before that.
        """
        if error.code == CLOSING:
            self.drop()
            message = "mail server closing"
            raise DeliveryError(message) from error
        self._refusals += 1
        if self._refusals >= MOST_REFUSALS:
            await self.quit()
        else:
            await self._clear()
        final = error.code >= PERMANENT
        return Outcome(
            delivery_id=letter.delivery_id,
            handed=Handed.REFUSED if final else Handed.LATER,
            reply=f"{error.code} {error.message}"[:200],
        )

    async def _clear(self) -> None:
        try:
            await self._say(b"RSET")
        except (SMTPException, OSError):
            self.drop()

    def _live(self) -> Talk:
        if self._talk is None:
            raise SMTPServerDisconnected("not connected")
        return self._talk

    def drop(self) -> None:
        """Hang up without a word: what was under way is in doubt."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    async def quit(self) -> None:
        """Hang up politely."""
        if self._talk is not None:
            with suppress(SMTPException, OSError):
                await self._say(b"QUIT")
            self.drop()


def _stuffed(message: bytes) -> bytes:
    """End a message with its dot; its lines end in CRLF since it was made."""
    return message.replace(b"\r\n.", b"\r\n..") + b"."


class Mailer:
    """The kept connections of this process."""

    def __init__(self, account: SmtpAccount, connections: int) -> None:
        self._account = account
        self._free = asyncio.Semaphore(connections)
        self._idle: list[MailLine] = []

    @asynccontextmanager
    async def line(self) -> AsyncIterator[MailLine]:
        """Lend a connection; wait for one if all are taken.

        Raises:
            DeliveryError: The server is away.
        """
        async with self._free:
            line = self._idle.pop() if self._idle else MailLine(self._account)
            try:
                await line.open()
                yield line
            except BaseException:
                line.drop()  # never back to the others: it may be half-way
                raise
            line.used_at = asyncio.get_running_loop().time()
            self._idle.append(line)

    async def close(self) -> None:
        """Hang up everywhere."""
        while self._idle:
            await self._idle.pop().quit()
