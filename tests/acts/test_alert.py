"""Answers, reminders and closings, on both databases."""

import asyncio
from itertools import count

import pytest
import sqlalchemy as sa

from acts.alert import (
    RecordAnswer,
    close_wave,
    load_wave,
    record_answer,
    remind_wave,
)
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import seats, tables, waves
from adapters.database.unit import Database
from domain.alert import DeliveryState, Due, NotSent
from domain.answer import Availability
from domain.authority import Authority
from domain.errors import (
    AlreadyLiftedError,
    AnswerNotOfferedError,
    CrisisLiftedError,
    UnknownLinkError,
)
from domain.reference import CrisisRef, WaveRef
from tests.conftest import Now
from tests.world import alerted

_numbers = count()


async def persons(database: Database, ref: CrisisRef, profession: str) -> list[str]:
    table = tables.crisis_people
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.person_id)
            .where(table.c.crisis_id == ref.crisis_id, table.c.profession == profession)
            .order_by(table.c.last_name)
        )
        return list(rows.scalars())


def says(
    ref: CrisisRef, person_id: str, answer: Availability, nonce: str | None = None
) -> RecordAnswer:
    return RecordAnswer(
        **ref.model_dump(),
        person_id=person_id,
        answer=answer,
        nonce=nonce or f"n{next(_numbers)}",
    )


async def said(database: Database, ref: CrisisRef) -> dict[str, str | None]:
    table = tables.recipients
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.person_id, table.c.answer).where(
                table.c.crisis_id == ref.crisis_id, table.c.wave == 1
            )
        )
        return dict(rows.all())


async def kinds(database: Database, ref: CrisisRef) -> list[str]:
    table = tables.ledger_entries
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.kind)
            .where(table.c.about == ref.crisis_id)
            .order_by(table.c.seq)
        )
        return list(rows.scalars())


def first_wave(ref: CrisisRef) -> WaveRef:
    return WaveRef(**ref.model_dump(), wave=1)


async def test_a_hundred_takers_never_overfill_twenty_seats(
    database: Database,
) -> None:
    ref = await alerted(database, 500)
    nurses = await persons(database, ref, "INFIRMIER")

    await asyncio.gather(
        *(
            record_answer(database, says(ref, nurse, Availability.IMMEDIATE))
            for nurse in nurses[:100]
        )
    )

    async with database.read() as connection:
        filled = await seats.filled(connection, ref.cpts_id, ref.crisis_id)
        seated = await seats.everyone(connection, ref.cpts_id, ref.crisis_id)
    # 8 seats are kept for nurses, 8 are open to any; 4 stay kept for doctors
    assert filled == {"T2-07.INFIRMIER": 8, "T2-07.TOUTES": 8}
    assert len(seated) == 16
    assert len([a for a in (await said(database, ref)).values() if a]) == 100


async def test_the_same_form_posted_twice_counts_once(database: Database) -> None:
    ref = await alerted(database)
    nurse, *_ = await persons(database, ref, "INFIRMIER")
    form = says(ref, nurse, Availability.IMMEDIATE, nonce="same")

    await record_answer(database, form)
    await record_answer(database, form)

    assert (await kinds(database, ref)).count("answer") == 1


async def test_a_withdrawal_frees_the_seat_and_reopens_the_need(
    database: Database, wakes: list[str]
) -> None:
    ref = await alerted(database, 200)
    doctors = await persons(database, ref, "MEDECIN_GENERALISTE")
    nurses = await persons(database, ref, "INFIRMIER")
    for person in (*doctors[:4], *nurses[:16]):
        await record_answer(database, says(ref, person, Availability.IMMEDIATE))
    wave = await load_wave(database, first_wave(ref))
    assert wave.covered
    assert first_wave(ref).workflow_id in wakes

    await record_answer(database, says(ref, nurses[0], Availability.UNAVAILABLE))

    assert not await close_wave(database, first_wave(ref), met=True)  # it was met
    again = await load_wave(database, first_wave(ref))
    assert (again.covered, again.closed) == (False, False)
    async with database.read() as connection:
        seated = await seats.everyone(connection, ref.cpts_id, ref.crisis_id)
    assert nurses[0] not in seated


async def test_a_filled_need_thanks_the_reserve_and_nobody_else(
    database: Database,
) -> None:
    ref = await alerted(database, 200)
    doctors = await persons(database, ref, "MEDECIN_GENERALISTE")
    nurses = await persons(database, ref, "INFIRMIER")
    physios = await persons(database, ref, "KINE")
    await record_answer(database, says(ref, physios[0], Availability.ON_SITE))
    await record_answer(database, says(ref, physios[1], Availability.UNAVAILABLE))
    for person in (*doctors[:4], *nurses[:17]):
        await record_answer(database, says(ref, person, Availability.IMMEDIATE))

    await close_wave(database, first_wave(ref))
    await close_wave(database, first_wave(ref))

    table = tables.recipients
    async with database.read() as connection:
        thanked = await connection.execute(
            sa.select(table.c.person_id).where(table.c.wave == 2)
        )
    assert set(thanked.scalars()) == {physios[0], nurses[16]}
    assert (await kinds(database, ref)).count("wave.closed") == 1


async def test_who_was_spared_since_the_need_was_met_was_not_asked(
    database: Database,
) -> None:
    ref = await alerted(database)
    spared, *sent = await persons(database, ref, "INFIRMIER")
    table = tables.deliveries
    async with database.write() as connection:
        await connection.execute(sa.update(table).values(state=DeliveryState.SENT))
        await connection.execute(
            sa.update(table)
            .where(table.c.recipient_id == spared)
            .values(state=DeliveryState.NOT_SENT, reason=NotSent.COVERED)
        )

    async with database.read() as connection:
        asked = await waves.asked_for_seats(connection, ref)
    await close_wave(database, first_wave(ref))

    answers = await said(database, ref)
    assert asked == set(answers) - {spared}  # the next wave may ask them
    assert {who for who, answer in answers.items() if answer is None} == {spared}
    assert {answers[who] for who in sent} == {Availability.SILENT}


async def test_silence_is_reminded_once_then_written_down(
    database: Database, now: Now
) -> None:
    ref = await alerted(database)
    wave = await load_wave(database, first_wave(ref))
    assert wave.due(now.at) is Due.SENDING
    assert wave.remind_at
    nurse, *_ = await persons(database, ref, "INFIRMIER")
    await record_answer(database, says(ref, nurse, Availability.ON_SITE))

    async with database.act(ref.cpts_id) as act:
        await act.connection.execute(
            sa.update(tables.deliveries).values(state=DeliveryState.SENT)
        )
    now.at = wave.remind_at
    await remind_wave(database, first_wave(ref))
    await remind_wave(database, first_wave(ref))
    now.at = wave.close_at
    await close_wave(database, first_wave(ref))

    table = tables.deliveries
    async with database.read() as connection:
        reminders = await connection.execute(
            sa.select(table.c.recipient_id).where(table.c.delivery_id.like("%.relance"))
        )
    reminded = set(reminders.scalars())
    answers = await said(database, ref)
    assert len(reminded) == 39
    assert nurse not in reminded
    assert answers.pop(nurse) == Availability.ON_SITE
    assert set(answers.values()) == {Availability.SILENT}


async def test_nothing_is_answered_after_the_lifting(database: Database) -> None:
    ref = await alerted(database)
    nurse, *_ = await persons(database, ref, "INFIRMIER")
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.PREFECT, actor="REFERENT_SSE"
    )

    await lift_crisis(database, order)

    with pytest.raises(CrisisLiftedError):
        await record_answer(database, says(ref, nurse, Availability.IMMEDIATE))
    with pytest.raises(AlreadyLiftedError):
        await lift_crisis(database, order)


async def test_what_had_not_left_never_leaves_after_the_lifting(
    database: Database,
) -> None:
    ref = await alerted(database)

    told = await lift_crisis(
        database,
        LiftCrisis(
            **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
        ),
    )

    table = tables.deliveries
    async with database.read() as connection:
        rows = await connection.execute(sa.select(table.c.state, table.c.reason))
    assert told == 0  # nobody had been asked: nobody is disturbed
    assert set(rows.all()) == {("NON_PARTIE", "CRISE_LEVEE")}


async def test_an_answer_that_the_wave_does_not_offer_is_refused(
    database: Database,
) -> None:
    ref = await alerted(database)
    nurse, *_ = await persons(database, ref, "INFIRMIER")

    with pytest.raises(AnswerNotOfferedError):
        await record_answer(database, says(ref, nurse, Availability.SILENT))
    with pytest.raises(UnknownLinkError):
        await record_answer(database, says(ref, "p-nobody", Availability.IMMEDIATE))

    assert "answer" not in await kinds(database, ref)
