"""The page of somebody whom a review asks: one tap, without an account."""

from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from acts.calendar import keep_calendar
from acts.review_conduct import conduct_review
from adapters.database import people, reviews
from adapters.database.unit import Database
from domain.link import Purpose, notice_subject, token
from domain.notice import NoticeKind
from domain.review import OWNER_OF_PLAN, TaskAnswer
from tests.acts.test_review import REF, at, opened, person_id, settle, tasks
from tests.conftest import Now
from tests.web.conftest import plain
from tests.world import CPTS_ID, LINK_KEY
from web.desk import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NONCE = "n" * 16
UNCHANGED = {"nonce": NONCE, "answer": "SANS_CHANGEMENT"}


@pytest.fixture
async def visitor(pages: FastAPI, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A browser anywhere."""
    desk: Desk = pages.state.desk
    monkeypatch.setattr(type(desk.instance.keys), "link_key", LINK_KEY)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(pages), base_url="https://tocsin.example"
    )


def link(who: str, kind: NoticeKind = NoticeKind.TASK, topic: str = "2027") -> str:
    subject = notice_subject(f"plan-{CPTS_ID}", kind, topic, who)
    return f"/plan/{token(LINK_KEY, Purpose.NOTICE, subject)}"


async def test_an_owner_reads_and_confirms_in_one_tap(
    database: Database, now: Now, visitor: httpx.AsyncClient
) -> None:
    await opened(database, now, date(2026, 9, 16))
    await conduct_review(database, LINK_KEY, REF)
    path = link(await person_id(database, 12))

    page = await visitor.get(path)
    again = await visitor.get(path)
    assert "Communication" in plain(page)
    assert "Relu, sans changement" in plain(again)
    assert (await tasks(database))["SEC-10.1"].answer is None

    done = await visitor.post(path, data={**UNCHANGED, "task": "2027/SEC-10.1"})

    assert "Noté : sans changement." in plain(done)
    assert (await tasks(database))["SEC-10.1"].answer is TaskAnswer.UNCHANGED


async def test_a_change_is_written_in_words_and_nobody_answers_for_another(
    database: Database, now: Now, visitor: httpx.AsyncClient
) -> None:
    await opened(database, now, date(2026, 9, 16))
    await conduct_review(database, LINK_KEY, REF)
    path = link(await person_id(database, 12))
    changed = {"nonce": NONCE, "answer": "MODIFIE", "task": "2027/SEC-10.1"}

    silent = await visitor.post(path, data=changed)
    unread = await visitor.post(path, data={**changed, "answer": "PEUT_ETRE"})
    other = await visitor.post(path, data={**UNCHANGED, "task": "2027/SEC-04.1"})
    said = await visitor.post(path, data={**changed, "words": "Autre porte-parole"})

    assert silent.status_code == unread.status_code == 422
    assert "Écrivez ce qui change" in plain(silent)
    assert other.status_code == 409
    assert "la coordination a vos changements" in plain(said)
    task = (await tasks(database))["SEC-10.1"]
    assert (task.answer, task.words) == (TaskAnswer.AMENDED, "Autre porte-parole")


async def test_a_volunteer_keeps_two_types_and_may_stop(
    database: Database, now: Now, visitor: httpx.AsyncClient
) -> None:
    await opened(database, now, date(2026, 10, 1))
    await conduct_review(database, LINK_KEY, REF)
    who = await person_id(database, 22)
    path, task = link(who, NoticeKind.PROFILE), f"2027/PROFIL.{who}"

    page = await visitor.get(path)
    none = await visitor.post(
        path, data={"nonce": NONCE, "answer": "MODIFIE", "task": task}
    )
    two = {"types": ["SICK", "NRC"], "answer": "MODIFIE", "task": task}
    kept = await visitor.post(path, data={"nonce": NONCE, **two})
    async with database.read() as connection:
        known = dict(await people.all_of(connection, CPTS_ID))

    assert "Votre profil de volontaire" in plain(page)
    assert none.status_code == 422
    assert kept.status_code == 200
    assert known[who].accepted_types == ("SICK", "NRC")
    assert not known[who].reachable_at_night


async def test_an_authority_is_called_then_marked(
    database: Database, now: Now, visitor: httpx.AsyncClient
) -> None:
    now.at = at(date(2026, 7, 1))
    await settle(database)
    await keep_calendar(database, LINK_KEY)
    secretariat = await person_id(database, 16)
    path = link(secretariat, NoticeKind.AUTHORITY, "2026-T3")
    called = {"nonce": NONCE, "task": "2026-T3/AUTORITE.ARS_DD"}

    page = await visitor.get(path)
    done = await visitor.post(path, data={**called, "answer": "VERIFIE"})

    assert "Délégation départementale" in plain(page)
    assert "Noté : contact vérifié." in plain(done)
    async with database.read() as connection:
        assert set(await reviews.verified(connection, CPTS_ID)) == {"ARS_DD"}


async def test_who_is_asked_everything_gets_a_light_page_without_script(
    database: Database, now: Now, visitor: httpx.AsyncClient
) -> None:
    await opened(database, now, date(2026, 9, 16))
    for day in (
        date(2026, 9, 16),
        date(2026, 11, 13),
        date(2027, 1, 14),
        date(2027, 2, 12),
    ):
        now.at = at(day)
        await conduct_review(database, LINK_KEY, REF)

    for who in (await person_id(database, 0), OWNER_OF_PLAN):
        page = await visitor.get(link(who))
        assert page.status_code == 200
        assert len(page.content) <= 30_000
        assert "<script" not in page.text
