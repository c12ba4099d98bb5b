"""One crisis as people live it: commands, mails, pages, a kill, the proof."""

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import House, until
from tests.terminal import SMALL, ago

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
ARS = "alerte@ars-dd.vallees-autan.example"
ORDER = (
    *("--type", "SICK", "--scenario", "INCENDIE_FUMEES", "--authority", "DG_ARS"),
    *("--caller", "Dominique Fictif", "--place", "Castelorzac"),
    *("--perimeter", "Bas-Autan", "--mission", "Appuyer les EHPAD"),
    *("--received-at", ago(minutes=2), "--called-back-at", ago(minutes=1)),
    *("--reference", "E2E-1", "--pace", "60"),
)


async def post(link: str, **form: str) -> httpx.Response:
    """Open a page and post its form, as a person does."""
    async with httpx.AsyncClient(timeout=10) as visitor:
        page = await visitor.get(link)
        nonce = NONCE.search(page.text)
        assert nonce, page.text
        return await visitor.post(link, data={"nonce": nonce[1], **form})


async def opened(house: House) -> str:
    """Settle the example CPTS, start everything, open a crisis; give its id."""
    await house.settle(*SMALL)
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
    page = await post(house.link_to(first), answer="DISPONIBLE_SUR_PLACE", slots="3")
    assert "votre aide est notée" in page.text
    await house.tocsin("crisis", "lift", crisis, "--authority", "DG_ARS")
    await until(lambda: bool(sink.to(ARS)), "the report at the ARS")
    assert "Document reçu" in (await post(house.link_to(ARS))).text
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
