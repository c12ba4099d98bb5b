"""Cards that wait, for an order or for something to happen, are set going by a page."""

from datetime import timedelta
from unicodedata import normalize

import httpx
import pytest

from acts.card import ProveCard, prove_card
from adapters.database import cards, crisis_log
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from domain.card import CardState
from domain.card_errors import UnknownCardError
from domain.chronicle import told
from domain.reference import CrisisRef
from tests.conducted import known_of, opened, order_on, prove
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


async def test_one_call_proves_both_its_cards_in_one_line_of_the_log(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = f"/{ref.cpts_id}/crise/{ref.crisis_id}/fiche/T1-02/1"
    page = await console.get(path)
    said = {
        "preuve.interlocuteur": "régulateur",
        "preuve.zone_interdite": "le site",
        "preuve.consigne": "n'envoyer personne",
        "preuve.heure": "22 h 20",
    }
    half = {**said, "appel.TC-09.canal": "téléphone"}
    whole = {**half, "appel.TC-09.consignes": "un seul numéro"}

    refused = await console.post(path, data=filled(page, do="prove", **half))
    done = await console.post(path, data=filled(page, do="prove", **whole))

    assert "Le même appel : Établir la liaison avec le SAMU" in plain(page)
    assert refused.status_code == 422
    assert filled(refused)["appel.TC-09.canal"] == ["téléphone"]
    assert done.status_code == 303
    runs = {each.card_id: each.state for each in await _runs(database, ref)}
    assert runs["T1-02"] is runs["TC-09"] is CardState.DONE
    async with database.read() as connection:
        proofs = await cards.proofs_of(connection, ref, "TC-09")
        lines = await crisis_log.read(connection, ref)
    assert proofs == {
        1: {
            "interlocuteur": "régulateur",
            "heure": "22 h 20",
            "consignes": "un seul numéro",
            "canal": "téléphone",
        }
    }
    (line,) = (ln for ln in lines if ln.facts.get("card") == "T1-02")
    assert normalize("NFKC", told(line.kind, line.facts)).endswith(
        "Du même appel : TC-09."
    )
    assert not any(line.facts.get("card") == "TC-09" for line in lines)


async def test_a_card_that_no_call_does_is_not_proved_with_another(
    database: Database, ref: CrisisRef
) -> None:
    order = ProveCard(
        **order_on(ref, "T1-02").model_dump(exclude={"run"}),
        fields={
            **dict.fromkeys(("interlocuteur", "zone_interdite"), "x"),
            **dict.fromkeys(("consigne", "heure"), "x"),
        },
        same_call={"TC-12": {"support": "x"}},
    )

    with pytest.raises(UnknownCardError):
        await prove_card(database, order)
    assert {e.card_id: e.state for e in await _runs(database, ref)}[
        "T1-02"
    ] is CardState.TO_DO


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
