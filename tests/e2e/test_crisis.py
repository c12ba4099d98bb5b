"""One crisis as people live it: commands, mails, pages, a kill, the proof."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from adapters.embedded import read_run
from tests.terminal import SMALL, ago
from tests.workflows.conftest import Sink, listening
from tests.world import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
LINK = re.compile(r"http://\S+/(?:r|recu)/\w{10}")
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
ARS = "alerte@ars-dd.vallees-autan.example"
ORDER = (
    *("--type", "SICK", "--scenario", "INCENDIE_FUMEES", "--authority", "DG_ARS"),
    *("--caller", "Dominique Fictif", "--place", "Castelorzac"),
    *("--perimeter", "Bas-Autan", "--mission", "Appuyer les EHPAD"),
    *("--received-at", ago(minutes=2), "--called-back-at", ago(minutes=1)),
    *("--reference", "E2E-1", "--pace", "60"),
)


@dataclass
class House:
    """One installation: its folder, its mail server, its running profile."""

    folder: Path
    sink: Sink
    up: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "TOCSIN_DATA_DIR": str(self.folder),
            "TOCSIN_SMTP_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "TOCSIN_MAIL_FROM": "alerte@vallees-autan.example",
        }

    async def tocsin(self, *arguments: str) -> str:
        """Run a command; give what it printed."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "starter.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def start(self) -> None:
        """Start the profile and wait until its pages answer."""
        self.up = subprocess.Popen(  # noqa: ASYNC220 - our own program
            [sys.executable, "starter.py", "up", "--quiet"],
            cwd=ROOT,
            env=self.environment,
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


async def until(holds: Callable[[], bool], what: str, seconds: int = 60) -> None:
    for _ in range(seconds * 5):
        if await asyncio.to_thread(holds):
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"never: {what}")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    sink = Sink()
    async with listening(sink):
        home = House(tmp_path / "var", sink)
        yield home
        await asyncio.to_thread(home.stop)


def link_to(sink: Sink, address: str) -> str:
    body = sink.to(address)[0].get_body(("plain",))
    assert body
    found = LINK.search(body.get_content())
    assert found
    return found[0]


async def post(link: str, **form: str) -> httpx.Response:
    """Open a page and post its form, as a person does."""
    async with httpx.AsyncClient(timeout=10) as visitor:
        page = await visitor.get(link)
        nonce = NONCE.search(page.text)
        assert nonce, page.text
        return await visitor.post(link, data={"nonce": nonce[1], **form})


async def opened(house: House) -> str:
    """Settle the example CPTS, start everything, open a crisis; give its id."""
    await house.tocsin("cpts", "add", "examples/cpts.yaml")
    await house.tocsin("roster", "import", "vallees-autan", "examples/roster.csv")
    await house.tocsin("plan", "new", "vallees-autan", *SMALL)
    await house.start()
    said = await house.tocsin("crisis", "open", "vallees-autan", *ORDER, "--json")
    crisis: str = json.loads(said)["crisis_id"]
    return crisis


async def test_a_crisis_goes_from_the_order_to_the_proof_through_a_kill(
    house: House, tmp_path: Path
) -> None:
    sink = house.sink
    crisis = await opened(house)
    await until(lambda: len(sink.mails) >= 100, "a hundred mails")

    house.kill()
    await house.start()
    await until(lambda: len(sink.mails) >= 185, "every mail after the kill")

    first = sink.mails[0]["To"].addresses[0].addr_spec
    page = await post(link_to(sink, first), answer="DISPONIBLE_SUR_PLACE", slots="3")
    assert "votre aide est notée" in page.text
    await house.tocsin("crisis", "lift", crisis, "--authority", "DG_ARS")
    await until(lambda: bool(sink.to(ARS)), "the report at the ARS")
    assert "Document reçu" in (await post(link_to(sink, ARS))).text
    attached = [part.get_content() for part in sink.to(ARS)[0].iter_attachments()]
    assert attached[0].startswith(b"%PDF")

    said = json.loads(await house.tocsin("crisis", "status", crisis, "--json"))
    assert said["state"] == "LEVEE"
    assert said["answers"]["DISPONIBLE_SUR_PLACE"] == 1
    assert said["alerts"]["asked"] == said["alerts"]["sent"] + 1  # no address
    assert said["evidence"]["verified"]
    pack = tmp_path / "preuve.zip"
    await house.tocsin("evidence", "pack", crisis, "--output", str(pack))
    assert "ACCEPTÉ" in await house.tocsin("evidence", "verify", str(pack))
