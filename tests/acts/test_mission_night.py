"""A mission lets people sleep in a slow crisis, and wakes them in a fast one."""

from datetime import UTC, datetime, timedelta

import pytest

from acts.alert import load_wave, record_answer
from acts.mission import propose_mission
from adapters.database import missions, waves
from adapters.database.unit import Database
from domain.alert import Due
from domain.answer import Availability
from domain.mission import MissionOrder
from domain.mission_errors import NoDepartureError
from domain.reference import CrisisRef, WaveRef
from domain.wave import Kinetic
from tests.conftest import Now
from tests.posts import crisis_with_posts, mission_of, persons, yes

AT_TWO = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AT_SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def at_two_somebody_says_yes(
    database: Database, now: Now, kinetic: Kinetic
) -> tuple[CrisisRef, str]:
    """At two in the morning, in a crisis opened the evening before."""
    ref = await crisis_with_posts(database, kinetic=kinetic)
    now.at = AT_TWO
    nurse = (await persons(database, ref))[0]
    await record_answer(database, yes(ref, nurse))
    return ref, nurse


def morning_of(order: MissionOrder) -> MissionOrder:
    """The same, from 8:00 to 12:00."""
    starts_at = AT_SEVEN + timedelta(hours=1)
    hours = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=4)}
    return order.model_copy(update=hours)


async def leaves_at(database: Database, ref: CrisisRef, mission_id: str) -> datetime:
    async with database.read() as connection:
        mission = await missions.get(connection, ref, mission_id)
    wave = await load_wave(database, WaveRef(**ref.model_dump(), wave=mission.wave))
    assert wave.due(wave.leaves_at) is Due.SENDING
    assert wave.due(wave.leaves_at - timedelta(seconds=1)) is Due.NOTHING
    return wave.leaves_at


async def test_a_mission_proposed_at_two_waits_for_seven_in_a_slow_crisis(
    database: Database, now: Now
) -> None:
    ref, nurse = await at_two_somebody_says_yes(database, now, Kinetic.SLOW)
    order = mission_of(database, ref, nurse)
    later = order.model_copy(update={"mission": morning_of(order.mission)})

    with pytest.raises(NoDepartureError) as refused:
        await propose_mission(database, order)  # it would begin at three
    mission_id = await propose_mission(database, later)

    assert "part à 7" in str(refused.value.facts["why"])
    assert await leaves_at(database, ref, mission_id) == AT_SEVEN


async def test_whoever_asks_to_be_told_at_night_is_told_at_once(
    database: Database, now: Now
) -> None:
    ref, nurse = await at_two_somebody_says_yes(database, now, Kinetic.SLOW)
    order = mission_of(database, ref, nurse).model_copy(update={"wished": True})

    mission_id = await propose_mission(database, order)

    assert await leaves_at(database, ref, mission_id) == AT_TWO


async def test_a_fast_crisis_proposes_at_once_whatever_the_hour(
    database: Database, now: Now
) -> None:
    ref, nurse = await at_two_somebody_says_yes(database, now, Kinetic.FAST)

    mission_id = await propose_mission(database, mission_of(database, ref, nurse))

    assert await leaves_at(database, ref, mission_id) == AT_TWO


async def test_a_seat_that_passes_at_night_wakes_nobody_in_a_slow_crisis(
    database: Database, now: Now
) -> None:
    ref, first = await at_two_somebody_says_yes(database, now, Kinetic.SLOW)
    everyone = await persons(database, ref)
    for nurse in everyone[1:6]:  # more than there are seats
        now.at += timedelta(seconds=1)
        await record_answer(database, yes(ref, nurse))
    order = mission_of(database, ref, first).model_copy(update={"wished": True})
    await propose_mission(database, order)

    await record_answer(database, yes(ref, first, Availability.UNAVAILABLE))

    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
        every = await missions.of_crisis(connection, ref)
    last = rows[-1]
    assert (last.code, last.leaves_at) == ("PLACE", AT_SEVEN)
    assert [mission.person_id for mission in every] == [first]  # none began in time
