"""The page of an authority: small, without a script, and one pre-alert at most."""

import html
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from acts.request import LINK_LIFE, LinkOrder, make_request_link, revoke_request_link
from adapters.database import crises
from adapters.database.unit import Database
from domain.crisis import CrisisState
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, settle

ORDER = LinkOrder(cpts_id=CPTS_ID, contact="ARS_DD", actor="COORDINATEUR")
ASKED = {
    "name": "Dominique Fictif",
    "function": "cadre d'astreinte",
    "scenario": "SICK/INCENDIE_FUMEES",
    "place": "Saint-Martin-le-Pré",
    "mission": "Appuyer l'EHPAD : deux infirmiers",
}


@pytest.fixture
async def path(database: Database) -> str:
    await settle(database)
    value, _ = await make_request_link(database, ORDER, KEYS.link_key)
    return f"/a/{value}"


@pytest.fixture
def visitor(pages: FastAPI) -> httpx.AsyncClient:
    """A browser far away."""
    transport = httpx.ASGITransport(pages, client=("192.0.2.7", 5000))
    return httpx.AsyncClient(transport=transport, base_url="https://tocsin.example")


async def test_the_page_is_small_runs_no_script_and_writes_nothing(
    visitor: httpx.AsyncClient, database: Database, path: str
) -> None:
    page = await visitor.get(path)

    assert page.status_code == 200
    assert len(page.content) <= 30_000
    assert "<script" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "Délégation départementale (fictive)" in plain(page)
    async with database.read() as connection:
        assert await crises.all_of(connection, CPTS_ID) == ()


async def test_a_request_opens_one_pre_alert_and_is_told_the_second_time(
    visitor: httpx.AsyncClient, database: Database, path: str
) -> None:
    form = filled(await visitor.get(path), **ASKED)
    first = await visitor.post(path, data=form)
    again = await visitor.post(path, data=form)
    anew = await visitor.post(path, data=filled(await visitor.get(path), **ASKED))

    async with database.read() as connection:
        [row] = await crises.all_of(connection, CPTS_ID)
    assert "Demande inscrite à 22" in plain(first)
    assert "05 36 49 00 13" in plain(first)
    assert "déjà inscrite" in plain(again)
    assert "déjà inscrite" in plain(anew)
    assert row.state is CrisisState.PRE_ALERT
    assert row.activation.mission == ASKED["mission"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"function": ""}, "function"),
        ({"scenario": ""}, "scenario"),
        ({"scenario": "SICK/PESTE"}, "scenario"),
        ({"place": "x" * 61}, "place"),
        ({"mission": "x" * 301}, "mission"),
        ({"mission": "M. X, né le 12/03/1950"}, "mission"),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    visitor: httpx.AsyncClient,
    database: Database,
    path: str,
    changes: dict[str, str],
    field: str,
) -> None:
    typed = ASKED | changes
    form = filled(await visitor.get(path), **typed)

    page = await visitor.post(path, data=form)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    kept = html.unescape(page.text)
    assert all(f'value="{typed[name]}"' in kept for name in ("name", "function"))
    async with database.read() as connection:
        assert await crises.all_of(connection, CPTS_ID) == ()


async def test_a_link_that_ended_says_whom_to_call(
    visitor: httpx.AsyncClient, database: Database, now: Now, path: str
) -> None:
    now.at += LINK_LIFE
    late = await visitor.get(path)
    now.at -= timedelta(days=1)
    await revoke_request_link(database, ORDER)
    gone = await visitor.post(path, data=ASKED)

    assert late.status_code == 410
    assert "Appelez la CPTS" in plain(late)
    assert gone.status_code == 404


async def test_who_guesses_links_is_stopped(
    visitor: httpx.AsyncClient, path: str
) -> None:
    seen = [
        (await visitor.get(f"/a/23456789{a}{b}")).status_code
        for a in "ABCDE"
        for b in "FGHJK"
    ]

    assert seen == [404] * 20 + [429] * 5
    assert path
