"""One person whom two CPTS call for one order chooses once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.alert import record_answer, remind_wave
from acts.batch import close_batch
from acts.conduct import conduct_crisis
from acts.cpts_change import change_cpts
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.ending import LiftCrisis, lift_crisis
from acts.inbound import take_message
from acts.plan import new_plan
from acts.steering import SafetyOrder, send_safety
from acts.tray import SettleReply, settle_reply
from adapters.database import inbound, same_person, tables
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.answer import Availability
from domain.authority import Authority
from domain.cpts import Cpts
from domain.dispatch import BatchRef, Handed, Outcome
from domain.inbound import Inbound
from domain.reference import CrisisRef, WaveRef
from domain.template import Template
from domain.wave import Channel
from tests.acts.test_cascade import carriers
from tests.acts.test_sending_property import BY, REQUEST, SAFETY, protecting
from tests.conftest import Now
from tests.posts import FIRST, people, persons, stand_of, two_posts, yes
from tests.world import CPTS_ID, LINK_KEY, activation, cpts

OTHER, SHARED = "val-voisin", "+33639980019"
CALLED = (CPTS_ID, OTHER)
ELSEWHERE = Availability.ENGAGED_ELSEWHERE
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def outbox(database: Database, now: Now) -> AsyncIterator[Outbox]:
    opened = Outbox(database.url, now=now)
    yield opened
    await asyncio.to_thread(opened.close)


def mobile(number: int) -> str:
    return f"+3363998002{number}" if number < 5 else SHARED


def heard(database: Database, text: str, number: str | None) -> Inbound:
    return Inbound(
        provider="KANNEL",
        message_id="1",
        channel=Channel.TEXT,
        number=number,
        text=text,
        received_at=database.now(),
    )


def agreeing(cpts_id: str, name: str) -> Cpts:
    said = {"same_person": True, "name": name}
    return cpts(cpts_id).model_copy(update=said)


async def called(
    database: Database,
    tenant: Cpts,
    key: bytes = LINK_KEY,
    reference: str = "ARS-2026-118",
    plan: Template | None = None,
) -> CrisisRef:
    """Open a crisis in a CPTS whose first people have a mobile of their own."""
    everyone = tuple(replace(each, mobile=mobile(n)) for n, each in enumerate(people()))
    await add_cpts(database, tenant, "COORDINATEUR")
    await import_roster(database, tenant.cpts_id, everyone, "COORDINATEUR")
    await new_plan(database, tenant.cpts_id, plan or two_posts(), "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=tenant.cpts_id,
        activation=activation(database.now(), reference=reference),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, key)


async def here_in(database: Database, plan: Template | None = None) -> CrisisRef:
    tenant = agreeing(CPTS_ID, "CPTS du Val (fictive)")
    return await called(database, tenant, plan=plan)


async def there_in(database: Database, plan: Template | None = None) -> CrisisRef:
    """Open a crisis on the same order; its reference is typed otherwise."""
    tenant = agreeing(OTHER, "CPTS Voisine (fictive)")
    return await called(database, tenant, reference="ars-2026-118 ", plan=plan)


async def said(database: Database, ref: CrisisRef, number: int) -> object:
    who = await persons(database, ref)
    stand = await stand_of(database, ref, who[number])
    return stand.answer, stand.card_id


async def says(
    database: Database,
    now: Now,
    ref: CrisisRef,
    number: int,
    answer: Availability = Availability.IMMEDIATE,
) -> None:
    now.at += timedelta(minutes=1)
    who = await persons(database, ref)
    await record_answer(database, yes(ref, who[number], answer))


async def ledger(database: Database, cpts_id: str, kind: str) -> list[str]:
    entries = tables.ledger_entries.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(entries.canonical)
            .where(entries.cpts_id == cpts_id, entries.kind == kind)
            .order_by(entries.seq)
        )
        return list(rows.scalars())


async def marked(database: Database) -> list[str]:
    marks = tables.person_marks.c
    async with database.read() as connection:
        kept = await connection.execute(sa.select(marks.cpts_id).distinct())
        return sorted(kept.scalars())


async def leave(
    database: Database, outbox: Outbox, ref: CrisisRef
) -> list[tuple[str, str, str]]:
    """Hand over all that a crisis still owes; list code, channel and person."""
    batches, waves = tables.batches.c, tables.waves.c
    owing = (
        sa.select(batches.batch_id, batches.channel, waves.code)
        .join(
            tables.waves,
            sa.and_(
                waves.cpts_id == batches.cpts_id,
                waves.crisis_id == batches.crisis_id,
                waves.wave == batches.wave,
            ),
        )
        .where(batches.cpts_id == ref.cpts_id, batches.closed_at.is_(None))
    )
    async with database.read() as connection:
        rows = (await connection.execute(owing)).all()
    left: list[tuple[str, str, str]] = []
    for row in rows:
        batch_ref = BatchRef(cpts_id=ref.cpts_id, batch_id=row.batch_id)
        batch = await outbox.take_over(batch_ref)
        for delivery_id in batch.delivery_ids:
            if await outbox.turn(batch, None, delivery_id) is None:
                continue
            done = Outcome(delivery_id=delivery_id, handed=Handed.ACCEPTED, reply="ok")
            await outbox.turn(batch, done, None)
            left.append((row.code, row.channel, delivery_id.split(".")[2]))
        await close_batch(database, batch_ref)
    return left


async def test_a_yes_to_one_cpts_leaves_the_seat_of_the_other_free_and_may_move(
    database: Database, now: Now, wakes: list[str]
) -> None:
    here, there = await here_in(database), await there_in(database)
    await says(database, now, there, 1, Availability.UNAVAILABLE)
    await says(database, now, here, 1)
    await says(database, now, here, 6)  # a shared telephone is nobody's
    wakes.clear()

    await says(database, now, here, 0)
    assert there.workflow_id in wakes
    await conduct_crisis(database, there)  # what the clock repeats if nobody woke it
    await conduct_crisis(database, there)

    assert await said(database, there, 0) == (ELSEWHERE, None)
    assert await said(database, there, 6) == (None, None)
    told = [e for e in await ledger(database, OTHER, "answer") if "elsewhere" in e]
    assert len(told) == 2  # of numbers 0 and 1: each once
    assert CPTS_ID not in "".join(told)  # which CPTS they chose is not said
    async with database.read() as connection:
        found = await same_person.choices(connection, here)
    assert found == ()  # « elsewhere » and « no » there say nothing here

    await says(database, now, there, 0)  # they change their mind
    await conduct_crisis(database, here)
    await conduct_crisis(database, there)

    assert await said(database, here, 0) == (ELSEWHERE, None)
    assert await said(database, there, 0) == (Availability.IMMEDIATE, FIRST)


async def test_what_waits_in_the_other_cpts_never_leaves_after_a_yes_safety_apart(
    database: Database, now: Now, outbox: Outbox
) -> None:
    database.providers = carriers(Channel.TEXT, Channel.CALL)
    plan = protecting()
    here, there = await here_in(database, plan), await there_in(database, plan)
    order = SafetyOrder(**there.model_dump(), message="abri", actor="PILOTAGE")
    await send_safety(database, order)
    chose, silent = (await persons(database, there))[:2]

    await says(database, now, here, 0)
    left = await leave(database, outbox, there)  # its own act has not run yet

    asked = {(by, who) for code, by, who in left if code == REQUEST}
    assert not {who for _, who in asked} & {chose}
    assert asked >= {(by, silent) for by in BY}
    assert {(SAFETY, by, chose) for by in (Channel.MAIL, Channel.TEXT)} <= set(left)
    rows = tables.deliveries.c
    async with database.read() as connection:
        states = await connection.execute(
            sa.select(rows.state, rows.reason).where(
                rows.cpts_id == OTHER, rows.recipient_id == chose, rows.wave == 1
            )
        )
    assert set(map(tuple, states.all())) == {("NON_PARTIE", "DEJA_REPONDU")}

    for note in await ledger(database, OTHER, "batch.sent"):
        facts = json.loads(note)["facts"]
        assert facts["asked"] == facts["sent"] + sum(facts["not_sent"].values())
    assert await ledger(database, OTHER, "answer") == []  # nobody wrote there for them

    now.at += timedelta(hours=1)
    await remind_wave(database, WaveRef(**there.model_dump(), wave=1))
    await conduct_crisis(database, there)
    again = {who for code, _, who in await leave(database, outbox, there)}
    assert silent in again
    assert chose not in again


@ON_SQLITE
async def test_a_wave_that_opens_after_a_yes_by_text_leaves_them_out(
    database: Database, now: Now
) -> None:
    here = await here_in(database)
    assert await take_message(database, heard(database, "Oui", mobile(0))) == (here,)
    now.at += timedelta(minutes=1)

    there = await there_in(database)

    who = await persons(database, there)
    out, asked = tables.left_out.c, tables.recipients.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(out.person_id, out.reason).where(out.cpts_id == OTHER)
        )
        left_out = dict(tuple(row) for row in rows.all())
        people_asked = await connection.execute(
            sa.select(asked.person_id).where(asked.cpts_id == OTHER)
        )
        assert who[0] not in set(people_asked.scalars())
    assert left_out[who[0]] == "DEJA_MOBILISE_AILLEURS"
    assert who[1] not in left_out


@ON_SQLITE
@pytest.mark.parametrize("by_key", [True, False])
async def test_a_key_chooses_and_a_text_that_names_no_cpts_waits_in_both(
    database: Database, outbox: Outbox, *, by_key: bool
) -> None:
    plan = protecting()
    database.providers = carriers(Channel.TEXT, Channel.CALL)
    here, there = await here_in(database, plan), await there_in(database, plan)
    who = (await persons(database, here))[0]
    if by_key:
        key = heard(database, "1", None).model_copy(
            update={
                "channel": Channel.CALL,
                "cpts_id": CPTS_ID,
                "delivery_id": f"{here.crisis_id}.1.{who}.{Channel.CALL}",
            }
        )
        assert await take_message(database, key) == (here,)
    else:
        text = heard(database, "Oui", mobile(0))
        assert await take_message(database, text) == ()
        async with database.read() as connection:
            waiting = {each: await inbound.waiting(connection, each) for each in CALLED}
        assert [len(rows) for rows in waiting.values()] == [1, 1]
        read = SettleReply(
            cpts_id=CPTS_ID,
            inbound_id=waiting[CPTS_ID][0].inbound_id,
            actor="COORDINATEUR",
            answer=Availability.IMMEDIATE,
            crisis_id=here.crisis_id,
            person_id=who,
        )
        await settle_reply(database, read)

    chose = (await persons(database, there))[0]
    assert chose not in {who for *_, who in await leave(database, outbox, there)}
    await conduct_crisis(database, there)
    assert await said(database, there, 0) == (ELSEWHERE, None)


@ON_SQLITE
async def test_nothing_is_compared_unless_both_agree_and_follow_one_order(
    database: Database, now: Now
) -> None:
    here = await here_in(database)
    silent = await called(database, cpts(OTHER))
    another = await called(
        database, agreeing("val-loin", "CPTS Loin (fictive)"), reference="ARS-2026-119"
    )
    left = agreeing("val-parti", "CPTS Partie (fictive)")
    gone = await called(database, left)
    assert await marked(database) == ["val-loin", "val-parti", CPTS_ID]
    changed = left.model_copy(update={"same_person": False})
    await change_cpts(database, changed, "COORDINATEUR")

    await says(database, now, here, 0)

    async with database.read() as connection:
        for ref in (silent, another, gone):
            assert await same_person.choices(connection, ref) == ()
        flags = tables.waves.c
        rows = await connection.execute(
            sa.select(flags.one_choice).where(flags.cpts_id == OTHER)
        )
        assert set(rows.scalars()) == {False}  # its messages leave without a look
    assert await marked(database) == ["val-loin", CPTS_ID]  # erased with the agreement

    lifted = LiftCrisis(
        **here.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"
    )
    await lift_crisis(database, lifted)
    assert await marked(database) == ["val-loin"]  # and with the crisis
