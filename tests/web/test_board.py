"""Le tableau: what is due, who stands where; live, and still there without a script."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from acts.alert import RecordAnswer, record_answer
from acts.audit import audit
from adapters.database import crises, tables
from adapters.database.unit import Database
from domain.alert import DeliveryState
from domain.answer import Availability
from domain.audit import AUDITED_WITHIN
from domain.board import Place
from domain.crisis import CrisisState
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.web.conftest import POSTED, plain
from tests.workflows.conftest import KEYS
from tests.world import alerted


def _path(ref: CrisisRef) -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}"


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    opened = await alerted(database, 40, link_key=KEYS.link_key)
    now.at += timedelta(hours=1)
    return opened


async def test_the_board_says_state_needs_people_cards_and_log(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))
    said = plain(page)

    for words in (
        *("Fumées d'incendie : Saint-Martin-le-Pré", "référence ARS-2026-118"),
        *("Besoins", "Personnes", "Fiches", "Main courante", "Lever l'alerte"),
        *("Appuyer les EHPAD", "Crise ouverte sur ordre"),
    ):
        assert words in said
    assert len(page.content) <= 60_000


async def test_the_board_warns_while_messages_wait_and_none_leaves(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, now: Now
) -> None:
    stuck = plain(await console.get(_path(ref)))

    async with database.act(ref.cpts_id) as act:
        one = sa.select(sa.func.min(tables.deliveries.c.delivery_id)).scalar_subquery()
        left = {"state": DeliveryState.SENT, "sent_at": now.at}
        sent = sa.update(tables.deliveries).where(
            tables.deliveries.c.delivery_id == one
        )
        await act.connection.execute(sent.values(**left))
    moving = plain(await console.get(_path(ref)))

    assert "aucun message n'est parti encore" in stuck
    assert "vérifiez le serveur de courriel, appelez les personnes" in stuck
    assert "serveur de courriel" not in moving


async def test_what_is_late_and_a_dead_auditor_are_told_wherever_people_look(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, now: Now
) -> None:
    never = await console.get("/auditz")
    await audit(database)
    watched = await console.get("/auditz")
    late = plain(await console.get(_path(ref)))
    now.at += 2 * AUDITED_WITHIN
    dead = await console.get("/auditz")
    board = plain(await console.get(_path(ref)))

    assert (never.status_code, never.json()["audited_at"]) == (503, None)
    assert watched.status_code == 200
    assert watched.json()["late"] > 0
    assert "Contrôle, depuis" in late
    assert "contrôle automatique est arrêté" not in late
    assert (dead.status_code, dead.json()["ok"]) == (503, False)
    assert "Le contrôle automatique est arrêté depuis" in board


async def test_once_everybody_was_asked_in_vain_the_board_names_whom_to_call(
    console: httpx.AsyncClient, ref: CrisisRef, now: Now
) -> None:
    now.at -= timedelta(minutes=31)  # the second delay to answer still runs
    early = plain(await console.get(_path(ref)))
    now.at += timedelta(minutes=31)

    board = await console.get(_path(ref))

    assert "ont été sollicitées" not in early
    said = plain(board).replace("\xa0", " ")
    assert "manque encore : Infirmier (8), Médecin généraliste (4), toute" in said
    assert "Délégation départementale (fictive)" in said
    assert 'href="tel:0536490013"' in board.text


async def test_a_script_runs_only_under_the_nonce_of_its_page(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    page, other = [await console.get(_path(ref)) for _ in range(2)]
    script = await console.get("/live.js")

    policy = page.headers["content-security-policy"]
    nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
    assert f'<script src="/live.js" nonce="{nonce}"' in page.text
    assert page.text.count("<script") == 1
    assert policy != other.headers["content-security-policy"]
    assert script.headers["content-type"].startswith("text/javascript")


async def test_people_are_listed_where_they_stand_with_a_number_to_call(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    pages = {
        place: await console.get(f"{_path(ref)}/personnes", params={"ou": place})
        for place in Place
    }

    assert {page.status_code for page in pages.values()} == {200}
    assert "tel:" in pages[Place.PENDING].text
    assert " (0)</h1>" in pages[Place.SEATED].text


async def test_a_long_list_is_given_by_hundreds(
    console: httpx.AsyncClient, database: Database
) -> None:
    ref = await alerted(database, 300, link_key=KEYS.link_key)
    path = f"{_path(ref)}/personnes"

    first = await console.get(path, params={"ou": Place.PENDING})
    last = await console.get(path, params={"ou": Place.PENDING, "page": 9})

    assert first.text.count("tel:") <= 100
    assert len(first.content) <= 60_000
    assert ("Suite de la liste" in first.text) is (first.text.count("tel:") == 100)
    assert "Suite de la liste" not in last.text


async def test_a_card_is_read_taken_proved_or_set_aside(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    listed = await console.get(f"{_path(ref)}/fiches")
    card = f"{_path(ref)}/fiche/T2-07/1"
    assert "/fiche/T2-07/1" in listed.text

    shown = await console.get(card)
    empty = await console.post(card, data={"do": "aside", "reason": " "})
    lacking = await console.post(card, data={"do": "prove"})
    taken = await console.post(card, data={"do": "take"})
    aside = await console.post(card, data={"do": "aside", "reason": "fumées tombées"})
    again = await console.post(card, data={"do": "aside", "reason": "fumées tombées"})
    after = plain(await console.get(card))

    assert "Je la prends en charge" in plain(shown)
    assert empty.status_code == lacking.status_code == 422
    assert "Écrivez la raison" in plain(empty)
    assert (taken.status_code, aside.status_code, again.status_code) == (303,) * 3
    assert "Sans objet" in after
    assert "Je la prends en charge" not in after


async def test_a_proof_ends_a_card(console: httpx.AsyncClient, ref: CrisisRef) -> None:
    card = f"{_path(ref)}/fiche/T2-07/1"
    page = await console.get(card)
    names = {n.split('"')[0] for n in page.text.split('name="preuve.')[1:]}

    proved = await console.post(
        card, data={"do": "prove", **{f"preuve.{name}": "2" for name in names}}
    )

    assert proved.status_code == 303
    assert "Faite" in plain(await console.get(card))


async def test_what_does_not_exist_is_told(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    for path in ("/val-test/crise/c-0", f"{_path(ref)}/fiche/T9-99/1"):
        assert (await console.get(path)).status_code >= 400


async def test_lifting_asks_who_decides_then_happens_once(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = f"{_path(ref)}/lever"
    before = await console.get(path)
    nobody = await console.post(path, data={"reference": "L'ordre : 12"})
    first = await console.post(path, data={"authority": "PREFET"})
    again = await console.post(path, data={"authority": "PREFET"})

    async with database.read() as connection:
        row = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    assert "Cela ne se défait pas" in plain(before)
    assert nobody.status_code == 422
    assert "L&#x27;ordre&#32;:&#32;12" in nobody.text
    assert first.status_code == again.status_code == 303
    assert row.state is CrisisState.LIFTED


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[str]:
    """Serve the pages on a port: a stream needs a real server."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - no signal handler
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        await running


async def _next(lines: AsyncIterator[str]) -> tuple[str, str]:
    event = ""
    async for line in lines:
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        if line.startswith("data:"):
            return event, line.removeprefix("data:").strip()
    raise EOFError


async def _first_nurse(database: Database) -> str:
    async with database.read() as connection:
        person = await connection.scalar(
            sa.select(tables.crisis_people.c.person_id)
            .where(tables.crisis_people.c.profession == "INFIRMIER")
            .order_by(tables.crisis_people.c.last_name)
            .limit(1)
        )
    return str(person)


async def test_an_open_board_knows_within_two_seconds_and_ends_with_the_crisis(
    pages: FastAPI, database: Database, ref: CrisisRef
) -> None:
    async with (
        _served(pages) as address,
        httpx.AsyncClient(base_url=address, timeout=10) as browser,
        browser.stream("GET", f"{_path(ref)}/flux") as stream,
    ):
        lines = stream.aiter_lines()
        event, first = await _next(lines)
        whole = json.loads(first)
        said = RecordAnswer(
            cpts_id=ref.cpts_id,
            crisis_id=ref.crisis_id,
            person_id=await _first_nurse(database),
            answer=Availability.IMMEDIATE,
            nonce="nonce-stream-1",
            delay_minutes=15,
        )
        await record_answer(database, said)
        async with asyncio.timeout(2):
            _, second = await _next(lines)
        await browser.post(
            f"{_path(ref)}/lever",
            data={"authority": "DG_ARS"},
            headers={**POSTED, "Origin": address},
        )
        async with asyncio.timeout(3):
            last = [await _next(lines)]
            while last[-1][0] != "over":
                last.append(await _next(lines))

    assert event == "board"
    assert set(whole) == {
        "status",
        "needs",
        "people",
        "waves",
        "partners",
        "cards",
        "log",
    }
    assert {"needs", "people"} <= set(json.loads(second))
    assert "status" not in json.loads(second)
    assert "sur un poste, personne en réserve" not in whole["needs"]
    assert "1 sur un poste, personne en réserve" in json.loads(second)["needs"]
