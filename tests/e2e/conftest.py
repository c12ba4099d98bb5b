"""One installation as people use it: commands, pages, a mail server."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from adapters.embedded import read_run
from tests.terminal import done
from tests.workflows.conftest import Sink, listening
from tests.world import ROOT

LINK = re.compile(r"http://\S+/(?:p|r|recu)/\w{10}")


@dataclass
class House:
    """One installation: its folder, its mail server, its running profile."""

    folder: Path
    sink: Sink
    up: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TOCSIN_DATA_DIR": str(self.folder),
            "TOCSIN_SMTP_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "TOCSIN_MAIL_FROM": "alerte@vallees-autan.example",
        }

    @property
    def address(self) -> str:
        """Where its pages are."""
        run = read_run(self.folder)
        assert run
        return run.web_url

    async def tocsin(self, *arguments: str) -> str:
        """Type a command; give what it printed."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.settings.items():
                patch.setenv(name, value)
            return (await asyncio.to_thread(done, *arguments)).out

    async def settle(self, *plan: str) -> None:
        """Add the example CPTS, its roster, a plan; start everything."""
        await self.tocsin("cpts", "add", "examples/cpts.yaml")
        await self.tocsin("roster", "import", "vallees-autan", "examples/roster.csv")
        await self.tocsin("plan", "new", "vallees-autan", *plan)
        await self.start()

    async def start(self) -> None:
        """Start the profile and wait until its pages answer."""
        self.up = subprocess.Popen(  # noqa: ASYNC220 - our own program
            [sys.executable, "starter.py", "up", "--quiet"],
            cwd=ROOT,
            env=os.environ | self.settings,
        )
        await until(self.answers, "pages")

    def answers(self) -> bool:
        """Do the pages answer?"""
        run = read_run(self.folder)
        try:
            return run is not None and httpx.get(f"{run.web_url}/healthz").is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """Kill the profile without a word."""
        assert self.up
        self.up.send_signal(signal.SIGKILL)
        self.up.wait()

    def stop(self) -> None:
        """Stop the profile politely."""
        if self.up and self.up.poll() is None:
            self.up.terminate()
            self.up.wait()

    def link_to(self, address: str) -> str:
        """Give the link in the first mail that this address was sent."""
        return link_in(self.sink.to(address)[0])


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    found = LINK.search(body.get_content())
    assert found
    return found[0]


async def until(holds: Callable[[], bool], what: str, seconds: int = 60) -> None:
    for _ in range(seconds * 5):
        if await asyncio.to_thread(holds):
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"never: {what}")


@asynccontextmanager
async def lived_in(folder: Path) -> AsyncIterator[House]:
    """Keep a house whose mails are taken; stop it at the end."""
    sink = Sink()
    async with listening(sink):
        home = House(folder, sink)
        try:
            yield home
        finally:
            await asyncio.to_thread(home.stop)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with lived_in(tmp_path / "var") as home:
        yield home
