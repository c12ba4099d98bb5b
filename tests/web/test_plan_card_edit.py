"""A card of the plan written on the console: edited, added, refused, kept."""

import httpx
import pytest

from acts.plan_cards import DisableCard, disable_plan_card
from adapters.database import plans
from adapters.database.unit import Database
from domain.card_form import card_texts
from domain.plan import Plan
from tests.adopted import COORDINATOR, drafted, submit
from tests.layered import local_card
from tests.national import national
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARDS = f"/cpts/{CPTS_ID}/plan/fiches"
WHY = {"reason": "Le maire prête le gymnase", "origin": "PARTENAIRE"}


@pytest.fixture
async def written(database: Database) -> Database:
    await drafted(database)
    return database


async def latest(database: Database) -> Plan:
    async with database.read() as connection:
        return (await plans.latest(connection, CPTS_ID))[0]


def typed(page: httpx.Response, card: dict[str, str], **said: str) -> dict[str, object]:
    """Fill the form of a card as a browser does: what is not ticked is not posted."""
    hidden = ("nonce", "number", "revision", "like", "id")
    form = filled(page)
    fixed = {name: form[name][0] for name in hidden if name in form}
    boxes = ("scenarios", "roles", "professions", "competences", "partenaires")
    texts: dict[str, object] = {**card, "author": COORDINATOR, **WHY, **said}
    ticked = {name: str(texts.get(name, "")).split() for name in boxes}
    return {**fixed, **texts, **ticked}


async def test_a_card_is_edited_field_by_field_with_its_reason(
    console: httpx.AsyncClient, written: Database
) -> None:
    at = f"{CARDS}/T1-05/modifier"
    page = await console.get(at)
    shown = card_texts(national().card("T1-05"))
    for name in ("titre", "quoi", "echeance.rapide", "besoins.INFIRMIER"):
        assert filled(page)[name] == [shown[name]]
    change = {**shown, "echeance.rapide": "45 min", "echeance.lente": "2 h"}
    change |= {"professions": f"{shown['professions']} KINE"}

    done = await console.post(at, data=typed(page, change))
    twice = await console.post(at, data=typed(page, change))

    assert done.headers["location"] == f"{CARDS}/T1-05?fait=modifiee"
    assert twice.headers["location"] == done.headers["location"]
    plan = await latest(written)
    assert {edit.field for edit in plan.edits} == {"echeance", "professions"}
    assert {edit.reason for edit in plan.edits} == {WHY["reason"]}
    assert plan.template.card("T1-05").professions[-1] == "KINE"
    assert {change.origin for change in plan.changes} == {"PARTENAIRE"}


async def test_what_is_refused_is_said_beside_its_field_and_kept(
    console: httpx.AsyncClient, written: Database
) -> None:
    at = f"{CARDS}/T1-05/modifier"
    page, shown = await console.get(at), card_texts(national().card("T1-05"))
    wrong = {**shown, "echeance.rapide": "vite", "titre": "", "roles": ""}

    told = await console.post(at, data=typed(page, wrong, reason=" "))
    rule = await console.post(
        at, data=typed(page, {**shown, "titre": "Le gymnase", "besoins.INFIRMIER": "9"})
    )
    verb = await console.post(at, data=typed(page, {**shown, "titre": "Le gymnase"}))

    assert told.status_code == rule.status_code == verb.status_code == 422
    for name in ("echeance.rapide", "titre", "roles", "reason"):
        assert f'id="{name}-error"' in told.text
    assert "Durée illisible" in plain(told)
    assert filled(told)["echeance.rapide"] == ["vite"]
    assert "places gardées" in plain(rule) or "infinitif" in plain(rule)
    assert 'id="titre-error"' in verb.text
    assert "« Titre » commence par un verbe" in plain(verb).replace("\xa0", " ")
    assert not (await latest(written)).edits


async def test_two_people_who_edit_one_card_are_told_and_lose_nothing(
    console: httpx.AsyncClient, written: Database
) -> None:
    at, shown = f"{CARDS}/T1-05/modifier", card_texts(national().card("T1-05"))
    mine, theirs = await console.get(at), await console.get(at)
    await console.post(at, data=typed(theirs, {**shown, "court": "gymnase"}))

    told = await console.post(at, data=typed(mine, {**shown, "titre": "Ouvrir tôt"}))

    assert told.status_code == 422
    assert "Deux personnes ont modifié" in plain(told)
    assert "telle qu'elle est enregistrée" in plain(told)
    assert filled(told)["titre"] == ["Ouvrir tôt"]
    again = typed(told, {**shown, "court": "gymnase", "titre": "Ouvrir tôt"})
    assert (await console.post(at, data=again)).status_code == 303
    card = (await latest(written)).template.card("T1-05")
    assert (card.title, card.short) == ("Ouvrir tôt", "gymnase")


async def test_a_card_of_the_cpts_is_added_blank_or_like_another(
    console: httpx.AsyncClient, written: Database
) -> None:
    at = f"{CARDS}/nouvelle"
    blank = await console.get(at)
    assert filled(blank)["id"] == ["LC-01"]
    empty = await console.post(at, data=typed(blank, {}, **{"effectif.min": "x"}))
    like = await console.get(at, params={"comme": "T1-05"})
    assert filled(like)["id"] == ["L1-01"]
    assert filled(like)["titre"] == [national().card("T1-05").title]

    card = card_texts(local_card())
    done = await console.post(at, data=typed(like, card, id=" l1-01 "))
    fresh = await console.get(at)
    taken = await console.post(at, data=typed(fresh, card, id="L1-01"))
    wrong = await console.post(at, data=typed(fresh, card, id="T9"))

    assert "Prudence : À remplir." in plain(empty).replace("\xa0", " ")
    assert done.headers["location"] == f"{CARDS}/L1-01?fait=ajoutee"
    plan = await latest(written)
    assert plan.local_cards == ("L1-01",)
    assert plan.template.card("L1-01") == local_card()
    assert "numéro libre L1-02" in plain(taken).replace("\xa0", " ")
    assert taken.status_code == wrong.status_code == 422
    assert 'id="id-error"' in wrong.text


async def test_a_disabled_card_is_enabled_before_it_is_edited(
    console: httpx.AsyncClient, written: Database
) -> None:
    order = {"cpts_id": CPTS_ID, "number": 1, "revision": 1, "author": COORDINATOR}
    said = DisableCard.model_validate({**order, "card_id": "T1-15", "reason": "Tenue"})
    await disable_plan_card(written, said)
    shown = await console.get(f"{CARDS}/T1-05/modifier")
    texts = card_texts(national().card("T1-15"))
    at = f"{CARDS}/T1-15/modifier"

    unread = await console.get(at)
    told = await console.post(at, data=typed(shown, texts))
    absent = await console.get(f"{CARDS}/T1-99/modifier")

    assert "Réactivez-la" in plain(unread)
    assert "Réactivez-la" in plain(told)
    assert absent.status_code == 404
    await submit(written)
    left = [
        await console.get(f"{CARDS}/{way}") for way in ("nouvelle", "T1-05/modifier")
    ]
    assert [page.status_code for page in left] == [409, 409]
