"""Two versions of the plan, compared on the console."""

import httpx
import pytest

from adapters.database.unit import Database
from tests.adopted import drafted
from tests.compared import add_next
from tests.web.conftest import plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/plan/diff"


async def test_each_change_says_old_and_new_words_who_when_and_why(
    console: httpx.AsyncClient, database: Database
) -> None:
    await drafted(database)
    await add_next(database, CPTS_ID)

    page = await console.get(f"{PATH}?from=1&to=2")

    said = plain(page).replace("\N{NO-BREAK SPACE}", " ").replace("&#32;", " ")
    assert "2 modifications." in said
    assert "T1-02 Recueillir la demande précise du SAMU : Délai modifié" in said
    assert "30 min (crise rapide)" in said
    assert "Après 20 min" in said
    assert "avis d'un partenaire : Le SAMU le demande, Référent situations" in said
    assert "sanitaires exceptionnelles, le 22 novembre 2026" in said
    assert "à distance désactivée Après Tenue par le SDIS" in said
    assert "SEC-08 Articulation avec les autres plans Relu le 22 novembre 2026" in said


async def test_the_same_version_says_that_nothing_changed(
    console: httpx.AsyncClient, database: Database
) -> None:
    await drafted(database)

    said = plain(await console.get(f"{PATH}?from=1&to=1"))

    assert "disent la même chose" in said


@pytest.mark.parametrize("asked", ["from=1&to=9", "from=9&to=1"])
async def test_a_version_that_is_not_there_is_not_found(
    console: httpx.AsyncClient, database: Database, asked: str
) -> None:
    await drafted(database)

    assert (await console.get(f"{PATH}?{asked}")).status_code == 404


async def test_without_a_choice_the_last_two_versions_are_compared(
    console: httpx.AsyncClient, database: Database
) -> None:
    await drafted(database)
    alone = plain(await console.get(PATH))
    await add_next(database, CPTS_ID)

    page = await console.get(PATH)

    assert "n'a encore qu'une version" in alone
    assert "version 3, comparée à la version 2" in plain(page).replace("\xa0", " ")
    assert '<option value="2" selected>' in page.text
    assert '<option value="3" selected>' in page.text
