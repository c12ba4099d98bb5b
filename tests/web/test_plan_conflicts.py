"""What a new template and the plan say otherwise, decided on the console."""

import json

import httpx
import pytest

from acts.plan import new_plan
from acts.plan_cards import EditCard, edit_plan_card
from adapters.database import plans
from adapters.database.unit import Database
from domain.card_field import with_fields
from tests.adopted import COORDINATOR, drafted
from tests.layered import derived
from tests.national import national
from tests.web.conftest import plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/plan/trame"


@pytest.fixture
async def waiting(database: Database) -> None:
    """A draft in which two points wait for a decision."""
    await drafted(database)
    for revision, card_id in enumerate(("T1-01", "T2-14"), start=1):
        changed = {"echeance": "PT10M"} if card_id == "T1-01" else {"prudence": "Nous."}
        fields = {key: json.dumps(value) for key, value in changed.items()}
        order = EditCard(
            cpts_id=CPTS_ID,
            number=1,
            revision=revision,
            author=COORDINATOR,
            card=with_fields(national().card(card_id), fields),
            reason="Essai",
        )
        await edit_plan_card(database, order)
    await new_plan(database, CPTS_ID, derived(), COORDINATOR)


@pytest.mark.usefixtures("waiting")
async def test_each_point_shows_three_texts_and_is_decided_once(
    console: httpx.AsyncClient, database: Database
) -> None:
    page = plain(await console.get(f"{PATH}?fait=oui")).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    seen = {"number": "1", "revision": "4"}
    first = {"target": "T1-01.echeance", "choice": "prendre", **seen}

    taken = await console.post(PATH, data=first)
    twice = await console.post(PATH, data=first)
    kept = await console.post(
        PATH,
        data={"target": "T2-14.prudence", "choice": "garder", **seen, "revision": "5"},
    )

    assert "La version 1 suit cette trame" in page
    assert "2 à trancher" in page.replace("&#32;", " ")
    assert "La trame disait 20 min La trame dit 15 min Vous dites 10 min" in page
    assert (taken.status_code, twice.status_code, kept.status_code) == (303, 409, 303)
    assert "Rien à trancher" in plain(await console.get(PATH))
    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    assert plan.template.card("T1-01") == derived().card("T1-01")
    assert plan.template.card("T2-14").caution == "Nous."


@pytest.mark.usefixtures("waiting")
async def test_a_point_that_does_not_exist_is_refused(
    console: httpx.AsyncClient,
) -> None:
    said = {"target": "T9", "choice": "garder", "number": "1", "revision": "4"}

    refused = await console.post(PATH, data=said)

    assert refused.status_code >= 400
    assert "Aucun point à trancher" in plain(refused).replace("\N{NO-BREAK SPACE}", " ")
