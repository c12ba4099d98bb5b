"""Texts through a real Kannel gateway: taken, received, answered."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.cpts_file import load_providers
from adapters.gateways.gateway import Gateway
from benchmarks.kannel import PACKAGES, Kannel, kannel, missing
from domain.dispatch import Handed
from domain.outgoing import Outgoing
from domain.provider import Provider
from domain.provider_call import Told
from tests.provider_server import Server, provider_server

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NO REAL SMS GATEWAY IS TRIED: install {PACKAGES}"
)
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/fournisseurs.yaml"
TEXTS = 40


@pytest.fixture(scope="module")
def gateway_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kannel")


@pytest.fixture
def running(gateway_file: Path) -> Iterator[Kannel]:
    with kannel(gateway_file) as gateway:
        yield gateway


def as_configured(gateway: Kannel) -> Provider:
    """Take the provider of the example, at the port of this gateway."""
    known = load_providers(EXAMPLE).named("KANNEL")
    assert known is not None
    assert known.http is not None
    query = known.http.query | {"password": "fictif"}
    call = known.http.model_copy(update={"url": gateway.url, "query": query})
    return known.model_copy(update={"http": call, "rate": 1000.0})


async def nothing_yet(_code: str) -> int:
    return 0


async def receipts(server: Server, provider: Provider, number: int) -> dict[str, str]:
    """Wait for that many receipts; give the state that each message ends in."""
    await server.asked_times(number)
    assert provider.receipts is not None
    states = {}
    for each in server.asked:
        at = urlsplit(each["path"])
        query = {name: values[0] for name, values in parse_qs(at.query).items()}
        states[at.path.rpartition("/")[2]] = provider.receipts.read(query)[Told.STATE]
    return states


async def test_each_text_is_taken_once_and_comes_back_with_its_receipt(
    running: Kannel,
) -> None:
    provider = as_configured(running)
    async with provider_server() as server:
        opened = Gateway(
            (provider,),
            lambda _provider, message: {
                "accuse": f"{server.url}/a/{message.delivery_id}",
                "retour": server.url,
            },
            nothing_yet,
        )
        with running.fake_smsc() as centre:
            messages = [
                Outgoing("val-test", f"d{n}", f"+3363998{n:04}", "Éveillé ? {à} €")
                for n in range(TEXTS)
            ]
            async with opened.line() as line:
                said = []
                for message in messages:
                    assert await line.make_ready()
                    said.append(await line.send(message))
            ended = await receipts(server, provider, TEXTS)
            taken = centre.took(TEXTS)
        await opened.close()

    assert {each.handed for each in said} == {Handed.ACCEPTED}
    assert ended == {f"d{n}": "1" for n in range(TEXTS)}
    assert all(taken.count(f"+3363998{n:04} ") == 1 for n in range(TEXTS))
    assert "Éveillé ? {à} €" in taken
