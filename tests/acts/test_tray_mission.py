"""A « oui » after a mission was proposed: a person of the cell settles what it is."""

from dataclasses import replace

import pytest

from acts.alert import record_answer
from acts.inbound import take_message
from acts.mission import CancelMission, cancel_mission, propose_mission
from acts.tray import SettleReply, settle_reply, tray_of
from adapters.database.unit import Database
from domain.errors import PlanError
from domain.inbound import Inbound
from domain.mission import MissionReply, MissionState
from domain.sentences import sentence
from domain.wave import Channel
from tests.posts import (
    all_missions,
    crisis_of,
    mission_of,
    people,
    persons,
    stand_of,
    two_posts,
    yes,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mobile(number: int) -> str:
    return f"+3363998{number:04d}"


async def texted(database: Database, number: int, said: str) -> str:
    """Let somebody text; give the id under which it waits."""
    heard = Inbound(
        provider="KANNEL",
        message_id=f"{number}-{said}",
        channel=Channel.TEXT,
        number=mobile(number),
        text=said,
        received_at=database.now(),
    )
    await take_message(database, heard)
    return heard.key


async def test_yes_by_text_accepts_a_mission_once_the_cell_says_so(
    database: Database,
) -> None:
    everyone = tuple(replace(each, mobile=mobile(n)) for n, each in enumerate(people()))
    ref = await crisis_of(database, everyone, two_posts())
    who = await persons(database, ref)
    for number in (0, 1):
        await record_answer(database, yes(ref, who[number]))
        await propose_mission(database, mission_of(database, ref, who[number]))
    accepted = await texted(database, 0, "Oui")
    declined = await texted(database, 1, "non")

    states = [each.state for each in await all_missions(database, ref)]
    assert states == [MissionState.PROPOSED] * 2  # nobody guessed
    async with database.read() as connection:
        kept = await tray_of(connection, ref.cpts_id)
    assert [each.maybe[0].mission for each in kept] == ["appui EHPAD"] * 2

    missions = [each.maybe[0].mission_id for each in kept]
    for number, message, reply in (
        (0, accepted, MissionReply.ACCEPT),
        (1, declined, MissionReply.DECLINE),
    ):
        said = SettleReply(
            **ref.model_dump(),
            inbound_id=message,
            actor="PILOTAGE",
            mission=reply,
            mission_id=missions[number],
            person_id=who[number],
        )
        await settle_reply(database, said)

    states = [each.state for each in await all_missions(database, ref)]
    assert states == [MissionState.ACCEPTED, MissionState.DECLINED]
    held = [(await stand_of(database, ref, who[n])).card_id is not None for n in (0, 1)]
    assert held == [True, False]  # the seat went to the next
    async with database.read() as connection:
        assert await tray_of(connection, ref.cpts_id) == ()


async def test_a_yes_is_taken_for_the_mission_that_was_read_or_refused_in_words(
    database: Database,
) -> None:
    everyone = tuple(replace(each, mobile=mobile(n)) for n, each in enumerate(people()))
    ref = await crisis_of(database, everyone, two_posts())
    who = await persons(database, ref)
    employee = len(everyone) - 1
    for number in (0, employee):
        await record_answer(database, yes(ref, who[number]))
        await propose_mission(database, mission_of(database, ref, who[number]))
    first, theirs = [each.mission_id for each in await all_missions(database, ref)]
    message, other = [await texted(database, n, "Oui") for n in (0, employee)]
    called_off = CancelMission(
        **ref.model_dump(), mission_id=first, actor="ORGA_MEDICALE"
    )
    await cancel_mission(database, called_off)
    await propose_mission(database, mission_of(database, ref, who[0]))

    told = []
    for number, inbound_id, mission_id in (
        (0, message, first),
        (employee, other, theirs),
    ):
        said = SettleReply(
            **ref.model_dump(),
            inbound_id=inbound_id,
            actor="PILOTAGE",
            mission=MissionReply.ACCEPT,
            mission_id=mission_id,
            person_id=who[number],
        )
        with pytest.raises(PlanError) as refused:
            await settle_reply(database, said)
        told.append(sentence(refused.value).replace("\xa0", " "))

    assert told[0].startswith("La mission « appui EHPAD »")
    assert "plus de réponse" in told[0]
    assert "Appelez-la" in told[1]
    states = [each.state for each in await all_missions(database, ref)]
    assert MissionState.ACCEPTED not in states  # nor is the one proposed since
