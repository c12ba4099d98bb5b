"""The money of a plan, read and typed in on its page."""

from datetime import UTC, date, datetime

import httpx
import pytest

from acts.directory import add_cpts
from adapters.database import payments
from adapters.database.unit import Database
from domain.cpts import Cpts
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID, cpts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = f"/cpts/{CPTS_ID}/paiement"
SUM = {"year": "2026", "slice": "AVANCE", "state": "NOTIFIE", "on": "12/10/2026"}


def contracted() -> Cpts:
    dates = {"anniversary_on": date(2026, 4, 1), "mission_4_on": date(2026, 10, 1)}
    return cpts().model_copy(update=dates | {"population": 80_000})


async def test_the_page_shows_both_readings_and_takes_a_sum_with_its_correction(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    now.at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    await add_cpts(database, contracted(), "COORDINATEUR")

    first = await console.get(PAGE)
    typed = filled(first, **SUM, amount="16 875", reference="")
    for amount in ("16 875", "16 875", "16 870"):  # twice the same, then mended
        answer = await console.post(PAGE, data=typed | {"amount": [amount]})
        assert answer.status_code == 303
    read = plain(await console.get(PAGE))
    async with database.read() as connection:
        kept = await payments.of_cpts(connection, CPTS_ID)

    assert "aucune de ces sommes n'existe" in read
    assert "16 875 € d'avance le 1er octobre 2026" in read
    assert "28 125 € de solde le 1er avril 2027" in read
    assert "Autre lecture : 5 625 € de solde" in read
    assert "écart de 22 500 €" in read
    assert "taille 2 ou 3, D3" in read
    assert "16 875 € le 12 octobre 2026 (corrigé depuis)" in read
    assert [each.amount for each in kept] == [16_875, 16_870]


async def test_what_is_typed_wrong_stays_on_the_page_with_its_reason(
    console: httpx.AsyncClient, database: Database
) -> None:
    await add_cpts(database, contracted(), "COORDINATEUR")

    async def answer(**typed: str) -> str:
        page = await console.post(PAGE, data=SUM | {"amount": "10"} | typed)
        assert page.status_code == 422
        return plain(page)

    assert "nombre entier d'euros" in await answer(amount="dix")
    assert "Écrivez une date" in await answer(on="bientôt")
    assert "Écrivez une date" in await answer(on="")
    assert "date à venir" in await answer(on="2030-01-01")
    assert "n'a pas d'année de contrat 2031" in await answer(year="2031")
    assert "identité d'un patient" in await answer(reference="né le 3 mars")
    async with database.read() as connection:
        assert await payments.of_cpts(connection, CPTS_ID) == ()


async def test_without_the_dates_of_the_contract_the_page_says_which(
    console: httpx.AsyncClient, database: Database
) -> None:
    await add_cpts(database, cpts(), "COORDINATEUR")

    read = plain(await console.get(PAGE))

    assert "il manque date_anniversaire et date_debut_mission_4" in read
    assert "Inscrire" not in read
