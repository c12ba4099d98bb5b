"""The page of a place: three buttons, who answers, one answer for all."""

from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa

from acts.ending import LiftCrisis, lift_crisis
from acts.survey import OpenSurvey, open_survey
from adapters.database import surveys, tables
from adapters.database.unit import Database
from domain.authority import Authority
from domain.link import Purpose, survey_subject, token
from domain.reference import CrisisRef
from domain.survey import PlaceAnswer, SaidForPlace
from tests.conftest import Now
from tests.places import opened
from tests.web.test_pages import LARGEST, nonce_of, settings, visitor
from tests.workflows.conftest import KEYS

__all__ = ["settings", "visitor"]  # fixtures
PONT, MSP = "OFF_PONT", "MSP_NORD"


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    now.at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    ref = await opened(database, link_key=KEYS.link_key)
    await open_survey(
        database, OpenSurvey(**ref.model_dump(), actor="SECRETARIAT"), KEYS.link_key
    )
    return ref


def path(ref: CrisisRef, place: str) -> str:
    subject = survey_subject(ref.crisis_id, place)
    return f"/r/{token(KEYS.link_key, Purpose.SURVEY, subject)}"


async def said(database: Database, ref: CrisisRef) -> dict[str, SaidForPlace]:
    async with database.read() as connection:
        return await surveys.said(connection, ref)


async def test_a_place_is_asked_in_three_buttons_and_looking_changes_nothing(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await visitor.get(path(ref, MSP))

    assert page.status_code == 200
    assert len(page.content) <= LARGEST
    assert "<script" not in page.text
    for words in ("Maison de santé du Nord", "Qui répond", "Ouvert", "Ralenti"):
        assert words in page.text
    assert "Camille Fictif00001" in page.text
    assert f'action="{path(ref, MSP)}/lieu"' in page.text
    assert await said(database, ref) == {}


async def test_one_answer_counts_for_the_place_and_says_who_gave_it(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await visitor.get(path(ref, PONT))
    form = {"nonce": nonce_of(page), "name": "Camille Fictive", "slots": "4"}

    answered = await visitor.post(
        f"{path(ref, PONT)}/lieu", data=form | {"answer": "DEGRADE"}
    )
    again = await visitor.get(answered.headers["location"])

    assert answered.status_code == 303
    assert "la réponse de votre lieu est inscrite" in again.text
    assert "Ralenti. Déjà répondu à" in again.text
    assert "par Camille Fictive" in again.text
    found = (await said(database, ref))[PONT]
    assert (found.answer, found.slots) == (PlaceAnswer.SLOWED, 4)


async def test_a_closed_place_says_when_it_reopens(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await visitor.get(path(ref, PONT))
    form = {
        "nonce": nonce_of(page),
        "answer": "FERME",
        "slots": "4",
        "reopens_at": "2026-11-24T08:30",
    }

    await visitor.post(f"{path(ref, PONT)}/lieu", data=form)
    shown = await visitor.get(path(ref, PONT))

    found = (await said(database, ref))[PONT]
    assert found.slots is None
    assert found.reopens_at == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert "par Pharmacie du Pont" in shown.text  # nobody signed


@pytest.mark.parametrize(
    "form",
    [
        {"answer": "OUVERT"},
        {"nonce": "x" * 12, "answer": "DISPONIBLE_IMMEDIAT"},
        {"nonce": "x" * 12, "answer": "OUVERT", "need": "x" * 201},
    ],
)
async def test_a_broken_form_writes_nothing(
    visitor: httpx.AsyncClient,
    database: Database,
    ref: CrisisRef,
    form: dict[str, str],
) -> None:
    page = await visitor.post(f"{path(ref, PONT)}/lieu", data=form)

    assert page.status_code == 422
    assert await said(database, ref) == {}


async def test_the_link_of_a_place_answers_for_no_member(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    form = {"nonce": "x" * 12, "answer": "DISPONIBLE_IMMEDIAT"}

    as_member = await visitor.post(path(ref, PONT), data=form)
    async with database.read() as connection:
        person = await connection.scalar(
            sa.select(tables.links.c.person_id).where(
                tables.links.c.purpose == "answer"
            )
        )
    subject = f"{ref.crisis_id}.{person}"
    member = f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"
    as_place = await visitor.post(f"{member}/lieu", data=form | {"answer": "OUVERT"})

    assert [as_member.status_code, as_place.status_code] == [404, 404]


async def test_an_unreadable_hour_is_left_out(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    form = {"nonce": "x" * 12, "answer": "FERME", "reopens_at": "demain"}

    await visitor.post(f"{path(ref, PONT)}/lieu", data=form)

    assert (await said(database, ref))[PONT].reopens_at is None


async def test_once_lifted_the_page_asks_nothing(
    visitor: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )

    page = await visitor.get(path(ref, PONT))

    assert "est terminée" in page.text
    assert "<form" not in page.text
