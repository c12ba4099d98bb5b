"""The page of the adoption: a plan leaves, comes back in force, is circulated."""

import httpx
import pytest

from adapters.database import plan_links, plans
from adapters.database.unit import Database
from domain.plan_version import VersionStatus
from tests.acts.test_plan_copy import with_partners
from tests.adopted import DESPITE, PRESIDENT, decide, drafted, id_of, submitted
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/plan/adoption"


async def post(console: httpx.AsyncClient, act: str, **typed: str) -> httpx.Response:
    """Fill the form of one act, and follow where it leads."""
    nonce = filled(await console.get(PATH))["nonce"][0]
    said = {"act": act, "nonce": nonce, **typed}
    return await console.post(PATH, data=said, follow_redirects=True)


async def test_a_plan_leaves_incomplete_with_a_reason_and_its_copies_are_followed(
    database: Database, console: httpx.AsyncClient
) -> None:
    await drafted(database)
    page = await console.get(PATH)
    assert "Sections attendues, incomplètes" in plain(page)
    assert f'href="/cpts/{CPTS_ID}/plan/SEC-09"' in page.text
    refused = await post(console, "submit")
    assert refused.status_code == 422
    assert "incomplètes" in plain(refused)

    page = await post(console, "submit", despite=DESPITE)
    assert "Version 1 : soumise à l'ARS" in plain(page)
    assert f"Partie incomplète : {DESPITE}" in plain(page)
    page = await post(console, "send", contacts="ARS_DD")
    assert "ccusé de réception attendu" in plain(page)
    page = await post(console, "receive", contact="ARS_DD", name="Dominique Fictif")
    assert "de Dominique Fictif (saisi)" in plain(page)
    page = await post(console, "opinion", opinion="REMARQUES", words="Préciser.")
    assert "avec remarques. Ses mots : Préciser." in plain(page)


async def test_a_decision_puts_the_version_in_force_and_it_is_circulated_once(
    database: Database, console: httpx.AsyncClient
) -> None:
    await submitted(database)
    await with_partners(database)
    president = {"signed_by": await id_of(database, PRESIDENT)}
    unsaid = await post(console, "decide", decision="REFUSEE", **president)
    assert "Présents : un nombre entier est attendu" in plain(unsaid)
    page = await post(
        console, "decide", decision="ADOPTEE", present="5", quorum="4", **president
    )
    assert "Adoptée par le bureau le" in plain(page)
    page = await post(console, "circulate")

    assert "Version 1 : lue par 0 destinataires sur 32" in plain(page)
    assert "Diffuser aux membres" not in plain(page)
    async with database.read() as connection:
        (version,) = await plans.history(connection, CPTS_ID)
        assert await plan_links.readings(connection, CPTS_ID) == {1: (32, 0)}
    assert version.status is VersionStatus.ADOPTED


@pytest.mark.parametrize(
    ("act", "typed", "words"),
    [
        ("", {}, "Choisissez un des boutons"),
        ("opinion", {"opinion": "SILENCE"}, "a jusqu'au"),
        ("opinion", {"opinion": "PEUT_ETRE"}, "Avis : valeur inconnue"),
        ("receive", {"name": "X", "received_on": "hier"}, "date illisible"),
        ("circulate", {}, "Aucune version du plan n'est adoptée"),
    ],
)
async def test_what_cannot_be_is_told_and_writes_nothing(
    database: Database,
    console: httpx.AsyncClient,
    act: str,
    typed: dict[str, str],
    words: str,
) -> None:
    version = await submitted(database)

    page = await post(console, act, **typed)

    assert page.status_code == 422
    assert words in plain(page)
    async with database.read() as connection:
        assert await plans.history(connection, CPTS_ID) == (version,)


async def test_a_refusal_shows_its_reason_and_the_next_draft(
    database: Database, console: httpx.AsyncClient
) -> None:
    await submitted(database)
    await decide(database, adopted=False, reason="Les lieux manquent.")

    said = plain(await console.get(PATH))

    assert "Motif : Les lieux manquent." in said
    assert "Version 2 : brouillon" in said
