"""Vos 3 prochaines: a member of the cell acts on her cards from her own link."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from acts.ban import BanCirculation, ban_circulation
from acts.conduct import conduct_crisis
from acts.survey import AnswerForPlace, OpenSurvey, answer_for_place, open_survey
from adapters.database import cards, crises, tables
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from domain.authority import Authority
from domain.ban import Ban
from domain.card import CardState
from domain.link import Purpose, answer_subject, token
from domain.reference import CrisisRef
from tests.conducted import known_of, lift, opened, prove, release
from tests.conftest import ORIGIN, Now
from tests.national import national
from tests.places import opened as with_places
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

# pages and acts are the same on PostgreSQL, where acts are tested
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LARGEST = 30_000
ALL = ("CASUALTIES", "SICK", "EMERGING_AGENT", "NRC", "CARE_DISRUPTION")
LINK = re.compile(r'<li(?: class="(late)")?><a href="([^"]+)">([^<]+)</a>')


@pytest.fixture
async def phone(pages: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(pages)
    async with httpx.AsyncClient(
        transport=transport, base_url=f"https://{ORIGIN}"
    ) as browser:
        yield browser


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    """A crisis whose cell was called, and was silent since."""
    crisis = await opened(database, ALL, KEYS.link_key)
    await prove(database, crisis, "TC-03")
    now.at += timedelta(minutes=90)
    await conduct_crisis(database, crisis)
    return crisis


def path_of(ref: CrisisRef, person_id: str) -> str:
    subject = answer_subject(ref.crisis_id, person_id)
    return f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"


async def page_of(database: Database, ref: CrisisRef, role: str) -> str:
    holders = (await known_of(database, ref)).plan.holders
    return path_of(ref, next(h.person_id for h in holders if h.role == role))


async def run_of(database: Database, ref: CrisisRef, card_id: str) -> CardRun:
    runs = (await known_of(database, ref)).runs
    return next(run for run in runs if run.card_id == card_id)


@contextmanager
def statements() -> Iterator[set[str]]:
    """The tables that statements name meanwhile."""
    names: set[str] = set()

    def note(*said: object) -> None:
        names.update(re.findall(r"FROM (\w+)", str(said[2])))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield names
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def test_a_member_of_the_cell_sees_three_cards_the_late_ones_first_then_all(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    before = await known_of(database, ref)
    pages = {}
    for holder in before.plan.holders:
        page = await phone.get(path_of(ref, holder.person_id))
        assert page.status_code == 200
        assert len(page.content) <= LARGEST
        assert "<script" not in page.text
        pages[holder.role] = page

    leader = pages["PILOTAGE"]
    words = plain(leader)
    assert "Vos 3 prochaines" in words
    assert "Votre rôle : Pilotage de la cellule de crise." in words
    links = LINK.findall(leader.text)
    first, left = links[:3], links[3:]
    assert first == left[:3]
    lateness = [bool(late) for late, _, _ in left]
    assert lateness == sorted(lateness, reverse=True)
    assert lateness[0]
    assert not lateness[-1]
    assert "En retard de 40 min (pour 22 h 50)" in words
    assert "Pour 23 h 50, après « Armer la cellule de crise »" in words
    assert "1 terminée" not in words
    assert "1 terminée" in plain(pages["DECISION"])
    assert (await known_of(database, ref)).runs == before.runs


async def test_who_holds_no_role_sees_no_card_and_none_is_read_for_them(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    people = tables.crisis_people.c
    told = tables.recipients.c
    holders = (await known_of(database, ref)).plan.holders
    cell = {each for h in holders for each in (h.person_id, h.deputy_id)}
    async with database.read() as connection:
        found = await connection.scalars(
            sa.select(people.person_id)
            .where(people.person_id.in_(sa.select(told.person_id)))
            .order_by(people.last_name.desc())
        )
        person_id = next(each for each in found if each not in cell)
    path = path_of(ref, person_id)

    with statements() as names:
        page = await phone.get(path)

    assert page.status_code == 200
    assert "fiches" not in plain(page)
    assert not names & {"card_runs", "crisis_types", "card_orders"}
    assert (await phone.get(f"{path}/fiche/TC-04/1")).status_code == 403


async def test_a_card_is_read_then_taken_in_her_name(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    path = await page_of(database, ref, "PILOTAGE")
    here = f"{path}/fiche/TC-04/1"
    card = await phone.get(here)
    assert len(card.content) <= LARGEST
    for step in national().card("TC-04").steps:
        assert _common(step) in plain(card)

    form = {"nonce": filled(card)["nonce"][0], "do": "prendre"}
    taken = await phone.post(here, data=form)

    assert taken.headers["location"] == here
    run = await run_of(database, ref, "TC-04")
    assert run.state is CardState.TAKEN
    assert run.taken_by
    assert "Prise en charge par vous" in plain(await phone.get(here))
    assert "prise en charge par vous" in plain(await phone.get(path))


def _common(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


async def test_a_card_is_ended_once_with_its_proof_by_her_role(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    here = f"{await page_of(database, ref, 'PILOTAGE')}/fiche/TC-04/1"
    form = {
        "nonce": filled(await phone.get(here))["nonce"][0],
        "do": "prouver",
        "preuve.presents_par_role": "pilotage, secrétariat",
        "preuve.lieu": "en visio",
        "preuve.heure_armement": "",
    }
    refused = await phone.post(here, data=form)
    assert refused.status_code == 422
    assert "remplissez chaque champ" in plain(refused)
    assert filled(refused)["preuve.lieu"] == ["en visio"]

    for _ in range(2):  # the same form, posted twice
        ended = await phone.post(here, data=form | {"preuve.heure_armement": "22 h 50"})
        assert ended.headers["location"] == here

    shown = plain(await phone.get(here))
    assert "Faite : 23 h 30." in shown
    assert "Inscrire la preuve" not in shown
    table = tables.proofs
    async with database.read() as connection:
        kept = await connection.execute(
            sa.select(table).where(table.c.card_id == "TC-04")
        )
        said = [(row.actor, row.fields["lieu"]) for row in kept.all()]
    assert said == [("PILOTAGE", "en visio")]


async def test_she_corrects_her_proof_and_the_former_one_stays(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    await prove(database, ref, "TC-04")
    here = f"{await page_of(database, ref, 'PILOTAGE')}/fiche/TC-04/1"
    form = filled(await phone.get(here), **{"preuve.lieu": "en visio"})

    done = [await phone.post(here, data=form) for _ in range(2)]

    assert "Corriger la preuve" in plain(await phone.get(here))
    assert [each.status_code for each in done] == [303, 303]
    async with database.read() as connection:
        kept = await cards.proofs_of_run(connection, ref, "TC-04", 1)
    assert [each.fields["lieu"] for each in kept] == ["en visio", "1"]


async def test_one_call_from_the_phone_proves_the_cards_of_its_roles_alone(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    here = f"{await page_of(database, ref, 'ORGA_MEDICALE')}/fiche/T1-02/1"
    page = await phone.get(here)
    said = {
        name: "un régulateur"
        for name in filled(page)
        if name.startswith(("preuve.", "appel.TC-09."))
    }
    form = {**filled(page), **said, "do": "prouver", "appel.TC-12.support": "affiche"}

    done = await phone.post(here, data=form)

    assert "Le même appel : Établir la liaison avec le SAMU" in plain(page)
    assert "Le même appel : Obtenir la doctrine" in plain(page)
    assert done.status_code == 303
    states = [(await run_of(database, ref, c)).state for c in ("T1-02", "TC-09")]
    assert states == [CardState.DONE] * 2
    assert (await run_of(database, ref, "T4-02")).state is not CardState.DONE
    assert (await run_of(database, ref, "TC-12")).state is not CardState.DONE


async def test_what_may_not_be_done_is_refused_in_one_sentence_on_the_card(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    path = await page_of(database, ref, "PILOTAGE")

    async def post(card_id: str, **said: str) -> httpx.Response:
        form = {"nonce": f"un-{card_id}-{len(said)}", "do": "prendre"} | said
        return await phone.post(f"{path}/fiche/{card_id}/1", data=form)

    waiting = await phone.get(f"{path}/fiche/T3-06/1")
    assert (
        "Elle attend un ordre (l'ARS, et le SAMU ou le SDIS) : personne ne part avant. "
        "Elle vient après" in plain(waiting)
    )
    assert "Je la prends" not in plain(waiting)
    assert "attend un ordre : personne ne part" in plain(await post("T3-06"))
    assert "doit être terminée avant celle-ci" in plain(await post("TC-07"))
    short = await post("TC-08", do="ecarter", reason="x")
    assert short.status_code == 422
    assert "Écrivez la raison" in plain(short)
    patient = await post("TC-08", do="ecarter", reason="Lit 3, né le 12/03/1950")
    assert "l'identité d'un patient" in plain(patient)
    assert (await post("TC-08", do="autre")).status_code == 422
    assert "d'un de vos rôles" in plain(await post("TC-09"))

    aside = await post(
        "TC-08", do="ecarter", reason="personne ne sort", state="NON_FAITE"
    )

    assert aside.status_code == 303
    assert (await run_of(database, ref, "TC-08")).state is CardState.NOT_DONE
    shown = plain(await phone.get(f"{path}/fiche/TC-08/1"))
    assert "Raison : personne ne sort" in shown
    assert "Quelqu'un vient de terminer cette fiche" in plain(await post("TC-08"))


async def test_who_ends_the_survey_finds_its_counts_filled_in(
    database: Database, now: Now, phone: httpx.AsyncClient
) -> None:
    now.at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    ref = await with_places(database, link_key=KEYS.link_key)
    await prove(database, ref, "TC-03")
    now.at += timedelta(minutes=30)
    await conduct_crisis(database, ref)  # the cell is called
    here = f"{await page_of(database, ref, 'SECRETARIAT')}/fiche/TC-13/1"
    empty = filled(await phone.get(here))
    await open_survey(
        database, OpenSurvey(**ref.model_dump(), actor="SECRETARIAT"), KEYS.link_key
    )
    said = {"structure_id": "OFF_PONT", "answer": "FERME", "nonce": "une-officine"}
    await answer_for_place(database, AnswerForPlace(**ref.model_dump(), **said))

    form = filled(await phone.get(here))

    counts = {name[7:]: v[0] for name, v in form.items() if name[:7] == "preuve."}
    assert {v[0] for name, v in empty.items() if name[:7] == "preuve."} == {""}
    assert counts.pop("heure").split() == ["12", "h", "30"]
    assert counts == {
        "ouverts": "0",
        "degrades": "0",
        "fermes": "1",
        "sans_reponse": "3",
    }


async def test_a_ban_on_circulation_says_what_it_holds(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    path = await page_of(database, ref, "PILOTAGE")
    await release(database, ref, await known_of(database, ref))
    ban = Ban(authority=Authority.PREFECT, from_at=database.now())
    said = BanCirculation(**ref.model_dump(), actor="PILOTAGE", ban=ban)
    await ban_circulation(database, said)
    await conduct_crisis(database, ref)

    card = plain(await phone.get(f"{path}/fiche/T3-06/1"))

    assert "Une interdiction de circuler la retient : personne ne part." in card
    assert "En attente d'ordre" in card


async def test_once_lifted_her_last_cards_stay_until_the_crisis_is_closed(
    database: Database, ref: CrisisRef, phone: httpx.AsyncClient
) -> None:
    path = await page_of(database, ref, "PILOTAGE")
    await lift(database, ref)
    await conduct_crisis(database, ref)

    page = await phone.get(path)

    assert "Il vous reste des fiches à terminer." in plain(page)
    summed_up = await phone.get(
        f"{await page_of(database, ref, 'DECISION')}/fiche/TC-22/1"
    )
    assert "complet : avant le" in plain(summed_up)
    here = LINK.findall(page.text)[0][1]
    async with database.act(ref.cpts_id) as act:
        await crises.change(act, ref.crisis_id, {"state": "CLOTUREE"})
    assert "fiches" not in plain(await phone.get(path))
    assert "Inscrire la preuve" not in plain(await phone.get(here))
    late = await phone.post(here, data={"nonce": "trop-tard", "do": "prendre"})
    assert "La crise est close" in plain(late)
