"""Cards that wait, for an order or for something to happen, are set going by a page."""

from datetime import timedelta

import httpx
import pytest

from adapters.database import cards
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from domain.card import CardState
from domain.reference import CrisisRef
from tests.conducted import known_of, opened, prove
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    crisis = await opened(database, ("CASUALTIES",), KEYS.link_key)
    now.at += timedelta(minutes=30)
    return crisis


async def _runs(database: Database, ref: CrisisRef) -> tuple[CardRun, ...]:
    async with database.read() as connection:
        return tuple(await cards.of_crisis(connection, ref))


async def test_the_order_that_a_card_awaits_lets_it_start(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    laid = {each.card_id: each for each in (await known_of(database, ref)).laid}
    waiting = [r for r in await _runs(database, ref) if r.state is CardState.WAITING]
    card_id = waiting[0].card_id
    path = f"/{ref.cpts_id}/crise/{ref.crisis_id}/fiche/{card_id}/1"
    page = await console.get(path)
    said = {"do": "release", "reference": "régulateur, 22 h 20"}

    nobody = await console.post(path, data=filled(page, do="release", reference="x"))
    done = [
        await console.post(path, data=filled(page, source=group[0].value, **said))
        for group in laid[card_id].awaited_orders
    ]
    after = plain(await console.get(path))

    assert "Personne ne part avant l'ordre de l'autorité" in plain(page)
    assert "Je la prends en charge" not in plain(page)
    assert nobody.status_code == 422
    assert "Dites qui a donné l'ordre" in plain(nobody)
    assert filled(nobody)["reference"][-1] == "x"
    assert {each.status_code for each in done} == {303}
    assert "Je la prends en charge" in after
    (run,) = (each for each in await _runs(database, ref) if each.card_id == card_id)
    assert run.state is CardState.TO_DO


async def test_what_happens_opens_its_card_once_a_form(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = f"/{ref.cpts_id}/crise/{ref.crisis_id}/fiches"
    page = await console.get(path)
    card_id = page.text.split(f'action="{path}/')[1].split('"')[0]
    before = [each.card_id for each in await _runs(database, ref)].count(card_id)
    nonce = filled(page)["nonce"][0]

    told = [
        await console.post(f"{path}/{card_id}", data={"nonce": nonce}) for _ in range(2)
    ]

    assert "Fiches réflexes" in plain(page)
    assert [each.status_code for each in told] == [303, 303]
    after = [each.card_id for each in await _runs(database, ref)].count(card_id)
    assert after == before + 1
    assert str(told[0].headers["location"]).endswith(f"/fiche/{card_id}/{after}")


async def test_a_correction_is_one_more_proof_and_the_former_one_stays(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    await prove(database, ref, "TC-03")
    path = f"/{ref.cpts_id}/crise/{ref.crisis_id}/fiche/TC-03/1"
    page = await console.get(path)
    fixed = {"do": "correct", "preuve.decideur": "présidente"}

    short = await console.post(
        path, data=filled(page, do="correct", **{"preuve.decideur": ""})
    )
    done = [await console.post(path, data=filled(page, **fixed)) for _ in range(2)]
    after = await console.get(path)

    assert "Corriger la preuve" in plain(page)
    assert short.status_code == 422
    assert [each.status_code for each in done] == [303, 303]
    assert "Qui décide présidente" in plain(after)
    assert "Ce qui était écrit avant" in plain(after)
    async with database.read() as connection:
        kept = await cards.proofs_of_run(connection, ref, "TC-03", 1)
    assert [each.fields["decideur"] for each in kept] == ["présidente", "1"]
    (run,) = (r for r in await _runs(database, ref) if r.card_id == "TC-03")
    assert run.state is CardState.DONE


async def test_a_card_set_aside_may_turn_out_to_be_done(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    path = f"/{ref.cpts_id}/crise/{ref.crisis_id}/fiche/TC-03/1"
    page = await console.get(path)
    await console.post(path, data=filled(page, do="undone", reason="personne ici"))
    aside = await console.get(path)
    proof = {name: "1" for name in filled(aside) if name.startswith("preuve.")}

    await console.post(path, data=filled(aside, do="correct", **proof))

    assert "Elle a été faite : la preuve" in plain(aside)
    assert "Corriger la preuve" in plain(await console.get(path))
