"""Rest between two posts, on both databases: in reserve until it is over."""

from datetime import datetime, timedelta

import pytest

from acts.alert import record_answer
from acts.conduct import conduct_crisis
from acts.mission import ProposeMission, propose_mission
from acts.mission_answer import answer_mission
from adapters.database import reserve
from adapters.database.unit import Database
from domain.answer import Availability
from domain.mission import MissionReply
from domain.mission_errors import RestNeededError
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.posts import (
    FIRST,
    all_missions,
    mission_of,
    replies,
    stand_of,
    yes,
)

ACCEPT, END = MissionReply.ACCEPT, MissionReply.END
REST = timedelta(hours=11)


async def works(database: Database, ref: CrisisRef, person: str, now: Now) -> datetime:
    """Have somebody do a mission, and say that they ended it; give the hour."""
    mission_id = await propose_mission(database, mission_of(database, ref, person))
    await answer_mission(database, replies(ref, person, mission_id, ACCEPT))
    now.at += timedelta(hours=3)
    hours = {"worked_from": now.at - timedelta(hours=2), "worked_until": now.at}
    await answer_mission(database, replies(ref, person, mission_id, END, **hours))
    return now.at


async def is_seated(database: Database, ref: CrisisRef, person: str) -> bool:
    return (await stand_of(database, ref, person)).card_id is not None


async def test_who_worked_waits_in_reserve_and_is_seated_once_rested(
    database: Database, ref: CrisisRef, who: list[str], now: Now, wakes: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    ended = await works(database, ref, who[0], now)
    now.at += timedelta(minutes=1)
    wakes.clear()
    stand = await record_answer(database, yes(ref, who[0]))

    assert (stand.card_id, stand.covered) == (None, False)
    assert ref.workflow_id in wakes  # its clock learns when to look
    async with database.read() as connection:
        line = await reserve.in_line(connection, ref)
    assert [waiting.person_id for waiting in line] == [who[0]]
    looked = await conduct_crisis(database, ref)
    assert looked.next_at is not None
    assert looked.next_at <= ended + REST
    assert not await is_seated(database, ref, who[0])
    now.at = ended + REST
    await conduct_crisis(database, ref)
    assert await is_seated(database, ref, who[0])


async def test_a_seat_goes_past_whoever_rests_to_the_next_in_line(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await record_answer(database, yes(ref, who[0]))
    ended = await works(database, ref, who[0], now)
    now.at += timedelta(minutes=1)
    await record_answer(database, yes(ref, who[0]))
    for person in who[1:6]:  # 4 seats
        now.at += timedelta(seconds=1)
        await record_answer(database, yes(ref, person))

    await record_answer(database, yes(ref, who[1], Availability.UNAVAILABLE))
    assert await is_seated(database, ref, who[5])
    await record_answer(database, yes(ref, who[2], Availability.UNAVAILABLE))
    assert not await is_seated(database, ref, who[0])
    now.at = ended + REST
    await conduct_crisis(database, ref)
    stand = await stand_of(database, ref, who[0])
    assert stand.card_id is not None
    assert stand.covered


async def test_a_post_is_neither_proposed_nor_accepted_before_the_rest_is_over(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    later = mission_of(database, ref, who[0])
    first = later.mission

    def order(begin: datetime) -> ProposeMission:
        hours = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
        return later.model_copy(update={"mission": first.model_copy(update=hours)})

    await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))
    with pytest.raises(RestNeededError):
        await propose_mission(database, order(first.ends_at))  # it adjoins theirs
    await propose_mission(database, order(first.ends_at + REST))
    now.at = first.ends_at + timedelta(minutes=10)
    worked = {"worked_from": first.starts_at, "worked_until": now.at}
    await answer_mission(database, replies(ref, who[0], "m1", END, **worked))
    with pytest.raises(RestNeededError):  # they ended ten minutes late
        await answer_mission(database, replies(ref, who[0], "m2", ACCEPT))
    assert len(await all_missions(database, ref)) == 2
    assert first.card_id == FIRST
