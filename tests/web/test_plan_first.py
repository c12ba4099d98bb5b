"""A plan opened, laid over another template, and its versions, on the console."""

import httpx
import pytest

from acts.directory import add_cpts, import_roster
from adapters.database import plans
from adapters.database.unit import Database
from domain.plan_version import Opinion
from tests.adopted import COORDINATOR, answer, decide, submitted, tenant
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PLAN = f"/cpts/{CPTS_ID}/plan"


async def followed(database: Database) -> tuple[int, str]:
    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    return plan.number, plan.template.template_id


async def test_a_cpts_without_a_plan_opens_its_first_draft_from_a_page(
    console: httpx.AsyncClient, database: Database
) -> None:
    assert (await console.get("/cpts/absente/plan")).status_code == 404
    await add_cpts(database, tenant(), COORDINATOR)
    nobody = await console.get(PLAN)
    told = await console.post(f"{PLAN}/trame/suivre", data={"template": "fr-2022-12"})
    await import_roster(database, CPTS_ID, people(30), COORDINATOR)
    offered = await console.get(PLAN)

    assert "importez-le d'abord" in plain(nobody)
    assert told.status_code == 422
    assert "30 personnes" in plain(offered).replace("\N{NO-BREAK SPACE}", " ")
    lost = await console.post(f"{PLAN}/trame/suivre", data={"template": "../.."})
    done = await console.post(f"{PLAN}/trame/suivre", data={"template": "fr-2022-12"})
    assert lost.status_code == 404
    assert done.headers["location"] == f"{PLAN}?fait=trame"
    assert await followed(database) == (1, "fr-2022-12")
    page = await console.get(done.headers["location"])
    assert "Le brouillon suit cette trame" in plain(page).replace("\xa0", " ")
    assert "Identité de la CPTS" in plain(page)


async def test_a_plan_is_laid_over_another_template_from_its_page(
    console: httpx.AsyncClient, database: Database
) -> None:
    await submitted(database)

    page = await console.get(f"{PLAN}/trame")
    same = await console.post(f"{PLAN}/trame/suivre", data={"template": "fr-2022-12"})
    small = {"template": "fr-2022-12-socle"}
    other = await console.post(f"{PLAN}/trame/suivre", data=small)

    assert '<option value="fr-2022-12" selected>' in page.text
    assert (same.status_code, other.status_code) == (303, 303)
    assert await followed(database) == (2, "fr-2022-12-socle")


async def test_every_version_says_its_life_and_leads_to_its_documents(
    console: httpx.AsyncClient, database: Database
) -> None:
    version = await submitted(database)
    await answer(database, Opinion.REMARKS)
    await decide(database)
    await console.post(f"{PLAN}/suivante")

    page = await console.get(f"{PLAN}/versions")

    said = plain(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Version 2 : mise à jour, brouillon" in said
    assert "Version 1 : première écriture, adoptée" in said
    assert "Lieux de repli à préciser." in said
    assert "5 présents, quorum 4" in said
    assert version.sha256 in said
    assert f"{PLAN}/diff?from=1&amp;to=2" in page.text
    assert (await console.get(f"{PLAN}/export/json?version=1")).status_code == 200
    assert not filled(page)
