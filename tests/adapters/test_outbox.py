"""Deliveries on their way: reserved once, held back in time, never forgotten."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.alert import (
    RecordAnswer,
    close_wave,
    load_wave,
    record_answer,
    remind_wave,
)
from acts.batch import close_batch
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import addressees, statements, tables
from adapters.database.engines import WRITING, sync_engine
from adapters.database.outbox import Outbox
from adapters.database.pen import Pen
from adapters.database.unit import Database
from domain.alert import ClosedWhy, DeliveryState, NotSent
from domain.answer import Availability
from domain.authority import Authority
from domain.dispatch import Addressee, Batch, BatchRef, Handed, Outcome
from domain.errors import UnknownBatchError
from domain.link import Purpose
from domain.reference import CrisisRef, WaveRef
from tests.conftest import Now
from tests.world import CPTS_ID, alerted

DELIVERIES = tables.deliveries
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def outbox(database: Database, now: Now) -> AsyncIterator[Outbox]:
    opened = Outbox(database.url, now=now)
    yield opened
    await asyncio.to_thread(opened.close)


@pytest.fixture
async def ref(database: Database) -> CrisisRef:
    return await alerted(database, 12)


def request(ref: CrisisRef) -> BatchRef:
    return BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.V2.1")


def first_wave(ref: CrisisRef) -> WaveRef:
    return WaveRef(**ref.model_dump(), wave=1)


def outcome(delivery_id: str, handed: Handed = Handed.ACCEPTED) -> Outcome:
    return Outcome(delivery_id=delivery_id, handed=handed, reply=handed.name)


async def row(database: Database, delivery_id: str) -> sa.RowMapping:
    async with database.read() as connection:
        found = await connection.execute(
            sa.select(DELIVERIES).where(DELIVERIES.c.delivery_id == delivery_id)
        )
    return found.mappings().one()


async def states(database: Database, batch: BatchRef) -> Counter[tuple[str, str]]:
    async with database.read() as connection:
        found = await connection.execute(
            sa.select(DELIVERIES.c.state, DELIVERIES.c.reason).where(
                DELIVERIES.c.batch_id == batch.batch_id
            )
        )
    return Counter((state, reason) for state, reason in found.all())


def person_of(delivery_id: str) -> str:
    return delivery_id.split(".")[2]


async def answers(
    database: Database, ref: CrisisRef, person_id: str, answer: Availability
) -> None:
    said = RecordAnswer(
        **ref.model_dump(), person_id=person_id, answer=answer, nonce=f"n-{person_id}"
    )
    await record_answer(database, said)


async def lifts(database: Database, ref: CrisisRef) -> None:
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)


async def marks(database: Database, ref: CrisisRef, **values: object) -> None:
    """Write what a wave would become, without the acts that bring it there."""
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.waves)
            .where(tables.waves.c.crisis_id == ref.crisis_id)
            .values(**values)
        )


async def test_taking_a_batch_over_raises_the_fence(
    outbox: Outbox, ref: CrisisRef
) -> None:
    first = await outbox.take_over(request(ref))
    second = await outbox.take_over(request(ref))

    assert (first.fence, second.fence) == (1, 2)
    assert len(first.delivery_ids) == 12
    assert first.delivery_ids == second.delivery_ids


async def test_a_reserved_delivery_says_whom_it_goes_to(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    wanted = batch.delivery_ids[0]

    addressee = await outbox.turn(batch, None, wanted)

    kept = await row(database, wanted)
    assert addressee == Addressee(
        delivery_id=wanted,
        name=kept["name"],
        address=kept["address"],
        purpose=Purpose.ANSWER,
        subject=f"{ref.crisis_id}.{person_of(wanted)}",
        return_code=kept["return_code"],
    )
    assert (kept["state"], kept["fence"]) == (DeliveryState.SENDING, 1)


async def test_an_old_fence_reserves_nothing(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    old = await outbox.take_over(request(ref))
    await outbox.take_over(request(ref))

    assert await outbox.turn(old, None, old.delivery_ids[0]) is None

    kept = await row(database, old.delivery_ids[0])
    assert kept["state"] == DeliveryState.QUEUED


async def test_a_batch_reserves_no_delivery_of_another(
    outbox: Outbox, database: Database, ref: CrisisRef, now: Now
) -> None:
    other = await alerted(database, 12, "autre-val")
    now.at = (await load_wave(database, first_wave(ref))).close_at
    mine = await outbox.take_over(request(ref))
    theirs = await outbox.take_over(request(other))

    assert await outbox.turn(mine, None, theirs.delivery_ids[0]) is None


async def test_who_is_in_doubt_comes_last(outbox: Outbox, ref: CrisisRef) -> None:
    batch = await outbox.take_over(request(ref))
    doubtful = batch.delivery_ids[0]
    await outbox.turn(batch, None, doubtful)

    again = await outbox.take_over(request(ref))

    assert again.delivery_ids == (*batch.delivery_ids[1:], doubtful)


async def test_a_delivery_closed_is_never_owed_again(
    outbox: Outbox, database: Database, ref: CrisisRef, now: Now
) -> None:
    batch = await outbox.take_over(request(ref))
    accepted, refused, later, *_ = batch.delivery_ids
    for each in (accepted, refused, later):
        await outbox.turn(batch, None, each)

    await outbox.turn(batch, outcome(accepted), None)
    await outbox.turn(batch, outcome(refused, Handed.REFUSED), None)
    await outbox.turn(batch, outcome(later, Handed.LATER), None)

    rows = [await row(database, each) for each in (accepted, refused, later)]
    assert [(r["state"], r["reason"], r["sent_at"]) for r in rows] == [
        (DeliveryState.SENT, None, now.at),
        (DeliveryState.NOT_SENT, NotSent.REFUSED, None),
        (DeliveryState.QUEUED, None, None),
    ]
    assert [r["reply"] for r in rows] == ["ACCEPTED", "REFUSED", "LATER"]
    again = await outbox.take_over(request(ref))
    assert set(again.delivery_ids) == set(batch.delivery_ids) - {accepted, refused}
    assert await outbox.turn(again, None, accepted) is None


async def test_closing_one_and_reserving_the_next_is_one_turn(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    one, two, *_ = batch.delivery_ids
    await outbox.turn(batch, None, one)

    addressee = await outbox.turn(batch, outcome(one), two)

    assert addressee is not None
    assert addressee.delivery_id == two
    assert (await row(database, one))["state"] == DeliveryState.SENT


async def test_nobody_is_asked_after_they_answered(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    wanted = batch.delivery_ids[0]
    await answers(database, ref, person_of(wanted), Availability.UNAVAILABLE)

    assert await outbox.turn(batch, None, wanted) is None

    kept = await row(database, wanted)
    assert (kept["state"], kept["reason"]) == (
        DeliveryState.NOT_SENT,
        NotSent.ANSWERED,
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"covered_at": True}, NotSent.COVERED),
        ({"closed_why": ClosedWhy.COVERED}, NotSent.COVERED),
        ({"closed_why": ClosedWhy.LIFTED}, NotSent.LIFTED),
        ({"closed_why": ClosedWhy.TIME}, NotSent.TOO_LATE),
    ],
)
async def test_nobody_is_asked_for_what_is_over(
    outbox: Outbox,
    database: Database,
    ref: CrisisRef,
    values: dict[str, object],
    why: NotSent,
) -> None:
    batch = await outbox.take_over(request(ref))
    at = database.now()
    await marks(database, ref, **{k: at if v is True else v for k, v in values.items()})

    assert await outbox.turn(batch, None, batch.delivery_ids[0]) is None

    assert (await row(database, batch.delivery_ids[0]))["reason"] == why


async def test_nothing_is_owed_after_the_lifting_but_word_of_it(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    reached, *others = batch.delivery_ids
    await outbox.turn(batch, None, reached)
    await outbox.turn(batch, outcome(reached), None)

    await lifts(database, ref)

    assert await outbox.turn(batch, None, others[0]) is None
    assert (await outbox.take_over(request(ref))).delivery_ids == ()
    word = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.2.levee.1")
    told = await outbox.take_over(word)
    assert [person_of(each) for each in told.delivery_ids] == [person_of(reached)]
    assert await outbox.turn(told, None, told.delivery_ids[0]) is not None


async def test_what_only_informs_leaves_even_from_a_closed_wave(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    await marks(database, ref, asks=False, closed_why=ClosedWhy.LIFTED)
    batch = await outbox.take_over(request(ref))

    assert await outbox.turn(batch, None, batch.delivery_ids[0]) is not None


async def test_an_acceptance_that_comes_late_still_counts(
    outbox: Outbox, database: Database, ref: CrisisRef, now: Now
) -> None:
    batch = await outbox.take_over(request(ref))
    wanted = batch.delivery_ids[0]
    await outbox.turn(batch, None, wanted)
    now.at = (await load_wave(database, first_wave(ref))).close_at
    await close_wave(database, first_wave(ref))
    assert (await row(database, wanted))["reason"] == NotSent.UNCERTAIN

    await outbox.turn(batch, outcome(wanted), None)

    kept = await row(database, wanted)
    assert (kept["state"], kept["reason"]) == (DeliveryState.SENT, None)


async def test_a_delay_that_comes_late_reopens_nothing(
    outbox: Outbox, database: Database, ref: CrisisRef, now: Now
) -> None:
    """The wave is closed: nobody would ever send what is queued again."""
    batch = await outbox.take_over(request(ref))
    wanted = batch.delivery_ids[0]
    await outbox.turn(batch, None, wanted)
    now.at = (await load_wave(database, first_wave(ref))).close_at
    await close_wave(database, first_wave(ref))

    await outbox.turn(batch, outcome(wanted, Handed.LATER), None)

    kept = await row(database, wanted)
    assert (kept["state"], kept["reason"]) == (
        DeliveryState.NOT_SENT,
        NotSent.UNCERTAIN,
    )


async def test_a_message_that_left_is_never_unsent(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    wanted = batch.delivery_ids[0]
    await outbox.turn(batch, None, wanted)
    await outbox.turn(batch, outcome(wanted), None)

    await outbox.turn(batch, outcome(wanted, Handed.REFUSED), None)
    await outbox.turn(batch, outcome(wanted, Handed.LATER), None)

    assert (await row(database, wanted))["state"] == DeliveryState.SENT


async def test_a_reminder_is_a_batch_of_its_own(
    outbox: Outbox, database: Database, ref: CrisisRef, now: Now
) -> None:
    request_batch = await outbox.take_over(request(ref))
    reached = request_batch.delivery_ids[:5]
    for each in reached:
        await outbox.turn(request_batch, None, each)
        await outbox.turn(request_batch, outcome(each), None)
    now.at += timedelta(minutes=15)
    await remind_wave(database, first_wave(ref))

    reminder = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.relance.1")
    batch = await outbox.take_over(reminder)

    assert batch.delivery_ids == tuple(f"{each}.relance" for each in reached)


async def test_a_batch_closes_once_it_owes_nothing(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    await close_batch(database, request(ref))
    assert (await load_wave(database, first_wave(ref))).batch_ids
    for each in batch.delivery_ids:
        await outbox.turn(batch, None, each)
        await outbox.turn(batch, outcome(each), None)

    await close_batch(database, request(ref))

    assert not (await load_wave(database, first_wave(ref))).batch_ids


async def test_an_unknown_batch_is_refused_and_the_writer_lives_on(
    outbox: Outbox, ref: CrisisRef
) -> None:
    with pytest.raises(UnknownBatchError):
        await outbox.take_over(BatchRef(cpts_id=CPTS_ID, batch_id="nothing"))

    assert (await outbox.take_over(request(ref))).fence == 1


@contextmanager
def busy(database: Database) -> Iterator[None]:
    """Hold every batch: the writer waits, and whoever comes meanwhile queues up."""
    engine = sync_engine(database.url)
    with engine.connect() as raw:
        connection = raw.execution_options(**WRITING)
        with connection.begin() as held:
            connection.execute(sa.update(tables.batches).values(message="held"))
            connection.execute(sa.update(tables.deliveries).values(reply="held"))
            yield
            held.rollback()
    engine.dispose()


async def queued(*askers: asyncio.Task[object]) -> None:
    """Let tasks run until each waits for the writer."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert not any(asker.done() for asker in askers)


def commits(opened: Outbox) -> Counter[str]:
    """Count the commits of the writer of deliveries: by its thread, and at once."""
    counted: Counter[str] = Counter()

    def count(pen: Pen | None, where: str) -> None:
        if pen is not None:
            engine = pen._engine  # noqa: SLF001 - what a commit is, only it knows
            sa.event.listen(engine, "commit", lambda _: counted.update([where]))

    count(opened._pen, "thread")  # noqa: SLF001
    count(opened._at_once, "at once")  # noqa: SLF001
    return counted


async def test_many_turns_at_once_share_few_commits(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    counted = commits(outbox)
    with busy(database):
        first = asyncio.create_task(outbox.turn(batch, None, None))
        await queued(first)
        turns = [
            asyncio.create_task(outbox.turn(batch, None, each))
            for each in batch.delivery_ids
        ]
        await queued(*turns)
    await asyncio.gather(first, *turns)

    assert await states(database, request(ref)) == {("EN_COURS", None): 12}
    assert counted.total() <= 2


@ON_SQLITE
async def test_nobody_else_writing_turns_wake_no_thread(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    counted = commits(outbox)
    for each in batch.delivery_ids:
        await outbox.turn(batch, None, each)

    assert counted == {"at once": 12}
    assert await states(database, request(ref)) == {("EN_COURS", None): 12}


@ON_SQLITE
async def test_turns_of_connections_that_finish_together_share_one_commit(
    outbox: Outbox, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    counted = commits(outbox)

    letters = await asyncio.gather(
        *(outbox.turn(batch, None, each) for each in batch.delivery_ids)
    )

    assert all(letters)
    assert counted == {"at once": 1}


@ON_SQLITE
async def test_another_who_writes_stops_neither_the_loop_nor_a_turn(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    counted = commits(outbox)
    with busy(database):
        asked = asyncio.create_task(outbox.turn(batch, None, batch.delivery_ids[0]))
        for _ in range(10):  # the loop turns while the lock is held
            await asyncio.sleep(0.01)
        assert not asked.done()
    assert await asked is not None
    assert counted == {"thread": 1}


@ON_SQLITE
async def test_what_fails_at_once_reaches_the_asker(
    outbox: Outbox, ref: CrisisRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = await outbox.take_over(request(ref))

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("adapters.database.turns.Turns.reserve", broken)
    with pytest.raises(ZeroDivisionError):
        await outbox.turn(batch, None, batch.delivery_ids[0])

    monkeypatch.undo()
    assert await outbox.turn(batch, None, batch.delivery_ids[0]) is not None


@ON_SQLITE
async def test_the_log_of_sqlite_never_grows_for_ever(
    outbox: Outbox, ref: CrisisRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written at once never moves the log: in its turn the thread does."""
    monkeypatch.setattr("adapters.database.outbox.AT_ONCE_IN_A_ROW", 5)
    batch = await outbox.take_over(request(ref))
    counted = commits(outbox)
    for each in batch.delivery_ids:
        await outbox.turn(batch, None, each)

    assert counted == {"at once": 10, "thread": 2}


async def test_one_refusal_harms_none_of_its_neighbours(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    """What was sent is written down even beside an asker who is refused."""
    batch = await outbox.take_over(request(ref))
    one, two, *_ = batch.delivery_ids
    await outbox.turn(batch, None, one)
    unknown = BatchRef(cpts_id=CPTS_ID, batch_id="nothing")

    with busy(database):
        first = asyncio.create_task(outbox.turn(batch, None, None))
        await queued(first)
        sent = asyncio.create_task(outbox.turn(batch, outcome(one), two))
        refused = asyncio.create_task(outbox.take_over(unknown))
        await queued(sent, refused)

    with pytest.raises(UnknownBatchError):
        await refused
    addressee = await sent
    assert addressee is not None
    assert addressee.delivery_id == two
    assert (await row(database, one))["state"] == DeliveryState.SENT


@pytest.mark.parametrize("old_first", [True, False])
async def test_two_attempts_in_one_commit_never_both_reserve(
    outbox: Outbox, database: Database, ref: CrisisRef, *, old_first: bool
) -> None:
    old = await outbox.take_over(request(ref))
    new = await outbox.take_over(request(ref))
    wanted = old.delivery_ids[0]
    pair = (old, new) if old_first else (new, old)

    with busy(database):
        first = asyncio.create_task(outbox.turn(new, None, None))
        await queued(first)
        both = [asyncio.create_task(outbox.turn(each, None, wanted)) for each in pair]
        await queued(*both)
    given = dict(
        zip((each.fence for each in pair), await asyncio.gather(*both), strict=True)
    )

    assert given[old.fence] is None
    assert given[new.fence] is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_writer_survives_a_lost_connection(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    await outbox.take_over(request(ref))
    async with database.write() as connection:
        await connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )

    with pytest.raises(sa.exc.OperationalError):
        await outbox.take_over(request(ref))

    assert (await outbox.take_over(request(ref))).fence == 2


async def test_a_database_away_reaches_the_asker(now: Now) -> None:
    """A worker may start before its database: nobody waits for ever."""
    outbox = Outbox("postgresql://nobody@/nothing?host=/nowhere", now=now)

    with pytest.raises(sa.exc.OperationalError):
        await outbox.take_over(BatchRef(cpts_id=CPTS_ID, batch_id="b"))

    await asyncio.to_thread(outbox.close)


async def test_who_gave_up_waiting_stops_nobody(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    with busy(database):
        gone = asyncio.create_task(outbox.take_over(request(ref)))
        await queued(gone)
        gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone

    assert (await outbox.take_over(request(ref))).fence == 2


async def test_what_was_queued_is_written_before_the_end(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    outbox = Outbox(database.url, now=now)
    with busy(database):
        asked = [asyncio.create_task(outbox.take_over(request(ref))) for _ in range(3)]
        await queued(*asked)
        ending = asyncio.create_task(asyncio.to_thread(outbox.close))
        await queued(ending)

    taken: list[Batch] = await asyncio.gather(*asked)
    await ending
    assert sorted(batch.fence for batch in taken) == [1, 2, 3]


async def test_every_delivery_of_a_batch_is_sent_once_by_many_lines(
    outbox: Outbox, database: Database, ref: CrisisRef
) -> None:
    batch = await outbox.take_over(request(ref))
    todo = iter(batch.delivery_ids)
    letters: list[str] = []

    async def line() -> None:
        done: Outcome | None = None
        for wanted in todo:
            addressee = await outbox.turn(batch, done, wanted)
            assert addressee is not None
            letters.append(addressee.delivery_id)
            done = outcome(wanted)
        await outbox.turn(batch, done, None)

    await asyncio.gather(*(line() for _ in range(5)))

    assert sorted(letters) == sorted(batch.delivery_ids)
    assert await states(database, request(ref)) == {("PARTIE", None): 12}


def test_what_is_seen_has_the_columns_of_the_look_in_its_order() -> None:
    assert addressees.Seen._fields == tuple(statements.LOOK.selected_columns.keys())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("who", ["outbox", "act"])
async def test_who_waits_for_a_delivery_holds_none_of_a_higher_name(
    outbox: Outbox, database: Database, ref: CrisisRef, who: str
) -> None:
    """The writer and an act that gives a wave up never wait for each other."""
    batch = await outbox.take_over(request(ref))
    low, high = batch.delivery_ids[0], batch.delivery_ids[-1]
    await outbox.turn(batch, None, high if who == "outbox" else low)

    async def work() -> None:
        if who == "outbox":
            await outbox.turn(batch, outcome(high), low)
        else:
            await lifts(database, ref)

    async with database.write() as other:
        await other.execute(locking(low))
        waiting = asyncio.create_task(work())
        while not await waited_for(other):
            pass
        held: str | None = await other.scalar(
            locking(high).with_for_update(nowait=True)
        )
        assert held == high  # the one who waits for the lower has not taken it
    await waiting


def locking(delivery_id: str) -> sa.Select[tuple[str]]:
    chosen = sa.select(DELIVERIES.c.delivery_id)
    return chosen.where(DELIVERIES.c.delivery_id == delivery_id).with_for_update()


async def waited_for(connection: AsyncConnection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool((await connection.execute(sa.text(query))).scalar_one())
