"""A real Postfix: what it hands back and to which address; what it has in hand."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.returned_mail import read_returned
from adapters.smtp.mailer import Mailer, SmtpAccount
from benchmarks.postfix import is_here
from benchmarks.stage import until
from domain.bounce import BounceReason, Returned
from domain.dispatch import Handed
from domain.letter import Letter
from domain.return_path import ReturnPath
from tests.postfix_server import Bouncing, postfix_server

PATH = ReturnPath(pattern="alerte+{code}@val.example")
LOST = {
    "absent": ("a" * 20, BounceReason.NO_SUCH_ADDRESS),
    "plein": ("b" * 20, BounceReason.FULL),
}


@pytest.fixture
def postfix() -> Iterator[Bouncing]:
    if not is_here():
        pytest.skip("NO REAL BOUNCE IS READ: install postfix, and run as root")
    with postfix_server() as server:
        yield server


def letter(mailbox: str, code: str) -> Letter:
    return Letter(
        delivery_id=f"c-1.1.p-{mailbox}",
        address=f"{mailbox}@ailleurs.example",
        name="Camille Fictif",
        link="https://alerte.example/r/a7K2mQ9bcd",
        return_path=PATH.address(code),
        message=b"From: alerte@val.example\r\nSubject: Alerte\r\n\r\nCorps\r\n",
    )


async def test_what_a_real_server_could_not_deliver_says_which_message_and_why(
    postfix: Bouncing,
) -> None:
    mailer = Mailer(SmtpAccount("127.0.0.1", postfix.port), connections=1)
    letters = [letter(mailbox, code) for mailbox, (code, _) in LOST.items()]
    async with mailer.line() as line:
        taken = [await line.send(each) for each in (*letters, letter("la", "c" * 20))]
    await mailer.close()

    await until("two reports", lambda: len(postfix.back) == len(LOST), 20)

    read = {
        PATH.code_in(each.name): read_returned(each.read_bytes())
        for each in postfix.back
    }
    assert {each.handed for each in taken} == {Handed.ACCEPTED}
    assert {code: (mail.says, mail.reason) for code, mail in read.items()} == {
        code: (Returned.FAILED, reason) for code, reason in LOST.values()
    }
    assert all(code in map(PATH.code_in, read[code].recipients) for code in read)


async def test_a_message_half_taken_is_not_one_that_postfix_holds(
    postfix: Bouncing,
) -> None:
    incoming = postfix.server.folder / "queue" / "incoming"
    reader, writer = await asyncio.open_connection("127.0.0.1", postfix.port)
    await reader.readline()
    for said in ("HELO x", "MAIL FROM:<a@val.example>", "RCPT TO:<la@val.example>"):
        writer.write(f"{said}\r\n".encode())
        await reader.readline()
    writer.write(b"DATA\r\nSubject: Alerte\r\n\r\nHalf of")
    await until("a file", lambda: any(map(Path.is_file, incoming.rglob("*"))), 10)

    assert postfix.server.holds == 0
    (file,) = filter(Path.is_file, incoming.rglob("*"))
    file.chmod(0o700)  # as its last line would have it
    assert postfix.server.holds == 1
    writer.close()
