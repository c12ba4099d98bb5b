"""Missions are proposed and called off from the board: nobody leaves without one."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from acts.alert import record_answer
from acts.mission import propose_mission
from acts.mission_answer import answer_mission
from adapters.database.unit import Database
from domain.mission import MissionReply, MissionState
from domain.reference import CrisisRef
from tests.conducted import lift
from tests.conftest import Now
from tests.posts import (
    FIRST,
    STUDENT,
    all_missions,
    crisis_with_posts,
    mission_of,
    persons,
    replies,
    yes,
)
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHERE = {"place": "EHPAD des Tilleuls", "contact": "Claude Fictif, 05 36 49 00 14"}


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    crisis = await crisis_with_posts(database, KEYS.link_key)
    now.at += timedelta(minutes=30)
    for person in (await persons(database, crisis))[:5]:
        await record_answer(database, yes(crisis, person))
    return crisis


def _path(ref: CrisisRef, more: str = "") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}/missions{more}"


async def _states(database: Database, ref: CrisisRef) -> list[MissionState]:
    return [each.state for each in await all_missions(database, ref)]


async def test_who_said_yes_is_proposed_one_mission_whatever_is_posted_twice(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    first, second, *_ = await persons(database, ref)
    listed = plain(await console.get(_path(ref)))
    page = await console.get(_path(ref, f"/proposer/{first}"))
    path = str(page.url)

    empty = await console.post(path, data=filled(page, card_id=FIRST))
    form = filled(page, card_id=FIRST, **WHERE)
    backwards = form | {"ends_at": ["2026-11-22T08:00"]}
    never = await console.post(path, data=backwards)
    done = await asyncio.gather(*(console.post(path, data=form) for _ in range(2)))
    after = plain(await console.get(_path(ref)))
    next_one = filled(await console.get(_path(ref, f"/proposer/{second}")))

    assert "Fictif00000 Camille" in listed
    assert "En réserve : " in listed
    assert empty.status_code == never.status_code == 422
    assert "Écrivez où se rendre" in plain(empty)
    assert "Ces heures ne vont pas" in plain(never)
    assert [each.status_code for each in done] == [303, 303]
    assert await _states(database, ref) == [MissionState.PROPOSED]
    assert "Fictif00000 Camille : proposée" in after
    assert next_one["place"] == [WHERE["place"]]  # as the last one of this card


async def test_a_student_is_proposed_a_mission_where_a_professional_is(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    everyone = await persons(database, ref)
    student, nurse = everyone[STUDENT], everyone[0]
    await record_answer(database, yes(ref, student))

    listed = plain(await console.get(_path(ref)))
    page = await console.get(_path(ref, f"/proposer/{student}"))
    form = filled(page, card_id=FIRST, **WHERE)
    alone = await console.post(str(page.url), data=form)
    await propose_mission(database, mission_of(database, ref, nurse))
    accepted = replies(ref, nurse, "m1", MissionReply.ACCEPT)
    await answer_mission(database, accepted)
    led = await console.post(str(page.url), data=form)

    assert "Étudiants : 1" in listed
    assert alone.status_code == 422
    assert "Aucun professionnel n'a de mission acceptée" in plain(alone)
    assert led.status_code == 303
    assert await _states(database, ref) == [
        MissionState.ACCEPTED,
        MissionState.PROPOSED,
    ]
    assert "Étudiants" not in plain(await console.get(_path(ref)))


async def test_a_mission_is_called_off_once_it_was_read(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    first, *_ = await persons(database, ref)
    page = await console.get(_path(ref, f"/proposer/{first}"))
    await console.post(str(page.url), data=filled(page, card_id=FIRST, **WHERE))
    cancel = _path(ref, "/m1/annuler")

    asked = plain(await console.get(cancel))
    standing = await _states(database, ref)
    form = filled(await console.get(cancel))
    done = await asyncio.gather(*(console.post(cancel, data=form) for _ in range(2)))
    gone = await console.get(cancel)
    unknown = await console.get(_path(ref, "/m9/annuler"))

    assert "La personne en est prévenue par courriel ; sa place lui reste" in asked
    assert standing == [MissionState.PROPOSED]
    assert [each.status_code for each in done] == [303, 303]
    assert gone.status_code == 303
    assert unknown.status_code == 404
    assert await _states(database, ref) == [MissionState.CANCELLED]


async def test_once_lifted_nobody_is_proposed_anything(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    first, *_ = await persons(database, ref)
    page = await console.get(_path(ref, f"/proposer/{first}"))
    stranger = await console.get(_path(ref, "/proposer/p-nobody"))
    await lift(database, ref)

    late = await console.post(str(page.url), data=filled(page, card_id=FIRST, **WHERE))
    gone = await console.get(str(page.url))

    assert stranger.status_code == 404
    assert late.status_code == 422
    assert "aucune mission ne part" in plain(late)
    assert gone.status_code == 303
    assert "Proposer une mission" not in plain(await console.get(_path(ref)))
