"""Servers that answer groups of commands in every way they may."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from aiosmtplib import SMTP, SMTPServerDisconnected

from adapters.smtp.mailer import Mailer, SmtpAccount
from adapters.smtp.talk import Talk
from domain.dispatch import Handed
from domain.letter import Letter

LETTER = Letter(
    delivery_id="c-1.1.p-1.COURRIEL",
    address="p1@val.example",
    name="Camille Fictive",
    link="https://tocsin.example/r/2222222222",
    return_path="retours@tocsin.example",
    message=b"Subject: essai\r\n\r\nBonjour\r\n",
)
GREETED = b"250-hello\r\n250 PIPELINING\r\n"
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(script: Script) -> AsyncIterator[int]:
    """Serve one script to one client, once greeted; give the port."""
    over = asyncio.Event()

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(b"220 here\r\n")
            await reader.readline()
            writer.write(GREETED)
            await script(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(whole, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
        await over.wait()
    finally:
        server.close()


@asynccontextmanager
async def talking(script: Script) -> AsyncIterator[Talk]:
    """Talk with one script."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(script))
        smtp = SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await smtp.connect()
        await smtp.ehlo()
        talk = Talk(smtp)
        stack.callback(talk.close)
        yield talk


def answering(*pieces: bytes) -> Script:
    """Answer with these pieces, each on its own, whatever is asked."""

    async def script(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readline()
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    return script


@pytest.mark.parametrize(
    "pieces",
    [
        (b"250 a\r\n250 b\r\n354 c\r\n",),
        (b"250 a\r\n", b"250 b\r\n354 c\r\n"),
        (b"25", b"0 a\r", b"\n250 ", b"b\r\n354 c\r\n"),
        (b"250-first\r\n25", b"0 a\r\n250 b\n354 c\r\n"),
    ],
)
async def test_replies_come_in_order_however_they_are_cut(
    pieces: tuple[bytes, ...],
) -> None:
    async with talking(answering(*pieces)) as talk:
        replies = await talk.ask(b"MAIL", b"RCPT", b"DATA")

    assert [tuple(reply) for reply in replies] == [(250, "a"), (250, "b"), (354, "c")]


async def test_what_is_no_smtp_ends_the_connection() -> None:
    async with talking(answering(b"hello\r\n" * 10_000)) as talk:
        with pytest.raises(SMTPServerDisconnected):
            await talk.ask(b"NOOP")


async def test_a_reply_that_nobody_asked_for_ends_the_connection() -> None:
    async with talking(answering(b"250 a\r\n421 4.3.2 closing\r\n")) as talk:
        await talk.ask(b"NOOP")
        with pytest.raises(SMTPServerDisconnected):
            await talk.ask(b"NOOP")


async def test_who_gave_up_waiting_troubles_nobody() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await reader.readline()
        writer.write(b"250 a\r\n250 b\r\n")

    async with talking(slow) as talk:
        first = asyncio.create_task(talk.ask(b"NOOP"))
        await asyncio.sleep(0)
        first.cancel()
        (reply,) = await talk.ask(b"NOOP")

    assert reply.message == "b"


async def test_a_line_without_its_connection_is_not_taken() -> None:
    with pytest.raises(SMTPServerDisconnected):
        Talk(SMTP(hostname="127.0.0.1", port=1))


async def test_a_server_that_takes_a_message_for_nobody_is_given_an_empty_one() -> None:
    heard: list[bytes] = []

    async def eager(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        replies = iter(
            (b"250 a", b"550 5.1.1 nobody", b"354 go", b"554 none", b"250 c")
        )
        for reply in replies:
            heard.append(await reader.readline())
            writer.write(reply + b"\r\n")

    async with served(eager) as port:
        mailer = Mailer(SmtpAccount("127.0.0.1", port), connections=1)
        async with mailer.line() as line:
            said = await line.send(LETTER)
        await mailer.close()

    assert (said.handed, said.reply) == (Handed.REFUSED, "550 5.1.1 nobody")
    assert heard[2:] == [b"DATA\r\n", b".\r\n", b"RSET\r\n"]
