"""Missions on both databases: no departure without one, no seat held twice."""

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from acts.alert import RecordAnswer, record_answer
from acts.ending import LiftCrisis, lift_crisis
from acts.mission import CancelMission, cancel_mission, propose_mission
from acts.mission_answer import answer_mission
from acts.wave import open_wave
from adapters.database import figures, reserve, tables, texts
from adapters.database.unit import Database
from domain.alert import WavePlan, WaveTimes
from domain.answer import Availability
from domain.authority import Authority
from domain.card_errors import UnknownCardError
from domain.dispatch import BatchRef
from domain.errors import (
    CrisisLiftedError,
    FormAlreadyPostedError,
    PatientDataError,
)
from domain.letter import WaveText
from domain.mission import MissionReply, MissionState
from domain.mission_errors import (
    EmployerUnsaidError,
    MissionClosedError,
    MissionHoursError,
    MissionOpenError,
    NoDepartureError,
    NoSeatLeftError,
    SeatHeldError,
    StudentAloneError,
    UnfitPersonError,
    UnknownMissionError,
    UnknownPersonError,
)
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.posts import (
    EMPLOYEE,
    FIRST,
    SECOND,
    STUDENT,
    all_missions,
    crisis_with_posts,
    mission_of,
    persons,
    replies,
    stand_of,
    yes,
)

ACCEPT, DECLINE, END = MissionReply.ACCEPT, MissionReply.DECLINE, MissionReply.END


async def seated(database: Database, ref: CrisisRef) -> dict[str, str]:
    """Person → card of their seat."""
    held = {}
    for person in await persons(database, ref):
        stand = await stand_of(database, ref, person)
        if stand.card_id:
            held[person] = stand.card_id
    return held


async def told(database: Database, person_id: str) -> list[str]:
    """List the messages queued to somebody, and what became of each."""
    batches, deliveries = tables.batches.c, tables.deliveries.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(batches.message, deliveries.reason)
            .join_from(
                tables.deliveries,
                tables.batches,
                sa.and_(
                    deliveries.cpts_id == batches.cpts_id,
                    deliveries.batch_id == batches.batch_id,
                ),
            )
            .where(deliveries.recipient_id == person_id)
            .order_by(deliveries.wave)
        )
    return [f"{message} {reason or ''}".strip() for message, reason in rows.all()]


async def everybody_says_yes(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    for person in who:
        now.at += timedelta(seconds=1)
        await record_answer(database, yes(ref, person))


def agreed(ref: CrisisRef, employee: str) -> RecordAnswer:
    """« Yes, now », with the agreement of the employer."""
    return yes(ref, employee).model_copy(update={"employer_agrees": True})


async def test_a_proposal_leaves_by_mail_and_is_accepted_from_the_page(
    database: Database, ref: CrisisRef, who: list[str], wakes: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    wakes.clear()

    mission_id = await propose_mission(database, mission_of(database, ref, who[0]))

    assert mission_id == "m1"
    assert ref.workflow_id in wakes
    assert await told(database, who[0]) == ["V2", "mission"]
    await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))
    stand = await stand_of(database, ref, who[0])
    assert stand.mission
    assert stand.mission.state is MissionState.ACCEPTED
    assert stand.card_id == FIRST


async def test_the_mail_of_a_mission_says_where_when_and_whom(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    batch = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.2.mission.1")

    async with database.read() as connection:
        text = await texts.of_batch(connection, batch, "alerte@val.example")

    assert isinstance(text, WaveText)
    assert text.sentence() == (
        "CPTS Val d'Essai MISSION 22/11 23h00-01h00 : appui EHPAD. Contact : Claude "
        "Fictif, 05 36 49 00 14. Acceptez AVANT de partir : (lien ci-dessous)"
    )
    assert text.says["lieu"] == "EHPAD des Tilleuls"


async def test_the_same_acceptance_posted_twice_counts_once(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    form = replies(ref, who[0], "m1", ACCEPT)

    await answer_mission(database, form)
    await answer_mission(database, form)

    with pytest.raises(MissionClosedError):
        await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))


async def test_declining_gives_seat_and_mission_to_the_first_in_line(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:6], now)  # 4 seats, 2 in reserve
    await propose_mission(database, mission_of(database, ref, who[0]))

    await answer_mission(database, replies(ref, who[0], "m1", DECLINE))

    held = await seated(database, ref)
    assert who[0] not in held
    assert held[who[4]] == FIRST
    first, second = await all_missions(database, ref)
    assert first.state is MissionState.DECLINED
    assert (second.person_id, second.state) == (who[4], MissionState.PROPOSED)
    assert second.place == first.place
    assert await told(database, who[4]) == ["V2", "mission"]
    assert await told(database, who[0]) == ["V2", "mission MISSION_CLOSE"]


async def test_a_withdrawal_calls_the_next_who_is_told_not_to_leave_yet(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:6], now)

    stand = await record_answer(database, yes(ref, who[1], Availability.UNAVAILABLE))

    assert stand.covered
    assert stand.card_id is None
    assert who[4] in await seated(database, ref)
    assert await told(database, who[4]) == ["V2", "place"]
    async with database.read() as connection:
        line = await reserve.in_line(connection, ref)
    assert [waiting.person_id for waiting in line] == [who[5]]


async def test_being_safe_leaves_seat_and_place_in_line(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:5], now)
    async with database.act(ref.cpts_id) as act:
        times = WaveTimes(
            t0=now.at, now=now.at, after=timedelta(0), within=timedelta(minutes=15)
        )
        safety = WavePlan.asking("VS", "abri", (Availability.SHELTERED,), times)
        await open_wave(act, ref.crisis_id, safety, who)

    for person in (who[0], who[4]):
        await record_answer(database, yes(ref, person, Availability.SHELTERED))

    assert (await seated(database, ref))[who[0]] == FIRST
    async with database.read() as connection:
        line = await reserve.in_line(connection, ref)
    assert [waiting.person_id for waiting in line] == [who[4]]
    await propose_mission(database, mission_of(database, ref, who[0]))


async def test_who_declined_is_not_called_again_until_they_say_yes_again(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:4], now)
    await propose_mission(database, mission_of(database, ref, who[0]))

    await answer_mission(database, replies(ref, who[0], "m1", DECLINE))

    assert who[0] not in await seated(database, ref)
    now.at += timedelta(minutes=1)
    await record_answer(database, yes(ref, who[0]))
    assert who[0] in await seated(database, ref)


async def goes(database: Database, ref: CrisisRef, who: str, mission: str) -> datetime:
    """Propose a mission, accepted; give the hour of its end."""
    order = mission_of(database, ref, who)
    await propose_mission(database, order)
    await answer_mission(database, replies(ref, who, mission, ACCEPT))
    return order.mission.ends_at


async def ends(database: Database, ref: CrisisRef, who: str, mission: str) -> None:
    now = database.now()
    hours = {"worked_from": now - timedelta(hours=1), "worked_until": now}
    await answer_mission(database, replies(ref, who, mission, END, **hours))


async def test_who_relieves_gets_the_seat_when_the_mission_before_theirs_ends(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:7], now)  # 4 seats, 3 in reserve
    first, relief, late = who[0], who[5], who[6]
    change = await goes(database, ref, first, "m1")
    over = change + timedelta(hours=4)

    with pytest.raises(NoSeatLeftError):  # at the same hours
        await propose_mission(database, mission_of(database, ref, relief))
    for person in (relief, late):
        order = mission_of(database, ref, person)
        hours = {"starts_at": change, "ends_at": over}
        after = order.mission.model_copy(update=hours)
        await propose_mission(database, order.model_copy(update={"mission": after}))
    await answer_mission(database, replies(ref, relief, "m2", ACCEPT))
    with pytest.raises(NoSeatLeftError):  # one seat, one person at a time
        await answer_mission(database, replies(ref, late, "m3", ACCEPT))
    now.at = change
    await ends(database, ref, first, "m1")

    held = await seated(database, ref)
    assert (held[relief], held.get(first)) == (FIRST, None)
    assert await told(database, relief) == ["V2", "mission"]
    now.at = over
    await ends(database, ref, relief, "m2")
    assert who[4] in await seated(database, ref)  # the first of the reserve
    assert (await told(database, who[4]))[-1] == "place"
    async with database.read() as connection:
        line = await reserve.in_line(connection, ref)
    assert [waiting.person_id for waiting in line] == [late]  # nobody goes twice


async def test_a_seat_that_nobody_relieves_is_asked_again_and_counted_as_filled(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    stand = await record_answer(database, yes(ref, who[0]))
    await everybody_says_yes(database, ref, who[1:4], now)
    now.at = await goes(database, ref, who[0], "m1")
    await ends(database, ref, who[0], "m1")

    assert stand.card_id == FIRST
    assert not (await stand_of(database, ref, who[1])).covered
    async with database.read() as connection:
        live = await figures.of_crisis(connection, ref, now.at)
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )
    async with database.read() as connection:
        lifted = await figures.of_crisis(connection, ref, now.at)
    assert sum(need.filled for need in live.needs) == 3
    assert sum(need.filled for need in lifted.needs) == 4


async def test_a_second_post_frees_the_first_once_confirmed(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, [who[0], who[1], who[2]], now)
    await propose_mission(database, mission_of(database, ref, who[0]))
    await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))
    await propose_mission(database, mission_of(database, ref, who[0], SECOND))

    with pytest.raises(SeatHeldError):
        await answer_mission(database, replies(ref, who[0], "m2", ACCEPT))
    sure = replies(ref, who[0], "m2", ACCEPT, leaves_other=True)
    await answer_mission(database, sure)

    assert (await seated(database, ref))[who[0]] == SECOND
    states = [mission.state for mission in await all_missions(database, ref)]
    assert states == [MissionState.DECLINED, MissionState.ACCEPTED]


async def test_a_second_post_whose_last_seat_went_leaves_the_first_as_it_was(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, [who[0]], now)
    await propose_mission(database, mission_of(database, ref, who[0], SECOND))
    await everybody_says_yes(database, ref, who[1:4], now)  # all seats taken

    with pytest.raises(NoSeatLeftError):
        await answer_mission(
            database, replies(ref, who[0], "m1", ACCEPT, leaves_other=True)
        )

    assert (await seated(database, ref))[who[0]] == FIRST


async def test_an_employee_needs_the_agreement_of_the_employer(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    employee = who[EMPLOYEE]
    await record_answer(database, agreed(ref, employee))
    await everybody_says_yes(database, ref, who[:4], now)
    await propose_mission(database, mission_of(database, ref, employee))

    with pytest.raises(EmployerUnsaidError):
        await answer_mission(database, replies(ref, employee, "m1", ACCEPT))
    refused = replies(ref, employee, "m1", ACCEPT, employer_agrees=False)
    await answer_mission(database, refused)

    held = await seated(database, ref)
    assert employee not in held
    assert held[who[3]] == FIRST
    first = (await all_missions(database, ref))[0]
    assert (first.state, first.employer_agrees) == (MissionState.DECLINED, False)


async def test_an_employee_stays_in_reserve_until_the_employer_agrees(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    employee, seats = who[EMPLOYEE], len(who[:4])
    alone = await record_answer(database, yes(ref, employee))
    await everybody_says_yes(database, ref, who[:seats], now)
    refused = yes(ref, employee).model_copy(update={"employer_agrees": False})
    await record_answer(database, refused)
    await record_answer(database, yes(ref, who[0], Availability.UNAVAILABLE))

    assert alone.needs_agreement
    assert set(await seated(database, ref)) == set(who[1:seats])

    stand = await record_answer(database, agreed(ref, employee))
    assert not stand.needs_agreement
    assert stand.card_id in {FIRST, SECOND}


async def test_an_employee_who_may_go_goes(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    employee = who[EMPLOYEE]
    await record_answer(database, yes(ref, employee))
    await propose_mission(database, mission_of(database, ref, employee))

    await answer_mission(
        database, replies(ref, employee, "m1", ACCEPT, employer_agrees=True)
    )

    (mission,) = await all_missions(database, ref)
    assert (mission.state, mission.employer_agrees) == (MissionState.ACCEPTED, True)


async def test_a_student_is_never_alone(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    student, nurse = who[STUDENT], who[0]
    await everybody_says_yes(database, ref, [student, nurse], now)
    assert student not in await seated(database, ref)  # they fill no need
    with pytest.raises(StudentAloneError):
        await propose_mission(database, mission_of(database, ref, student))
    await propose_mission(database, mission_of(database, ref, nurse))
    await answer_mission(database, replies(ref, nurse, "m1", ACCEPT))
    await propose_mission(database, mission_of(database, ref, student))
    await answer_mission(database, replies(ref, student, "m2", ACCEPT))

    await record_answer(database, yes(ref, nurse, Availability.UNAVAILABLE))

    states = [mission.state for mission in await all_missions(database, ref)]
    assert states == [MissionState.DECLINED, MissionState.CANCELLED]
    assert (await told(database, student))[-1] == "mission_annulee"


async def test_hours_worked_are_confirmed_by_the_person_even_after_the_lifting(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))
    begin, end = now.at + timedelta(hours=1), now.at + timedelta(hours=3)
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )
    hours = {"worked_from": begin, "worked_until": end}

    for wrong in ({}, hours, hours | {"worked_until": begin}):
        with pytest.raises(MissionHoursError):
            await answer_mission(database, replies(ref, who[0], "m1", END, **wrong))
    now.at = end
    await answer_mission(database, replies(ref, who[0], "m1", END, **hours))

    (mission,) = await all_missions(database, ref)
    assert mission.state is MissionState.ENDED
    assert (mission.worked_from, mission.worked_until) == (begin, end)
    with pytest.raises(CrisisLiftedError):
        await answer_mission(database, replies(ref, who[0], "m1", DECLINE))


async def test_a_mission_called_off_never_leaves_late_and_the_seat_is_kept(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    order = CancelMission(**ref.model_dump(), mission_id="m1", actor="PILOTAGE")

    await cancel_mission(database, order)

    assert await told(database, who[0]) == [
        "V2",
        "mission MISSION_CLOSE",
        "mission_annulee",
    ]
    assert (await seated(database, ref))[who[0]] == FIRST
    with pytest.raises(MissionClosedError):
        await cancel_mission(database, order)
    with pytest.raises(UnknownMissionError):
        await cancel_mission(database, order.model_copy(update={"mission_id": "m9"}))


async def test_the_same_form_proposes_and_calls_off_once_even_at_the_same_instant(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    await record_answer(database, yes(ref, who[0]))
    form = mission_of(database, ref, who[0]).model_copy(update={"nonce": "form-0001"})
    proposed = await asyncio.gather(
        *(propose_mission(database, form) for _ in range(2)), return_exceptions=True
    )
    cancel = CancelMission(
        **ref.model_dump(), mission_id="m1", actor="PILOTAGE", nonce="form-0002"
    )
    called_off = await asyncio.gather(
        *(cancel_mission(database, cancel) for _ in range(2)), return_exceptions=True
    )

    for done in (proposed, called_off):
        assert [type(each) for each in done].count(FormAlreadyPostedError) == 1
    assert "m1" in proposed
    assert None in called_off
    assert (await told(database, who[0])).count("mission_annulee") == 1


async def ban(database: Database, ref: CrisisRef, now: Now, *zones: str) -> None:
    said = {
        "zones": zones,
        "from_at": now.at.isoformat(),
        "until_at": None,
        "authority": "PREFET",
        "reference": None,
    }
    async with database.act(ref.cpts_id) as act:
        await act.connection.execute(sa.update(tables.crises).values(ban=said))


async def test_nobody_leaves_under_a_ban_on_circulation(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, mission_of(database, ref, who[0]))
    await ban(database, ref, now, "Nord")

    with pytest.raises(NoDepartureError) as accepted:
        await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))

    assert accepted.value.facts["why"] == (
        "Déplacements interdits par le préfet jusqu'à nouvel ordre : "
        "aucune mission ne part."
    )
    order = mission_of(database, ref, who[1])
    await record_answer(database, yes(ref, who[1]))
    with pytest.raises(NoDepartureError):
        await propose_mission(database, order)
    south = order.mission.model_copy(update={"zone": "Sud"})
    await propose_mission(database, order.model_copy(update={"mission": south}))


async def test_a_mission_does_not_pass_on_under_a_ban(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:5], now)
    await propose_mission(database, mission_of(database, ref, who[0]))
    await ban(database, ref, now)

    await answer_mission(database, replies(ref, who[0], "m1", DECLINE))

    assert len(await all_missions(database, ref)) == 1
    assert await told(database, who[4]) == ["V2", "place"]


async def test_nobody_leaves_before_the_authority_was_called_back(
    database: Database,
) -> None:
    ref = await crisis_with_posts(database, called_back_at=None)
    who = await persons(database, ref)

    with pytest.raises(NoDepartureError):
        await propose_mission(database, mission_of(database, ref, who[0]))


async def test_only_who_offered_to_come_is_proposed_a_mission(
    database: Database, ref: CrisisRef, who: list[str]
) -> None:
    silent = mission_of(database, ref, who[0])
    with pytest.raises(UnfitPersonError):
        await propose_mission(database, silent)
    with pytest.raises(UnknownPersonError):
        await propose_mission(database, mission_of(database, ref, "p-nobody"))
    with pytest.raises(UnknownCardError):
        await propose_mission(database, mission_of(database, ref, who[0], "T1-05"))

    await record_answer(database, yes(ref, who[0]))
    await propose_mission(database, silent)
    with pytest.raises(MissionOpenError):
        await propose_mission(database, silent)
    assert len(await all_missions(database, ref)) == 1


async def test_a_full_post_takes_nobody_more(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:5], now)

    with pytest.raises(NoSeatLeftError):
        await propose_mission(database, mission_of(database, ref, who[4]))


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"place": "chez Madame X, née le 12/03/1940"}, PatientDataError),
        ({"ends_at": "2026-11-22T21:30:00Z"}, MissionHoursError),
        ({"ends_at": "2026-11-26T21:30:00Z"}, MissionHoursError),
        (
            {"starts_at": "2026-11-22T18:00:00Z", "ends_at": "2026-11-22T20:00:00Z"},
            MissionHoursError,
        ),
    ],
)
async def test_a_mission_that_cannot_be_is_refused(
    database: Database,
    ref: CrisisRef,
    who: list[str],
    change: dict[str, str],
    refused: type[Exception],
) -> None:
    order = mission_of(database, ref, who[0])
    wrong = type(order.mission).model_validate(order.mission.model_dump() | change)

    with pytest.raises(refused):
        await propose_mission(database, order.model_copy(update={"mission": wrong}))


async def test_another_s_mission_and_an_old_one_are_refused(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:2], now)
    await propose_mission(database, mission_of(database, ref, who[0]))

    with pytest.raises(UnknownMissionError):
        await answer_mission(database, replies(ref, who[1], "m1", ACCEPT))
    now.at += timedelta(hours=4)
    with pytest.raises(MissionClosedError):
        await answer_mission(database, replies(ref, who[0], "m1", ACCEPT))


async def test_one_seat_that_reopens_many_times_at_once_is_never_given_twice(
    database: Database, ref: CrisisRef, who: list[str], now: Now
) -> None:
    await everybody_says_yes(database, ref, who[:7], now)

    await asyncio.gather(
        *(
            record_answer(database, yes(ref, person, Availability.UNAVAILABLE))
            for person in who[:4]
        ),
        record_answer(database, agreed(ref, who[EMPLOYEE])),
    )

    held = await seated(database, ref)
    assert sorted(held) == sorted([*who[4:7], who[EMPLOYEE]])
    assert sorted(held.values()) == [FIRST, FIRST, FIRST, SECOND]
