"""The coordinator's page of the review: what is missing, of whom, what is next."""

from datetime import date

import httpx
import pytest

from acts.calendar import keep_calendar
from acts.review_conduct import conduct_review
from adapters.database import plans
from adapters.database.unit import Database
from domain.content import ChangeOrigin
from domain.review import TaskAnswer
from tests.acts.test_review import REF, at, person_id, settle, tasks
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID, LINK_KEY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TAKEN = "Autre porte-parole"
PATH = f"/cpts/{CPTS_ID}/revue"


async def test_the_coordinator_opens_follows_and_notes_what_was_said(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    now.at = at(date(2026, 9, 16))
    await settle(database)

    before = plain(await console.get(PATH))
    opened = await console.post(f"{PATH}/ouvrir")
    again = await console.post(f"{PATH}/ouvrir")
    await conduct_review(database, LINK_KEY, REF)
    page = await console.get(PATH)
    said = {"task": "2027/SEC-10.1", "answer": "MODIFIE", "words": "Autre porte-parole"}
    done = await console.post(f"{PATH}/reponse", data=filled(page, **said))
    wrong = await console.post(
        f"{PATH}/reponse", data=filled(page, task="2027/SEC-10.1", answer="VERIFIE")
    )
    unread = await console.post(
        f"{PATH}/reponse", data=filled(page, task="2027/SEC-10.1", answer="")
    )

    assert "La prochaine s'ouvre le 16 septembre 2026" in before.replace("\xa0", " ")
    assert "Un an après la signature du contrat" in before
    assert opened.status_code == done.status_code == 303
    assert again.status_code == wrong.status_code == unread.status_code == 422
    words = told(page)
    assert "SEC-10 Communication" in words
    assert "Sans réponse, ensuite : Camille Fictif00013" in words
    assert "Adopter en bureau" in words
    assert "Autre porte-parole" in plain(await console.get(PATH))
    task = (await tasks(database))["SEC-10.1"]
    assert task.answer is TaskAnswer.AMENDED
    assert task.answered_by == await person_id(database, 12)
    assert f'href="/cpts/{CPTS_ID}/plan/SEC-10"' in (await console.get(PATH)).text
    await words_are_taken(database, console)


async def words_are_taken(database: Database, console: httpx.AsyncClient) -> None:
    """One press writes them in the section, after what it says; once."""
    taking = {"task": "2027/SEC-10.1", "field": "", "nonce": "n" * 12}
    unsaid = await console.post(f"{PATH}/reprendre", data=taking)
    page = (await console.get(PATH)).text
    field = page.partition('name="field"><option value="')[2].partition('"')[0]
    taking["field"] = field
    done = [await console.post(f"{PATH}/reprendre", data=taking) for _ in range(2)]
    after = told(await console.get(PATH))

    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    assert unsaid.status_code == 422
    assert [each.status_code for each in done] == [303, 303]
    assert "Repris dans le plan." in after
    assert "Reprendre ces mots" not in after
    assert plan.section("SEC-10").value(field) in {TAKEN, (TAKEN,)}
    (change,) = [each for each in plan.changes if each.section_id == "SEC-10"]
    assert (change.origin, change.author) == (ChangeOrigin.REVIEW, "COMMUNICATION")
    assert change.detail == "Revue 2027"


async def test_the_calls_of_the_quarter_are_shown_and_noted_without_a_review(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    now.at = at(date(2026, 7, 1))
    await settle(database)
    await keep_calendar(database, LINK_KEY)

    page = await console.get(PATH)
    said = {"task": "2026-T3/AUTORITE.ARS_DD", "answer": "VERIFIE"}
    done = await console.post(f"{PATH}/reponse", data=filled(page, **said))

    assert "Contacts des autorités à appeler, 2026-T3 : 1" in told(page)
    assert done.status_code == 303
    task = (await tasks(database, "2026-T3"))["AUTORITE.ARS_DD"]
    assert task.answer is TaskAnswer.VERIFIED
    assert "à appeler" not in told(await console.get(PATH))


def told(page: httpx.Response) -> str:
    return plain(page).replace("\xa0", " ")
