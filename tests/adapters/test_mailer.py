"""Kept connections to a mail server that refuses, postpones, hangs up or is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from adapters.smtp.mailer import Mailer, MailLine, SmtpAccount
from domain.dispatch import Handed, Outcome
from domain.errors import DeliveryError
from domain.letter import Letter

CONNECTIONS = 2


class Server:
    """A mail server that a test tells what to answer, and how often."""

    def __init__(self, *extensions: str) -> None:
        self.extensions = extensions
        self.mails: list[tuple[str | None, list[str], bytes]] = []
        self.mail_from = Answers()
        self.rcpt_to = Answers()
        self.data = Answers()
        self.open: set[asyncio.BaseTransport] = set()
        self.dialled = 0
        self.most = 0
        self.port = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        return [f"250-{extension}" for extension in self.extensions] + responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        del session
        if (said := self.mail_from.next(server)) is not None:
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        del session
        if (said := self.rcpt_to.next(server)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        content = envelope.content
        assert isinstance(content, bytes)
        said = self.data.next(server)
        if said is None or said == HANG_UP:
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, content))
        return said or "250 kept as 42"

    def hang_up(self) -> None:
        """Close every connection without a word."""
        for transport in self.open:
            transport.close()


HANG_UP = "hang up"


class Answers:
    """What to answer next; nothing left: as usual."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def next(self, server: SMTP) -> str | None:
        if not self.told:
            return None
        said = self.told.pop(0)
        if said == HANG_UP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return said


class Counted(SMTP):
    """A connection that its server knows of."""

    def __init__(self, kept: Server) -> None:
        super().__init__(kept, enable_SMTPUTF8=False)
        self.kept = kept

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.kept.open.add(transport)
        self.kept.dialled += 1
        self.kept.most = max(self.kept.most, len(self.kept.open))
        super().connection_made(transport)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self.kept.open = {t for t in self.kept.open if not t.is_closing()}
        super().connection_lost(error)


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["one by one", "together"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    kept = Server(*request.param)
    listening = await asyncio.get_running_loop().create_server(
        lambda: Counted(kept), "127.0.0.1", 0
    )
    kept.port = listening.sockets[0].getsockname()[1]
    yield kept
    listening.close()


@pytest.fixture
async def mailer(server: Server) -> AsyncIterator[Mailer]:
    opened = Mailer(SmtpAccount("127.0.0.1", server.port), CONNECTIONS)
    yield opened
    await opened.close()


def letter(number: int = 1) -> Letter:
    return Letter(
        delivery_id=f"c-1.1.p-{number}.COURRIEL",
        address=f"p{number}@val.example",
        name="Camille Fictive",
        link="https://tocsin.example/r/2222222222",
        return_path=f"retours+c-1.1.p-{number}@tocsin.example",
        message=b"Subject: essai\r\n\r\nBonjour\r\n",
    )


async def send(mailer: Mailer, number: int = 1) -> Outcome:
    async with mailer.line() as line:
        return await line.send(letter(number))


async def test_a_letter_is_handed_over_in_its_own_envelope(
    mailer: Mailer, server: Server
) -> None:
    said = await send(mailer)

    assert said.handed is Handed.ACCEPTED
    assert said.delivery_id == letter().delivery_id
    assert "42" in said.reply
    ((sender, recipients, content),) = server.mails
    assert (sender, recipients) == (letter().return_path, [letter().address])
    assert content == letter().message


async def test_a_line_that_starts_with_a_dot_arrives_as_it_is(
    mailer: Mailer, server: Server
) -> None:
    text = b"Subject: essai\r\n\r\n.\r\n..deux\r\n.fin\r\n"

    async with mailer.line() as line:
        await line.send(replace(letter(), message=text))
        await line.send(letter(2))

    assert [content for _, _, content in server.mails] == [text, letter().message]


async def test_a_kept_connection_is_used_again(mailer: Mailer, server: Server) -> None:
    for number in range(5):
        await send(mailer, number)

    assert (len(server.mails), server.dialled) == (5, 1)


@pytest.mark.parametrize("step", ["rcpt_to", "data"])
@pytest.mark.parametrize(
    ("reply", "handed"),
    [
        ("550 5.1.1 no such user", Handed.REFUSED),
        ("552 5.2.2 mailbox full", Handed.REFUSED),
        ("451 4.7.1 greylisted", Handed.LATER),
        ("452 4.2.2 too many", Handed.LATER),
    ],
)
async def test_a_refusal_of_one_recipient_leaves_the_line_to_the_next(
    mailer: Mailer, server: Server, step: str, reply: str, handed: Handed
) -> None:
    getattr(server, step).told = [reply]

    async with mailer.line() as line:
        first = await line.send(letter(1))
        second = await line.send(letter(2))

    assert (first.handed, first.reply) == (handed, reply)
    assert second.handed is Handed.ACCEPTED
    assert [recipients for _, recipients, _ in server.mails] == [["p2@val.example"]]
    assert server.dialled == 1


async def test_refusals_never_gather_on_a_connection_until_the_server_makes_it_wait(
    mailer: Mailer, server: Server
) -> None:
    """Postfix: a second an error past ten; a refused letter is up to two errors."""
    server.rcpt_to.told = ["450 4.7.1 greylisted"] * 9

    async with mailer.line() as line:
        said = [await line.send(letter(number)) for number in range(10)]

    assert [each.handed for each in said] == [Handed.LATER] * 9 + [Handed.ACCEPTED]
    assert (server.dialled, server.most) == (3, 1)


@pytest.mark.parametrize("reply", ["550 5.7.1 relaying denied", "451 4.3.0 later"])
async def test_a_server_that_refuses_our_sender_refuses_no_recipient(
    mailer: Mailer, server: Server, reply: str
) -> None:
    """The fault is ours: nobody must be listed as unreachable for it."""
    server.mail_from.told = [reply]

    with pytest.raises(DeliveryError, match="sender"):
        await send(mailer)

    assert (await send(mailer)).handed is Handed.ACCEPTED


@pytest.mark.parametrize("step", ["mail_from", "rcpt_to"])
@pytest.mark.parametrize("said", ["421 4.3.2 closing", HANG_UP])
async def test_a_server_that_closes_before_the_message_is_dialled_again(
    mailer: Mailer, server: Server, step: str, said: str
) -> None:
    getattr(server, step).told = [said]

    assert (await send(mailer)).handed is Handed.ACCEPTED

    assert (len(server.mails), server.dialled) == (1, 2)


@pytest.mark.parametrize("said", ["421 4.3.2 closing", HANG_UP])
async def test_a_server_that_keeps_closing_is_away(
    mailer: Mailer, server: Server, said: str
) -> None:
    server.rcpt_to.told = [said, said]

    with pytest.raises(DeliveryError):
        await send(mailer)

    assert (server.mails, server.dialled) == ([], 2)


@pytest.mark.parametrize("said", ["421 4.3.2 closing", HANG_UP])
async def test_a_message_half_taken_is_in_doubt_and_its_line_is_never_used_again(
    mailer: Mailer, server: Server, said: str
) -> None:
    await send(mailer)
    server.data.told = [said]

    with pytest.raises(DeliveryError):
        await send(mailer)
    assert server.dialled == 1  # not sent again by itself: it may have been taken

    assert (await send(mailer)).handed is Handed.ACCEPTED
    assert server.dialled == 2


async def test_a_line_that_fails_is_not_lent_again(
    mailer: Mailer, server: Server
) -> None:
    async def broken() -> None:
        async with mailer.line() as line:
            await line.send(letter())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()

    await send(mailer)
    assert server.dialled == 2


async def test_a_server_away_is_said_so() -> None:
    nobody = await asyncio.get_running_loop().create_server(
        asyncio.Protocol, "127.0.0.1", 0
    )
    port = nobody.sockets[0].getsockname()[1]
    nobody.close()
    await nobody.wait_closed()
    mailer = Mailer(SmtpAccount("127.0.0.1", port), connections=1)

    for _ in range(2):  # and the one place is given back
        with pytest.raises(DeliveryError, match="away"):
            await send(mailer)


async def test_a_server_that_says_nothing_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.smtp.mailer.TIMEOUT_S", 0.05)
    silent = await asyncio.get_running_loop().create_server(
        asyncio.Protocol, "127.0.0.1", 0
    )
    port = silent.sockets[0].getsockname()[1]
    mailer = Mailer(SmtpAccount("127.0.0.1", port), connections=1)

    with pytest.raises(DeliveryError, match="away"):
        await send(mailer)
    silent.close()


async def test_a_server_that_refuses_to_talk_is_away(server: Server) -> None:
    account = SmtpAccount("127.0.0.1", server.port, username="u", password="p")  # noqa: S106
    mailer = Mailer(account, connections=1)

    with pytest.raises(DeliveryError, match="away"):  # it offers no authentication
        await send(mailer)


async def test_a_server_without_tls_is_sent_nothing_in_clear(server: Server) -> None:
    mailer = Mailer(SmtpAccount("127.0.0.1", server.port, "starttls"), connections=1)

    with pytest.raises(DeliveryError, match="away"):
        await send(mailer)

    assert server.mails == []


async def test_a_connection_closed_while_idle_is_opened_again(
    mailer: Mailer, server: Server, later: Callable[[MailLine], None]
) -> None:
    async with mailer.line() as line:
        await line.send(letter())
    server.hang_up()
    later(line)

    assert (await send(mailer, 2)).handed is Handed.ACCEPTED

    assert (len(server.mails), server.dialled) == (2, 2)


async def test_an_idle_connection_that_lives_is_kept(
    mailer: Mailer, server: Server, later: Callable[[MailLine], None]
) -> None:
    async with mailer.line() as line:
        await line.send(letter())
    later(line)

    await send(mailer, 2)

    assert server.dialled == 1


@pytest.fixture
def later() -> Callable[[MailLine], None]:
    """Make a line look unused for a minute."""

    def aged(line: MailLine) -> None:
        line.used_at -= 60

    return aged


async def test_no_more_connections_than_allowed_are_open_at_once(
    mailer: Mailer, server: Server
) -> None:
    said = await asyncio.gather(*(send(mailer, number) for number in range(20)))

    assert all(each.handed is Handed.ACCEPTED for each in said)
    assert (len(server.mails), server.most) == (20, CONNECTIONS)


async def test_who_comes_when_all_are_lent_waits_for_one(mailer: Mailer) -> None:
    async with AsyncExitStack() as lent:
        for _ in range(CONNECTIONS):
            await lent.enter_async_context(mailer.line())
        waiting = asyncio.create_task(send(mailer))
        await asyncio.sleep(0)
        assert not waiting.done()

    assert (await waiting).handed is Handed.ACCEPTED


async def test_closing_hangs_up_politely(mailer: Mailer, server: Server) -> None:
    await send(mailer)

    await mailer.close()
    await mailer.close()

    assert (await send(mailer)).handed is Handed.ACCEPTED
    assert server.dialled == 2
