"""Who rests reads until when; the cell sees how many rest, and cannot override it."""

from datetime import timedelta

import httpx
import pytest

from acts.alert import record_answer
from acts.mission import propose_mission
from acts.mission_answer import answer_mission
from adapters.database.unit import Database
from domain.calendar import NBSP, french_hour
from domain.link import Purpose, answer_subject
from domain.link import token as token_of
from domain.mission import MissionReply
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.posts import FIRST, crisis_with_posts, mission_of, persons, replies, yes
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import cpts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHERE = {"place": "EHPAD des Tilleuls", "contact": "Claude Fictif, 05 36 49 00 14"}


@pytest.fixture
async def ref(database: Database) -> CrisisRef:
    return await crisis_with_posts(database, KEYS.link_key)


@pytest.fixture
async def who(database: Database, ref: CrisisRef) -> str:
    """Somebody who accepted a mission."""
    person, *_ = await persons(database, ref)
    await record_answer(database, yes(ref, person))
    await propose_mission(database, mission_of(database, ref, person))
    await answer_mission(database, replies(ref, person, "m1", MissionReply.ACCEPT))
    return person


async def _ends(database: Database, ref: CrisisRef, who: str, now: Now) -> str:
    """End the mission, ten minutes late; give the hour at which the rest is over."""
    now.at += timedelta(hours=3, minutes=10)
    worked = {"worked_from": now.at - timedelta(hours=2), "worked_until": now.at}
    end = replies(ref, who, "m1", MissionReply.END, **worked)
    await answer_mission(database, end)
    over = french_hour(now.at + timedelta(hours=11), cpts().zone_info)
    return over.replace(NBSP, " ")


def _board(ref: CrisisRef, more: str = "") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}{more}"


async def test_who_rests_reads_until_when_and_stays_in_reserve(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, who: str, now: Now
) -> None:
    over = await _ends(database, ref, who, now)
    token = token_of(KEYS.link_key, Purpose.ANSWER, answer_subject(ref.crisis_id, who))

    gone = plain(await console.get(f"/r/{token}"))
    now.at += timedelta(minutes=1)
    await record_answer(database, yes(ref, who))
    back = plain(await console.get(f"/r/{token}"))
    seen = plain(await console.get(_board(ref)))

    assert f"Votre place est rendue. Au repos jusqu'à {over}." in gone
    assert f"Au repos jusqu'à {over} : vous restez en réserve" in back
    assert "il manque 4 personnes ; 1 personne au repos" in seen
    assert "Sud 1 (1 au repos)" in seen
    assert "entre deux postes" in seen


async def test_the_cell_sees_a_rest_and_cannot_cut_it(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, who: str, now: Now
) -> None:
    over = await _ends(database, ref, who, now)
    now.at += timedelta(minutes=1)
    await record_answer(database, yes(ref, who))

    listed = plain(await console.get(_board(ref, "/missions")))
    page = await console.get(_board(ref, f"/missions/proposer/{who}"))
    likely = filled(page, card_id=FIRST, **WHERE)
    local = now.at.astimezone(cpts().zone_info)
    sooner = likely | {"starts_at": [f"{local:%Y-%m-%dT%H:%M}"]}
    refused = await console.post(str(page.url), data=sooner)
    proposed = await console.post(str(page.url), data=likely)

    assert f"Au repos jusqu'à {over}" in listed
    assert refused.status_code == 422
    assert "Entre deux postes, il faut 11 h 00 de repos" in plain(refused)
    assert proposed.status_code == 303  # the form begins when the rest is over


async def test_a_post_that_ended_late_marks_the_next_one_that_it_left_too_near(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef, who: str, now: Now
) -> None:
    order = mission_of(database, ref, who)
    begin = order.mission.ends_at + timedelta(hours=11)
    hours = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
    after = order.mission.model_copy(update=hours)
    await propose_mission(database, order.model_copy(update={"mission": after}))
    await answer_mission(database, replies(ref, who, "m2", MissionReply.ACCEPT))

    planned = plain(await console.get(_board(ref, "/missions")))
    await _ends(database, ref, who, now)
    late = plain(await console.get(_board(ref, "/missions")))

    assert "Repos trop court" not in planned
    assert "Repos trop court" in late
