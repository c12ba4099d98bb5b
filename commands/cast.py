"""The cast of the demonstration: a mail server, members and an ARS who act for real.

Members open the page of their link and post its form; nothing goes round the pages.
"""

import asyncio
import random
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.answer import Availability
from domain.cpts import Cpts

_LINK = re.compile(r"https?://[^\s\"<>]+/(?:r|recu)/[A-Za-z0-9]{10}")
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')
_TIMEOUT_S = 10.0
_BUSY = 40  # pages open at once


@dataclass(frozen=True)
class Habit:
    """How often an answer is given, by people who open their mail."""

    answer: Availability
    share: float


HABITS = (
    Habit(Availability.IMMEDIATE, 0.13),
    Habit(Availability.ON_SITE, 0.15),
    Habit(Availability.LATER, 0.07),
    Habit(Availability.UNAVAILABLE, 0.12),
    Habit(Availability.ENGAGED_ELSEWHERE, 0.03),
)


def _text(content: bytes) -> str:
    """Read the plain text of a mail; hundreds come at once, so nothing else of it."""
    for part in message_from_bytes(content).walk():
        data = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(data, bytes):
            return data.decode()
    return ""


@dataclass
class Cast:
    """Everybody outside Tocsin: takes mails, keeps them, acts on them."""

    tenant: Cpts
    mails: Path
    dice: random.Random
    slowest_s: float  # members answer within this delay, most of them sooner
    taken: int = 0
    acting: set["asyncio.Task[None]"] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _busy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_BUSY))
    _pages: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=_TIMEOUT_S)
    )

    async def listen(self) -> asyncio.Server:
        """Open the mail server on a free port."""
        self.mails.mkdir(parents=True, exist_ok=True)
        return await asyncio.get_running_loop().create_server(
            lambda: SMTP(self), "127.0.0.1", 0
        )

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail: keep it as a file, and let whom it is for act."""
        del server, session
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 no message"
        self.taken += 1
        (self.mails / f"{self.taken:04d}.eml").write_bytes(content)
        task = asyncio.create_task(self._act(envelope.rcpt_tos[0], content))
        self.acting.add(task)
        task.add_done_callback(self.acting.discard)
        return "250 2.0.0 kept"

    async def _act(self, address: str, content: bytes) -> None:
        found = _LINK.search(_text(content))
        if found is None:
            return
        if address == self.tenant.ars_contact.email:
            await self._receive(found[0])
        elif address not in self._seen:
            self._seen.add(address)
            await self._answer(found[0])

    async def _answer(self, link: str) -> None:
        """Open the page after a while, and answer as habits have it."""
        chance = self.dice.random()
        delay = min(self.dice.lognormvariate(-1.2, 0.7), 1.0) * self.slowest_s
        for habit in HABITS:
            if chance < habit.share:
                await asyncio.sleep(delay)
                await self._post(link, {"answer": habit.answer, "delay_minutes": "30"})
                return
            chance -= habit.share

    async def _receive(self, link: str) -> None:
        """Acknowledge a document, as the ARS would the same evening."""
        await asyncio.sleep(1)
        await self._post(link, {})

    async def _post(self, link: str, form: dict[str, str]) -> None:
        async with self._busy:
            page = await self._pages.get(link)
            nonce = _NONCE.search(page.text)
            if page.is_success and nonce:
                await self._pages.post(link, data={"nonce": nonce[1], **form})

    async def leave(self) -> None:
        """Let nobody act any more."""
        for task in self.acting:
            task.cancel()
        await asyncio.gather(*self.acting, return_exceptions=True)
        await self._pages.aclose()
