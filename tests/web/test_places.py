"""The flash survey, opened and read from its board."""

from datetime import UTC, datetime

import httpx
import pytest

from adapters.database import surveys
from adapters.database.unit import Database
from domain.reference import CrisisRef
from tests.conducted import lift
from tests.conftest import Now
from tests.places import opened
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PONT = "OFF_PONT"


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    now.at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    return await opened(database, link_key=KEYS.link_key)


def _path(ref: CrisisRef, place: str = "") -> str:
    here = f"/{ref.cpts_id}/crise/{ref.crisis_id}/enquete"
    return f"{here}/{place}" if place else here


async def test_a_form_opens_one_survey_and_its_reading_says_whom_to_call(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))

    opened_twice = [await console.post(_path(ref), data=filled(page)) for _ in range(2)]
    read = await console.get(_path(ref))
    async with database.read() as connection:
        asked = await surveys.asked(connection, ref)

    assert [each.status_code for each in opened_twice] == [303, 303]
    assert len({each.wave for each in asked.values()}) == 1
    assert "Sans réponse ne veut pas dire fermé" in plain(read)
    assert "Interroger de nouveau" in plain(read)


async def test_by_night_the_reading_says_when_the_others_are_asked(
    console: httpx.AsyncClient, ref: CrisisRef, now: Now
) -> None:
    now.at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    await console.post(_path(ref), data=filled(await console.get(_path(ref))))

    read = plain(await console.get(_path(ref)))

    assert "Les autres lieux seront interrogés le 23 novembre 2026 à 7 h" in read
    assert "Fermé la nuit 3" in read


async def test_what_a_place_says_on_the_telephone_is_noted_once(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    early = await console.post(_path(ref, PONT), data={"answer": "OUVERT"})
    await console.post(_path(ref), data=filled(await console.get(_path(ref))))
    nonce = filled(await console.get(_path(ref)))["nonce"][0]
    said = {"nonce": nonce, "answer": "DEGRADE", "name": "Camille Fictive"}

    none = await console.post(_path(ref, PONT), data={"nonce": nonce})
    noted = [await console.post(_path(ref, PONT), data=said) for _ in range(2)]
    read = plain(await console.get(_path(ref)))

    assert early.status_code == none.status_code == 422
    assert "Choisissez une réponse" in plain(none)
    assert [each.status_code for each in noted] == [303, 303]
    assert "Ralenti, à 12 h 00, par Camille Fictive" in read


async def test_once_lifted_the_reading_stays_and_nothing_is_asked(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))
    await console.post(_path(ref), data=filled(page))
    again = filled(await console.get(_path(ref)))
    await lift(database, ref)

    late = await console.post(_path(ref), data=again)
    read = plain(await console.get(_path(ref)))

    assert late.status_code == 422
    assert "Lieu par lieu" in read
    assert "Interroger" not in read
    assert "Inscrire sa réponse" not in read
