"""The auditor over real facts: broken on purpose, and a crisis that goes well."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from acts.alert import close_wave, remind_wave
from acts.audit import audit
from acts.conduct import conduct_crisis
from adapters.database import audits, pulses, tables, waves
from adapters.database.unit import Database
from auditor import DEPUTY_AFTER, EVERY, make_round
from domain.alert import DeliveryState
from domain.audit import Lack
from domain.reference import CrisisRef, WaveRef
from tests import places
from tests.conducted import close_due_waves, known_of, opened, release
from tests.conftest import Now
from tests.world import alerted, rpps

MINUTE = timedelta(minutes=1)


async def send_all(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.deliveries)
            .where(tables.deliveries.c.state == DeliveryState.QUEUED)
            .values(state=DeliveryState.SENT, sent_at=database.now())
        )


async def raised(database: Database, ref: CrisisRef) -> dict[Lack, str]:
    async with database.read() as connection:
        kept = await audits.of_crisis(connection, ref)
    return {each.lack: each.subject for each in kept if each.raised}


async def said(database: Database, prefix: str = "audit.") -> list[str]:
    table = tables.ledger_entries
    query = sa.select(table.c.kind).where(table.c.kind.like(f"{prefix}%"))
    async with database.read() as connection:
        return list((await connection.execute(query.order_by(table.c.seq))).scalars())


async def test_a_worker_that_sends_nothing_is_raised_then_said_done(
    database: Database, now: Now
) -> None:
    ref = await alerted(database)
    await audit(database)
    assert not await said(database)

    now.at += 2 * MINUTE
    await audit(database)
    await audit(database)

    assert await raised(database, ref) == {Lack.MESSAGES: "V2.1"}
    assert await said(database) == ["audit.raised"]
    await send_all(database)
    await audit(database)
    assert await said(database) == ["audit.raised", "audit.ended"]
    async with database.read() as connection:
        assert await pulses.last(connection, pulses.AUDITOR) == now.at


async def test_the_pages_make_the_rounds_that_the_worker_misses_and_no_other(
    database: Database, now: Now
) -> None:
    async def last() -> datetime | None:
        async with database.read() as connection:
            return await pulses.last(connection, pulses.AUDITOR)

    await make_round(database, EVERY)
    made_at = now.at
    now.at += EVERY + timedelta(seconds=14)  # the worker's next round takes its time
    await make_round(database, DEPUTY_AFTER)
    assert await last() == made_at

    now.at += timedelta(seconds=1)
    await make_round(database, DEPUTY_AFTER)
    assert await last() == now.at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_crisis_that_cannot_be_read_hides_no_other(
    database: Database, now: Now
) -> None:
    broken = await alerted(database)
    ref = await alerted(database, cpts_id="autre-cpts")
    crisis = tables.crises
    async with database.write() as connection:
        await connection.execute(
            sa.update(crisis)
            .where(crisis.c.crisis_id == broken.crisis_id)
            .values(state="ILLISIBLE")
        )
    now.at += 2 * MINUTE

    with capture_logs() as logs:
        await make_round(database, EVERY)

    assert Lack.MESSAGES in await raised(database, ref)
    assert [log["crisis"] for log in logs] == [broken.crisis_id]
    async with database.read() as connection:
        assert await pulses.last(connection, pulses.AUDITOR) is None


async def test_the_deliveries_of_a_wave_that_vanish_are_raised(
    database: Database, now: Now
) -> None:
    ref = await alerted(database)
    async with database.write() as connection:
        await connection.execute(sa.delete(tables.deliveries))
        await connection.execute(sa.delete(tables.batches))

    now.at += 2 * MINUTE
    await audit(database)

    assert await raised(database, ref) == {Lack.LOST: "V2.1"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goes_on", [True, False])
async def test_a_wave_that_goes_on_once_met_still_owes_its_reminder(
    database: Database, now: Now, *, goes_on: bool
) -> None:
    ref = await alerted(database)
    await send_all(database)
    async with database.act(ref.cpts_id) as act:
        wave = WaveRef(**ref.model_dump(), wave=1)
        await waves.change(act, wave, {"covered_at": act.at, "goes_on": goes_on})
        remind_at = (await waves.lock(act, wave)).remind_at
    assert remind_at

    now.at = remind_at + 2 * MINUTE
    await audit(database)

    assert (Lack.REMINDER in await raised(database, ref)) is goes_on


async def work(database: Database, ref: CrisisRef) -> None:
    """Do what the workflows and their activities do at this instant."""
    await conduct_crisis(database, ref)
    await send_all(database)
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    for row in rows:
        wave = WaveRef(**ref.model_dump(), wave=row.wave)
        if row.asks and row.remind_at and row.remind_at <= database.now():
            await remind_wave(database, wave)
        if row.closed_at is None and (not row.asks or row.close_at <= database.now()):
            await close_wave(database, wave)
    await send_all(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_crisis_that_goes_well_is_silent_until_its_conduct_stops(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ["SICK"])
    await release(database, ref, await known_of(database, ref))
    for _ in range(10):
        await work(database, ref)
        await audit(database)
        now.at += 10 * MINUTE
        assert not await said(database)

    now.at += timedelta(hours=2)  # nobody conducts it, nobody writes to the ARS
    await audit(database)
    now.at += 2 * MINUTE
    await audit(database)

    found = await raised(database, ref)
    assert {Lack.DIGEST, Lack.REPORT} <= set(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_deputies_not_called_and_partners_not_told_are_raised(
    database: Database, now: Now
) -> None:
    """A clock stops, but waves close: the holders stayed silent."""
    now.at = datetime(2026, 11, 23, 11, tzinfo=UTC)
    ref = await places.opened(database, zones=("Nord",))
    await send_all(database)
    now.at += timedelta(hours=1)
    await close_due_waves(database, ref)
    await audit(database)

    now.at += 2 * MINUTE
    await audit(database)
    async with database.read() as connection:
        late = {each.key for each in await audits.of_crisis(connection, ref)}
    assert {(Lack.SECOND, "V0"), (Lack.WAVE, "VP")} <= late

    await conduct_crisis(database, ref)
    await audit(database)
    async with database.read() as connection:
        left = {each.key for each in await audits.of_crisis(connection, ref)}
    assert not {(Lack.SECOND, "V0"), (Lack.WAVE, "VP")} & left
    log = await said(database)
    assert log.count("audit.ended") >= 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bureau_that_is_not_called_after_the_deputies_is_raised(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), bureau=(rpps(50),))
    for conducted in (True, False):
        now.at += 11 * MINUTE
        await close_due_waves(database, ref)
        if conducted:
            await conduct_crisis(database, ref)
    await audit(database)

    now.at += 2 * MINUTE
    await audit(database)
    late = await raised(database, ref)
    await conduct_crisis(database, ref)
    await audit(database)

    assert late[Lack.SECOND] == "V0"
    assert Lack.SECOND not in await raised(database, ref)
