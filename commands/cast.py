"""The cast of the demonstration: a mail server, members and an ARS who act for real.

They open the page of their link and post its form; nothing goes round the pages.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session

from commands.habits import Reply, Script
from commands.member_page import MemberPage
from domain.answer import Availability, PartnerAnswer
from domain.mission import MissionReply

_LINK = re.compile(r"https?://[^\s\"<>]+/(?:r|p|recu)/[A-Za-z0-9]{10}")
_ACCEPT, _NO, _END = MissionReply
_DECIDING_MINUTES = 2
_TIMEOUT_S = 30.0
_BUSY = 8  # pages open at once


def _text(content: bytes) -> str:
    """Read the plain text of a mail; hundreds come at once, so nothing else of it."""
    for part in message_from_bytes(content).walk():
        data = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(data, bytes):
            return data.decode()
    return ""


@dataclass
class Cast:
    """Everybody outside Tocsin: takes mails, keeps them, acts on them.

    What members answer is known beforehand, and those who take a seat come one at a
    time, in the order of their delays: who comes first is the same on any machine.
    """

    mails: Path
    ars: str  # its address
    scripts: Mapping[str, Script]  # by address
    places: Mapping[str, str]  # by address: what a place answers to the survey
    partners: Mapping[str, str]  # by address: what a partner needs; empty: nothing
    buttons: Mapping[str, str]  # by answer: the words that offer it in a mail
    pace: int
    taken: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # everyone was
    over: bool = False  # mails that come now ask nothing
    acting: set["asyncio.Task[None]"] = field(default_factory=set)
    _came: set[str] = field(default_factory=set)  # a yes is said once
    _engaged: set[str] = field(default_factory=set)  # those who accepted a mission
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
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
        if not self._concerns(address):
            return
        text = _text(content)
        found = _LINK.search(text)
        if found is None:
            return
        if address == self.ars:
            await self._receive(found[0])
        elif "/p/" in found[0]:
            await self._answer_as_partner(address, found[0])
        elif address in self.places:
            await self._answer_for_place(address, found[0])
        elif self.over:
            await self._come_back(found[0])
        elif address in self.scripts:
            await self._read(address, found[0], text)

    def _concerns(self, address: str) -> bool:
        """Has this address something to do with a mail that comes now?"""
        if address == self.ars:
            return True
        if self.over:
            return address in self._engaged
        return any(address in by for by in (self.scripts, self.places, self.partners))

    async def _read(self, address: str, link: str, text: str) -> None:
        """See what a mail wants: an answer it offers, else perhaps a mission."""
        offered = {code for code, words in self.buttons.items() if words in text}
        reply = self.scripts[address].reply(offered)
        if not offered:
            await self._say_of_mission(address, link)
        elif reply and reply.answer in offered:
            await self._answer(address, link, reply)

    async def _say_of_mission(self, address: str, link: str) -> None:
        await asyncio.sleep(_DECIDING_MINUTES * 60 / self.pace)
        accepts = self.scripts[address].accepts
        async with self._turn:
            page = await self._open(link)
            if _ACCEPT not in page.may_say:
                return
            said = {"mission": page.mission, "reply": _ACCEPT if accepts else _NO}
            await self._post(f"{link}/mission", page, said)
        if accepts:
            self._engaged.add(address)

    async def _answer(self, address: str, link: str, reply: Reply) -> None:
        """Answer after a while, unless that was done meanwhile."""
        script = self.scripts[address]
        if reply is script.helps:
            await self.asked.wait()
        await asyncio.sleep(reply.minutes * 60 / self.pace)
        async with self._turn if reply.answer.takes_seat else self._busy:
            page = await self._open(link)
            if reply.answer not in page.offered or address in self._came:
                return
            if reply.answer.takes_seat:
                self._came.add(address)
            said = {"answer": reply.answer, "delay_minutes": "30"}
            page = await self._post(link, page, said)
            if reply.answer is Availability.ON_SITE and page.numbers:
                numbers = page.first_card(script.patients)
                await self._post(f"{link}/contribution", page, numbers)

    async def _answer_for_place(self, address: str, link: str) -> None:
        async with self._busy:
            page = await self._open(link)
            await self._post(f"{link}/lieu", page, {"answer": self.places[address]})

    async def _answer_as_partner(self, address: str, link: str) -> None:
        need = self.partners.get(address)
        if need is None:
            return
        answer = PartnerAnswer.NEED if need else PartnerAnswer.NOTHING
        async with self._busy:
            page = await self._open(link)
            await self._post(link, page, {"answer": answer, "need": need})

    async def _come_back(self, link: str) -> None:
        """Confirm the time of one's mission, once the alert is over."""
        page = await self._open(link)
        if _END in page.may_say:
            said = {"mission": page.mission, "reply": _END, **page.worked()}
            await self._post(f"{link}/mission", page, said)

    async def _receive(self, link: str) -> None:
        """Acknowledge a document, as the ARS would the same evening."""
        await asyncio.sleep(1)
        await self._post(link, await self._open(link), {})

    async def _open(self, link: str) -> MemberPage:
        return MemberPage.read((await self._pages.get(link)).text)

    async def _post(
        self, link: str, page: MemberPage, said: Mapping[str, str]
    ) -> MemberPage:
        form = {"nonce": page.nonce, **said}
        return MemberPage.read((await self._pages.post(link, data=form)).text)

    async def quiet(self) -> None:
        """Wait until whoever was asked for help has said what they had to say."""
        await self.asked.wait()
        if self.acting:
            await asyncio.wait(tuple(self.acting))

    async def leave(self) -> None:
        """Let nobody act any more."""
        for task in self.acting:
            task.cancel()
        await asyncio.gather(*self.acting, return_exceptions=True)
        await self._pages.aclose()
