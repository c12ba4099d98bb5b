"""A situation report is filled, read again and sent from its board."""

import re
from datetime import timedelta

import httpx
import pytest

from adapters.database import documents, situation_reports
from adapters.database.situation_reports import SituationRow
from adapters.database.unit import Database
from domain.reference import CrisisRef
from tests.conducted import opened
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EHPAD = "nombre.ehpad_en_difficulte"


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    crisis = await opened(database, ("SICK",), KEYS.link_key, reference=None)
    now.at += timedelta(minutes=30)
    return crisis


def _path(ref: CrisisRef, act: str = "point-de-situation") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}/{act}"


async def _rows(database: Database, ref: CrisisRef) -> tuple[SituationRow, ...]:
    async with database.read() as connection:
        return await situation_reports.of_crisis(connection, ref)


async def _prepared(console: httpx.AsyncClient, ref: CrisisRef) -> httpx.Response:
    await console.post(_path(ref), data={"go": "count"})
    return await console.get(_path(ref))


async def test_looking_prepares_nothing_and_the_board_says_when_it_is_due(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    board = plain(await console.get(_path(ref, "")[:-1]))
    page = await console.get(_path(ref))
    nothing = await console.get(_path(ref, "point-de-situation/relire"))

    assert "Prochain point de situation à 23 h 50" in board
    assert "Attendu à 23 h 50" in plain(page)
    assert nothing.status_code == 303
    assert await _rows(database, ref) == ()


async def test_what_is_typed_is_kept_and_what_is_counted_stays_counted(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await _prepared(console, ref)
    said = {"situation": "Fumées denses.", EHPAD: "2", "next_at": "2026-11-23T00:30"}

    wrote = await console.post(_path(ref), data=filled(page, go="read", **said))
    again = await console.get(_path(ref))
    read = plain(await console.get(wrote.headers["location"]))

    (row,) = await _rows(database, ref)
    typed = {each.name for each in row.content.indicators if each.typed}
    assert wrote.headers["location"].endswith("/relire")
    assert "1. Situation et évolution depuis le dernier point Fumées denses." in read
    assert "EHPAD en difficulté : 2" in read
    assert typed == {"ehpad_en_difficulte"}
    assert {name: filled(again)[name] for name in said} == {
        name: [text] for name, text in said.items()
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"forecast": "x" * 601}, "600 caractères au plus"),
        ({"situation": "NIR 1 85 05 78 006 084 91"}, "patient"),
        ({EHPAD: "deux"}, "un nombre entier"),
        ({"next_at": "2026-11-22T20:00"}, "une heure à venir"),
        ({"next_at": "bientôt"}, "une heure à venir"),
    ],
)
async def test_what_cannot_be_written_is_told_and_nothing_typed_is_lost(
    console: httpx.AsyncClient, ref: CrisisRef, typed: dict[str, str], said: str
) -> None:
    page = await _prepared(console, ref)

    refused = await console.post(_path(ref), data=filled(page, go="read", **typed))

    assert refused.status_code == 422
    assert said in plain(refused)
    assert {name: filled(refused)[name] for name in typed} == {
        name: [text] for name, text in typed.items()
    }


async def test_only_the_pilot_sends_and_exactly_what_was_read_leaves_once(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, now: Now
) -> None:
    await _prepared(console, ref)
    path = _path(ref, "point-de-situation/relire")
    read = await console.get(path)

    unsure = await console.post(path, data=filled(read))
    now.at += timedelta(minutes=1)
    await console.post(_path(ref), data={"go": "count"})  # somebody else, meanwhile
    stale = await console.post(path, data=filled(read, validated="oui"))
    fresh = filled(stale, validated="oui")
    sent = [await console.post(path, data=fresh) for _ in range(2)]
    page = await console.get(_path(ref))

    assert unsure.status_code == stale.status_code == 422
    assert "Seul le pilotage de la cellule valide" in plain(unsure)
    assert "recompté depuis" in plain(stale)
    assert [each.status_code for each in sent] == [303, 303]
    (row,) = await _rows(database, ref)
    assert row.sent_at == now.at
    assert (row.content.validated_by or "").startswith("Pilotage")
    assert re.search(r"Envoyé à l'ARS à 22 h 31\. Le prochain est attendu", plain(page))
    assert "Préparer le point suivant" in plain(page)
    async with database.read() as connection:
        (posted,) = await documents.transmissions_of(connection, ref)
    assert posted.document_id == row.document_id


async def test_the_reference_is_asked_for_by_one_letter_read_before_it_leaves(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, now: Now
) -> None:
    board, letter = _path(ref, "")[:-1], _path(ref, "lettre")
    early = plain(await console.get(board))
    now.at += timedelta(days=3)
    due = plain(await console.get(board))
    page, other = await console.get(letter), await console.get(letter)
    pdf = await console.get(f"{letter}.pdf")
    sent = [await console.post(letter, data=filled(each)) for each in (page, other)]
    after = plain(await console.get(board))

    assert "Demander la référence par lettre" not in early
    assert "Demander la référence par lettre" in due
    assert pdf.content.startswith(b"%PDF")
    assert [each.status_code for each in sent] == [303, 303]
    assert "Référence écrite attendue, demandée par lettre" in after
    assert "Demander la référence par lettre" not in after
    async with database.read() as connection:
        assert len(await documents.transmissions_of(connection, ref)) == 1
