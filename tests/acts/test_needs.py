"""A seat goes to who may hold it: profession, and the skill that its card demands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from acts.alert import record_answer
from acts.crisis import OpenCrisis, open_crisis
from acts.mission import propose_mission
from acts.mission_answer import answer_mission
from adapters.database import overcall, tables
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.answer import Availability
from domain.dispatch import BatchRef
from domain.mission import MissionReply
from domain.overcall import Past
from domain.template import Template
from tests.conducted import lift
from tests.conftest import Now
from tests.posts import (
    FIRST,
    NURSES,
    SECOND,
    crisis_of,
    crisis_with_posts,
    mission_of,
    people,
    persons,
    replies,
    stand_of,
    two_posts,
    yes,
)
from tests.world import LINK_KEY, activation

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ABLE = 5


def demanding() -> Template:
    """Let the second card have nobody without the skill to vaccinate."""
    sick = two_posts().type_sheet("SICK")
    skill = {"skills": ("VACCINATION",), "skills_required": True}
    cards = tuple(
        card.model_copy(update=skill) if card.card_id == SECOND else card
        for card in sick.cards
    )
    sheets = (sick.model_copy(update={"cards": cards}),)
    return two_posts().model_copy(update={"types": sheets})


async def test_a_seat_that_demands_a_skill_waits_for_whoever_has_it(
    database: Database,
) -> None:
    everyone = tuple(
        replace(each, skills=("VACCINATION",)) if n == ABLE else each
        for n, each in enumerate(people())
    )
    ref = await crisis_of(database, everyone, demanding())
    who = await persons(database, ref)

    for number in (0, 1, 2, 3, ABLE):
        await record_answer(database, yes(ref, who[number]))

    held = [(await stand_of(database, ref, each)).card_id for each in who]
    assert held[:4] == [FIRST, FIRST, FIRST, None]  # the last one is in reserve
    assert held[ABLE] == SECOND

    gone = yes(ref, who[ABLE], Availability.UNAVAILABLE)
    await record_answer(database, gone)
    assert (await stand_of(database, ref, who[3])).card_id is None  # still unable


async def test_who_came_teaches_how_many_to_call_once_the_crisis_is_lifted(
    database: Database, now: Now
) -> None:
    ref = await crisis_with_posts(database)
    who = await persons(database, ref)
    for number in (0, 1, 2):
        await record_answer(database, yes(ref, who[number]))
    for number in (0, 1):
        order = mission_of(database, ref, who[number])
        mission_id = await propose_mission(database, order)
        accept = replies(ref, who[number], mission_id, MissionReply.ACCEPT)
        await answer_mission(database, accept)
    now.at += timedelta(hours=4)
    ended = {"worked_from": now.at - timedelta(hours=3), "worked_until": now.at}
    for number in (0,):
        mission = (await stand_of(database, ref, who[number])).missions[0]
        end = replies(ref, who[number], mission.mission_id, MissionReply.END, **ended)
        await answer_mission(database, end)

    async with database.read() as connection:
        running = await overcall.past_of(connection, ref.cpts_id)
    await lift(database, ref)
    async with database.read() as connection:
        learned = await overcall.past_of(connection, ref.cpts_id)

    assert running == {}
    everyone = NURSES + 2  # the student and the employee were asked too
    assert learned == {"INFIRMIER": Past(asked=everyone, came=1, crises=1)}


async def test_whoever_was_not_called_last_time_is_called_first_this_time(
    database: Database, now: Now
) -> None:
    first = await crisis_with_posts(database)
    who = await persons(database, first)
    called, spared = who[:NURSES][:3], who[:NURSES][3:]
    async with database.write() as connection:
        asked = tables.recipients
        await connection.execute(asked.delete().where(asked.c.person_id.in_(spared)))
    await lift(database, first)
    now.at += timedelta(days=30)
    ref = await open_crisis(
        database,
        OpenCrisis(
            cpts_id=first.cpts_id,
            activation=activation(now.at, reference="ARS-2026-7"),
            actor="REFERENT_SSE",
        ),
        LINK_KEY,
    )

    outbox = Outbox(database.url, now=now)
    mails = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.V2.1")
    batch = await outbox.take_over(mails)
    outbox.close()

    order = [each.split(".")[2] for each in batch.delivery_ids]
    assert max(map(order.index, spared)) < min(map(order.index, called))
