"""The cards of the plan on the console, read, set aside and taken back."""

import json

import httpx
import pytest

from acts.plan_cards import EditCard, edit_plan_card
from adapters.database import plans
from adapters.database.unit import Database
from domain.card_field import with_fields
from domain.plan import Plan
from tests.adopted import COORDINATOR, drafted, submit
from tests.national import national
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARDS = f"/cpts/{CPTS_ID}/plan/fiches"
DELAY = {"echeance": json.dumps({"rapide": "PT20M", "lente": "PT4H"})}


@pytest.fixture
async def shortened(database: Database) -> Database:
    """A draft in which the delay of T1-02 is ours."""
    await drafted(database)
    order = EditCard(
        cpts_id=CPTS_ID,
        number=1,
        revision=1,
        author=COORDINATOR,
        card=with_fields(national().card("T1-02"), DELAY),
        reason="Accord du SAMU",
    )
    await edit_plan_card(database, order)
    return database


async def latest(database: Database) -> Plan:
    async with database.read() as connection:
        return (await plans.latest(connection, CPTS_ID))[0]


async def posted(
    console: httpx.AsyncClient, card_id: str, go: str, **typed: str
) -> httpx.Response:
    """Open the page of a card, type this, and press a button."""
    page = await console.get(f"{CARDS}/{card_id}")
    said = {"author": COORDINATOR, "origin": "RETEX", "go": go, **typed}
    form = {name: values[0] for name, values in filled(page, **said).items()}
    return await console.post(f"{CARDS}/{card_id}", data=form)


@pytest.mark.usefixtures("shortened")
async def test_every_card_is_listed_by_type_and_what_differs_is_said_first(
    console: httpx.AsyncClient,
) -> None:
    page = await console.get(CARDS)
    of_role = await console.get(CARDS, params={"role": "DECISION"})

    for card in national().cards:
        assert f"{CARDS}/{card.card_id}" in page.text
        shown = f"{CARDS}/{card.card_id}" in of_role.text
        assert shown is ("DECISION" in card.roles)
    changed = plain(page).partition("Communes à toutes les crises")[0]
    assert "Différentes de la trame : 1" in changed.replace("\N{NO-BREAK SPACE}", " ")
    assert "Modifiée par la CPTS Accord" in changed


@pytest.mark.usefixtures("shortened")
async def test_a_card_reads_as_it_prints_with_what_the_template_said(
    console: httpx.AsyncClient,
) -> None:
    page = await console.get(f"{CARDS}/T1-02")
    said = plain(page).replace("\N{NO-BREAK SPACE}", " ")

    assert all(step in said for step in national().card("T1-02").steps)
    assert "20 min (crise rapide), 4 h (crise lente) après l'ordre reçu" in said
    assert "30 min (crise rapide)" in said.replace("&#32;", " ")
    assert (await console.get(f"{CARDS}/T1-99")).status_code == 404


async def test_a_card_is_set_aside_with_its_reason_and_played_again(
    console: httpx.AsyncClient, shortened: Database
) -> None:
    silent = await posted(console, "T1-15", "disable", reason=" ")
    done = await posted(console, "T1-15", "disable", reason="Tenue par le SDIS")
    plan = await latest(shortened)

    assert silent.status_code == 422
    assert 'id="reason-error"' in silent.text
    assert done.headers["location"] == f"{CARDS}/T1-15?fait=desactivee"
    assert [(d.card_id, d.reason) for d in plan.disabled] == [
        ("T1-15", "Tenue par le SDIS")
    ]
    assert plan.changes[-1].origin == "RETEX"
    listed = (await console.get(CARDS)).text
    assert "Tenue&#32;par&#32;le&#32;SDIS" in listed
    again = await posted(console, "T1-15", "enable")
    assert again.status_code == 303
    assert not (await latest(shortened)).disabled


async def test_the_text_of_the_template_is_taken_back(
    console: httpx.AsyncClient, shortened: Database
) -> None:
    done = await posted(console, "T1-02", "restore", reason="Accord rompu")

    plan = await latest(shortened)
    assert done.headers["location"].endswith("?fait=reprise")
    assert plan.template.card("T1-02") == national().card("T1-02")
    assert not plan.edits
    told = await posted(console, "T1-01", "restore", reason="Rien")
    assert "dit déjà cela" in plain(told)


async def test_a_refusal_keeps_what_was_typed(
    console: httpx.AsyncClient, shortened: Database
) -> None:
    needed = await posted(console, "TC-09", "disable", reason="Faite par l'ARS")
    older = await console.get(f"{CARDS}/T1-15")
    form = {n: v[0] for n, v in filled(older).items()}
    form |= {"go": "disable", "reason": "Essai", "author": COORDINATOR}
    first = await console.post(f"{CARDS}/T1-15", data=form)
    twice = await console.post(f"{CARDS}/T1-15", data=form)
    late = await console.post(f"{CARDS}/T1-14", data={**form, "nonce": "another"})

    assert needed.status_code == 422
    assert "s'appuie sur elle" in plain(needed)
    assert filled(needed)["reason"] == ["Faite par l'ARS"]
    assert (first.status_code, twice.status_code) == (303, 303)
    assert "Deux personnes ont modifié" in plain(late)
    await submit(shortened)
    left = await console.get(f"{CARDS}/T1-14")
    assert "est partie" in plain(left)
    assert "<form" not in left.text
    assert (await posted(console, "T1-99", "restore")).status_code == 404
    bare = await console.post(f"{CARDS}/T1-14", data={"go": "enable"})
    assert "arrivé incomplet" in plain(bare)
