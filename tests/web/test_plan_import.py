"""A Word plan given on the console: read, placed part by part, or refused."""

import re
from io import BytesIO

import httpx
import pytest
from docx import Document

from adapters.database import plans
from adapters.database.unit import Database
from domain.plan import Plan
from tests.samples import plan as sample
from tests.web.conftest import plain

CPTS_ID = sample.tenant().cpts_id
IMPORT = f"/cpts/{CPTS_ID}/plan/import"
RULE = "Les bilans sans urgence attendent."
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
async def drafted(database: Database) -> Database:
    return await sample.settle(database)


async def draft(database: Database) -> Plan:
    async with database.read() as connection:
        return (await plans.draft(connection, CPTS_ID))[0]


async def given(
    console: httpx.AsyncClient, content: bytes, name: str = "../plan.docx"
) -> httpx.Response:
    files = {"document": (name, content, _WORD)}
    return await console.post(IMPORT, files=files, follow_redirects=True)


def written() -> bytes:
    document = Document()
    document.add_heading("Continuité d'activité", 1)
    document.add_heading("Règles de report", 2)
    document.add_paragraph(RULE)
    document.add_heading("Remerciements", 1)
    document.add_paragraph("À toutes et à tous <b>.")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


async def test_each_part_waits_until_somebody_places_it_or_not(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    shown = await given(console, written())
    assert "chaque partie attend sa place" in plain(shown)
    assert 'value="SEC-09.regles_de_report" selected' in shown.text
    assert "<b>" not in shown.text  # no word of a document is markup
    nonces = re.findall(r'name="nonce" value="([^"]+)"', shown.text)

    proposed = {"nonce": nonces[0], "to": "SEC-09.regles_de_report"}
    for told in ("La partie est dans le plan", "Cette partie n'attend plus"):
        done = await console.post(f"{IMPORT}/1", data=proposed, follow_redirects=True)
        assert told in plain(done)
    nowhere = {"nonce": nonces[1], "to": "nulle-part"}
    done = await console.post(f"{IMPORT}/2", data=nowhere, follow_redirects=True)

    assert "Aucune partie n'attend sa place" in plain(done)
    plan = await draft(drafted)
    assert plan.section("SEC-09").value("regles_de_report") == RULE
    assert [(aside.number, aside.closed) for aside in plan.aside] == [(2, True)]
    again = await given(console, written())
    assert "ne dit rien que le plan ne dise déjà" in plain(again)


@pytest.mark.usefixtures("drafted")
async def test_what_cannot_be_read_or_placed_is_told_and_changes_nothing(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    for content, told in (
        (b"bonjour", "n'est pas un document Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "ancien format .doc"),
        (bytes(20_000_001), "20 Mo au plus"),
    ):
        refused = await given(console, content)
        assert refused.status_code == 422
        assert told in plain(refused)
    await given(console, written())

    wrong = {"nonce": "n-1", "to": "SEC-05.lignes"}
    refused = await console.post(f"{IMPORT}/2", data=wrong)

    assert refused.status_code == 422
    assert "elle reste de côté" in plain(refused)
    assert len((await draft(drafted)).aside) == 2
