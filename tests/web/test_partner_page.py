"""The page of a partner: two buttons, a need, and nobody's name."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from acts.conduct import conduct_crisis
from acts.ending import LiftCrisis, lift_crisis
from acts.partners import AnswerAsPartner, answer_as_partner
from adapters.database import crises, partners
from adapters.database.unit import Database
from domain.answer import PartnerAnswer
from domain.authority import Authority
from domain.link import Purpose, partner_subject, token
from domain.partner import SaidByPartner
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.places import opened
from tests.web.conftest import plain
from tests.web.test_pages import LARGEST, nonce_of, settings, visitor
from tests.workflows.conftest import KEYS

__all__ = ["settings", "visitor"]  # fixtures
TOWN, HELP = "MAIRIE_NORD", "DAC_VAL"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def path(ref: CrisisRef, partner: str) -> str:
    subject = partner_subject(ref.crisis_id, partner)
    return f"/p/{token(KEYS.link_key, Purpose.PARTNER, subject)}"


async def said(
    database: Database, ref: CrisisRef, partner: str
) -> SaidByPartner | None:
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        told = await partners.told(connection, crisis) or ()
    return next(each.said for each in told if each.partner.code == partner)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    """A crisis whose partners were told."""
    now.at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    ref = await opened(database, link_key=KEYS.link_key)
    now.at += timedelta(hours=1)
    await conduct_crisis(database, ref)
    return ref


@ON_SQLITE
async def test_a_partner_says_what_it_needs_and_whom_to_call_back(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await visitor.get(path(ref, TOWN))

    assert page.status_code == 200
    assert len(page.content) <= LARGEST
    assert "<script" not in page.text
    for words in ("Mairie du Nord", "Rien à signaler", "Un besoin", ">05 36 49 00 12<"):
        assert words in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="05&#32;36&#32;49&#32;00&#32;21"' in page.text  # to be called back
    assert await said(database, ref, TOWN) is None  # looking writes nothing

    form = {"nonce": nonce_of(page), "answer": "BESOIN", "need": "Des masques <FFP2>"}
    answered = await visitor.post(path(ref, TOWN), data=form | {"phone": "poste 12"})
    again = await visitor.get(answered.headers["location"])

    assert answered.status_code == 303
    assert "Des&#32;masques&#32;&lt;FFP2&gt;" in again.text
    assert "poste&#32;12" in again.text
    kept = await said(database, ref, TOWN)
    assert kept is not None
    assert (kept.need, kept.phone) == ("Des masques <FFP2>", "poste 12")


@ON_SQLITE
async def test_a_partner_with_nothing_to_say_is_thanked_until_the_lifting(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await visitor.get(path(ref, HELP))
    form = {"nonce": nonce_of(page), "answer": "RIEN_A_SIGNALER"}
    await visitor.post(path(ref, HELP), data=form)
    thanked = await visitor.get(path(ref, HELP))

    order = LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE")
    await lift_crisis(database, order)
    over = await visitor.get(path(ref, HELP))
    refused = await visitor.post(path(ref, HELP), data=form | {"nonce": "another-one"})

    assert "rien à signaler" in thanked.text
    assert "terminée" in over.text
    assert "<form" not in over.text
    assert refused.status_code == 410


@ON_SQLITE
async def test_the_board_says_whom_to_call_and_what_they_need(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    need = AnswerAsPartner(
        **ref.model_dump(),
        partner_id=TOWN,
        answer=PartnerAnswer.NEED,
        nonce="a-form-of-theirs",
        need="Dix lits de camp",
    )
    await answer_as_partner(database, need)

    board = await console.get(f"/{ref.cpts_id}/crise/{ref.crisis_id}")
    said = plain(board).replace("&#32;", " ")

    for words in (
        "4 partenaires ; besoin : 1 ; à appeler, aucun message n'a pu partir : 2",
        "Mairie du Nord (fictive), 05 36 49 00 21 Besoin Dix lits de camp",
        "EHPAD du Sud (fictif)",
    ):
        assert words in said
    assert "Dispositif d'appui" not in said  # nothing to do there yet
    assert 'href="tel:0536490021"' in board.text


@ON_SQLITE
async def test_the_console_lists_every_partner_and_takes_an_answer_by_telephone(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    board = f"/{ref.cpts_id}/crise/{ref.crisis_id}"
    here = f"{board}/partenaires"
    page = await console.get(here)
    form = {"nonce": "typed-by-the-cell", "need": "Dix lits", "phone": "poste 12"}
    patient = {**form, "need": "Madame X, née le 12/03/1940", "nonce": "other"}

    silent = await console.post(f"{here}/{TOWN}", data=form)
    refused = await console.post(f"{here}/{TOWN}", data=patient | {"answer": "BESOIN"})
    unknown = await console.post(f"{here}/NOBODY", data=form | {"answer": "BESOIN"})
    done = await console.post(f"{here}/{TOWN}", data=form | {"answer": "BESOIN"})
    again = await console.post(f"{here}/{TOWN}", data=form | {"answer": "BESOIN"})
    after = await console.get(here)

    assert f'href="{here}"' in (await console.get(board)).text
    assert "Mairie du Nord" in plain(page)
    assert "Inscrire sa réponse" in plain(page)
    assert (silent.status_code, refused.status_code) == (422, 422)
    assert "Choisissez une réponse" in plain(silent)
    assert unknown.status_code == 400
    assert (done.status_code, again.status_code) == (303, 303)
    kept = await said(database, ref, TOWN)
    assert kept is not None
    assert (kept.need, kept.phone) == ("Dix lits", "poste 12")
    assert "Dix lits" in plain(after).replace("&#32;", " ")
