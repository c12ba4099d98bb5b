"""Déclencher: four screens, an order; nothing typed is lost, one crisis only."""

import json
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from acts.directory import add_cpts, import_roster
from adapters.database import crises, tables
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.authority import Authority
from domain.crisis import CrisisState
from domain.wave import Kinetic
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID, cpts, people, settle

PATH = f"/{CPTS_ID}/declencher"
FIRE = "SICK/INCENDIE_FUMEES"
ORDER: dict[str, str | list[str]] = {
    "caller": "Dominique Fictif",
    "caller_function": "cadre d'astreinte",
    "called_back": "oui",
    "place": "Saint-Martin-le-Pré",
    "mission": "Appuyer l'EHPAD : deux infirmiers",
    "reference": "ARS 2026 : 118",
    "zones": ["Nord"],
}


@pytest.fixture(autouse=True)
async def cpts_ready(database: Database) -> None:
    await settle(database)


async def _all(database: Database) -> tuple[CrisisRow, ...]:
    async with database.read() as connection:
        return await crises.all_of(connection, CPTS_ID)


async def _last_screen(
    console: httpx.AsyncClient, **changes: str | list[str]
) -> httpx.Response:
    page = await console.get(PATH)
    for typed in (ORDER | changes, {"scenarios": [FIRE]}, {}):
        page = await console.post(PATH, data=filled(page, **typed))
        assert page.status_code == 200, plain(page)
    return page


async def test_a_preview_is_kept_as_a_proof_and_sends_nothing(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console)
    kept = await console.post(PATH, data=filled(last, go="keep"))
    opened = await console.post(PATH, data=filled(kept, go="open"))

    assert "Aperçu gardé au registre, rien n'est parti" in plain(kept)
    entry = tables.ledger_entries.c
    async with database.read() as connection:
        wanted = sa.select(entry.canonical).where(entry.kind == "preview.kept")
        noted = json.loads((await connection.execute(wanted)).scalar_one())
    assert noted["facts"]["sha256"] in plain(kept)
    assert opened.status_code == 303  # the order is still there to confirm


async def test_four_screens_open_the_crisis_that_was_typed(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console)
    opened = await console.post(PATH, data=filled(last, go="open"))

    [row] = await _all(database)
    assert opened.status_code == 303
    assert opened.headers["location"] == f"/{CPTS_ID}/crise/{row.crisis_id}"
    said = row.activation
    assert row.state is CrisisState.ACTIVE
    assert (said.authority, said.zones) == (Authority.DG_ARS, ("Nord",))
    assert said.mission == "Appuyer l'EHPAD : deux infirmiers"
    assert (said.reference, said.perimeter) == ("ARS 2026 : 118", "Zone Nord")
    assert said.received_at == said.called_back_at == database.now()
    assert not said.exercise
    assert "Vous ouvrez une crise" in plain(last)


async def test_an_exercise_says_only_what_happens_and_its_order_is_one_step_back(
    console: httpx.AsyncClient, database: Database
) -> None:
    page = await console.get(PATH, params={"exercice": "oui"})
    steps: tuple[dict[str, str | list[str]], ...] = (
        {"go": "back"},
        {"pace": "60"},
        {"scenarios": [FIRE], "kinetic": "SLOW"},
        {},
        {"go": "open"},
    )
    last = page
    assert "L'ordre de l'exercice est déjà rempli" in plain(page)
    for typed in steps:
        assert 'class="mark"' in page.text
        last, page = page, await console.post(PATH, data=filled(page, **typed))

    [row] = await _all(database)
    assert page.status_code == 303
    assert "60 fois plus vite" in plain(last)
    said = row.activation
    assert (said.exercise, said.pace, said.kinetic) == (True, 60, Kinetic.SLOW)


async def test_time_runs_faster_in_an_exercise_only(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console, pace="60")
    await console.post(PATH, data=filled(last, go="open"))

    [row] = await _all(database)
    assert row.activation.pace == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"caller": " "}, "caller"),
        ({"place": "x" * 61}, "place"),
        ({"mission": ""}, "mission"),
        ({"mission": "M. X, né le 12/03/1950"}, "mission"),
        ({"received_at": "hier"}, "received_at"),
        ({"received_at": "2031-01-01T00:00"}, "received_at"),
        ({"called_back": ""}, "called_back"),
        ({"called_back_at": ""}, "called_back_at"),
        ({"called_back_at": "2031-01-01T00:00"}, "called_back_at"),
        ({"called_back_at": "2026-11-22T21:00"}, "called_back_at"),
        ({"giver": "MAIRE"}, "giver"),
        (
            {"exercise": "oui", "pace": "10", "received_at": "2026-11-22T20:00"},
            "pace",
        ),
    ],
)
async def test_an_error_is_told_at_its_field_and_nothing_is_lost(
    console: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    typed = filled(await console.get(PATH), **(ORDER | changes))

    page = await console.post(PATH, data=typed)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    back = filled(page)
    kept = {k: v for k, v in typed.items() if v not in ([""], ["MAIRE"])}
    assert {k: v for k, v in back.items() if k in kept} == kept


async def test_a_type_must_be_chosen_and_known(console: httpx.AsyncClient) -> None:
    second = await console.post(PATH, data=filled(await console.get(PATH), **ORDER))

    for scenarios in ([], ["SICK/PESTE"], ["x"]):
        page = await console.post(PATH, data=filled(second, scenarios=scenarios))
        assert page.status_code == 422
        assert "Choisissez au moins une situation" in plain(page)
        assert filled(page)["mission"] == ["Appuyer l'EHPAD : deux infirmiers"]


async def test_one_may_go_back_and_forth(console: httpx.AsyncClient) -> None:
    last = await _last_screen(console)

    third = await console.post(PATH, data=filled(last, go="back"))
    second = await console.post(PATH, data=filled(third, go="back"))
    first = await console.post(PATH, data=filled(second, go="back"))

    assert filled(second)["scenarios"] == [FIRE]
    assert filled(first)["zones"] == ["Nord"]
    assert "L'ordre" in plain(first)


async def test_the_same_form_posted_twice_opens_one_crisis(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console)

    first = await console.post(PATH, data=filled(last, go="open"))
    again = await console.post(PATH, data=filled(last, go="open"))
    board = await console.get(again.headers["location"])

    assert again.headers["location"] == f"{first.headers['location']}?deja=oui"
    assert "rien de plus n'est parti" in plain(board)
    assert len(await _all(database)) == 1


async def test_a_form_that_opened_a_crisis_opens_no_other(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console)
    await console.post(PATH, data=filled(last, go="open"))

    other = await console.post(PATH, data=filled(last, go="open", reference="AUTRE"))

    assert other.status_code == 409
    assert "déjà été envoyé" in plain(other)
    assert len(await _all(database)) == 1


async def test_a_real_crisis_is_never_opened_by_the_button_of_an_exercise(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console, exercise="oui")
    unticked = filled(last, go="open")
    del unticked["exercise"]

    page = await console.post(PATH, data=unticked)

    assert "Ouvrir la crise" in plain(page)
    assert await _all(database) == ()


async def test_without_a_call_back_it_is_a_pre_alert(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console, called_back="pas-encore")
    opened = await console.post(PATH, data=filled(last, go="open"))
    board = await console.get(opened.headers["location"])

    [row] = await _all(database)
    assert "Ouvrir la pré-alerte" in plain(last)
    assert row.state is CrisisState.PRE_ALERT
    assert "Contre-appel attendu" in plain(board)


async def test_the_cpts_may_decide_by_itself(
    console: httpx.AsyncClient, database: Database
) -> None:
    last = await _last_screen(console, giver="CPTS", reference="", zones=[])
    opened = await console.post(PATH, data=filled(last, go="open"))
    board = await console.get(opened.headers["location"])

    [row] = await _all(database)
    assert row.activation.authority is None
    assert row.activation.perimeter == "Tout le territoire de la CPTS"
    assert "initiative de la CPTS" in plain(last)
    assert "Reconnaissance par une autorité attendue" in plain(board)


async def test_what_lacks_is_told_before_anything_is_typed(
    console: httpx.AsyncClient, database: Database
) -> None:
    await add_cpts(database, cpts("sans-annuaire"), "COORDINATEUR")
    await add_cpts(database, cpts("sans-plan"), "COORDINATEUR")
    await import_roster(database, "sans-plan", people(4), "COORDINATEUR")

    home = plain(await console.get("/"))
    told = home.replace("\xa0", " ")
    page = await console.get("/sans-plan/declencher")

    assert "Il manque l'annuaire, puis le plan : ouvrez « Premier jour »" in told
    assert "Il manque le plan. Établir le plan" in home
    assert home.count("Son paiement") == home.count("Sa revue annuelle") == 3
    assert page.status_code == 409
    assert "n'a pas encore de plan" in plain(page)


async def test_home_shows_what_runs_and_what_ended(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    last = await _last_screen(console, exercise="oui")
    await console.post(PATH, data=filled(last, go="open"))
    running = plain(await console.get("/"))
    now.at += timedelta(hours=1)
    [row] = await _all(database)
    lifted = await console.post(
        f"/{CPTS_ID}/crise/{row.crisis_id}/lever", data={"authority": "DG_ARS"}
    )

    assert "Déclencher" in running
    assert "EXERCICE, active" in running
    assert lifted.status_code == 303
    assert "Derniers exercices et crises" in plain(await console.get("/"))


async def test_an_empty_instance_says_what_to_do(
    console: httpx.AsyncClient, database: Database
) -> None:
    async with database.write() as connection:
        for table in (tables.plan_versions, tables.people, tables.cpts):
            await connection.execute(sa.delete(table))

    assert "inscrivez la vôtre avec « tocsin cpts add »" in plain(
        await console.get("/")
    )


async def test_every_screen_is_light_labelled_and_runs_no_script(
    console: httpx.AsyncClient,
) -> None:
    page = await console.get(PATH)
    steps: tuple[dict[str, str | list[str]], ...] = (
        ORDER,
        {"scenarios": [FIRE]},
        {},
        {},
    )
    for typed in steps:
        assert len(page.content) <= 60_000
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        page = await console.post(PATH, data=filled(page, **typed))
