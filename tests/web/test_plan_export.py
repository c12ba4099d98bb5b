"""The plan downloaded from the console."""

import re

import httpx
import pytest

from adapters.database.unit import Database
from tests.web.conftest import plain
from tests.world import CPTS_ID, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/plan/export"


async def test_every_form_of_the_page_is_printed(
    console: httpx.AsyncClient, database: Database
) -> None:
    await settle(database)
    page = await console.get(PATH)

    links = re.findall(rf'href="({PATH}/[^"]+)"', page.text)
    answers = {link: await console.get(link) for link in links}

    assert len(links) == 10
    assert [x for x, answer in answers.items() if answer.status_code != 200] == []
    names = {answer.headers["content-disposition"] for answer in answers.values()}
    assert f'attachment; filename="fiches-{CPTS_ID}.pdf"' in names
    assert f'attachment; filename="plan-publique-{CPTS_ID}.html"' in names
    assert {answer.headers["cache-control"] for answer in answers.values()} == {
        "no-store"
    }
    public = answers[f"{PATH}/html?edition=PUBLIQUE"].text
    assert "Fictif000" not in public


async def test_a_numbered_copy_says_to_whom_it_is_given(
    console: httpx.AsyncClient, database: Database
) -> None:
    await settle(database)

    asked = f"{PATH}/html?version=1&copy=4&to=Mairie"
    page = await console.get(asked)

    said = plain(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Édition de crise, exemplaire n° 4 remis à Mairie" in said
    assert "plan-crise-val-test-4.html" in page.headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("json?edition=PUBLIQUE", 400),
        ("pdf?version=9", 404),
        ("odt", 422),
        ("pdf?copy=0", 422),
    ],
)
async def test_what_cannot_be_printed_is_refused(
    console: httpx.AsyncClient, database: Database, asked: str, status: int
) -> None:
    await settle(database)

    answer = await console.get(f"{PATH}/{asked}")

    assert answer.status_code == status
    assert "content-disposition" not in answer.headers


async def test_a_cpts_without_a_plan_has_nothing_to_print(
    console: httpx.AsyncClient,
) -> None:
    assert (await console.get("/cpts/nulle-part/plan/export")).status_code == 404


async def test_a_refusal_of_the_console_speaks_of_no_link_and_shows_the_way_back(
    console: httpx.AsyncClient, database: Database
) -> None:
    await settle(database)

    wrong = await console.get(f"{PATH}/xls")
    astray = await console.get(f"/cpts/{CPTS_ID}/nulle/part")

    assert (wrong.status_code, astray.status_code) == (422, 404)
    assert "Demande non comprise" in wrong.text
    for page in (wrong, astray):
        assert '<a href="/">Pupitre</a>' in page.text
        assert "votre lien" not in page.text
        assert "votre message" not in page.text
    assert f'<a href="/cpts/{CPTS_ID}/plan">Le plan</a>' in wrong.text
