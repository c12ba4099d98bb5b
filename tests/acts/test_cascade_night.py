"""A wave that left by day wakes nobody whom the table of the night lets sleep."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from acts.alert import load_wave, remind_wave
from acts.conduct import conduct_crisis
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from acts.receipt import take_receipt
from adapters.database import tables
from adapters.database.unit import Database
from domain.cascade import AGAIN
from domain.receipt import Receipt, ReceiptNote
from domain.reference import CrisisRef, WaveRef
from domain.template import Template
from domain.wave import Channel, Kinetic
from tests.acts.test_cascade import again, carriers, of, rows
from tests.conftest import Now
from tests.workflows.test_channels import with_cascade
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BEFORE_NIGHT = datetime(2026, 11, 22, 20, 57, tzinfo=UTC)  # 21:57 in Paris
RULE = "volontaires « Joignable la nuit »"  # people read it; nothing else does
SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def sparing() -> Template:
    """Give the small template the night of the national one for its only wave."""
    said = with_cascade().model_dump(mode="json")
    said["departs"]["nuit"] |= {
        kinetic: {"immediat": [], "V2": RULE} for kinetic in Kinetic
    }
    return Template.model_validate(said)


async def at_dusk(
    database: Database, now: Now, kinetic: Kinetic = Kinetic.FAST
) -> CrisisRef:
    """Ask four people by day; two of them let nobody wake them."""
    now.at = BEFORE_NIGHT
    everyone = tuple(
        replace(each, mobile=f"+3363998{n:04}", reachable_at_night=n < 2)
        for n, each in enumerate(people(4))
    )
    database.providers = carriers("SMS", "APPEL")
    await add_cpts(database, cpts(), "COORDINATEUR")
    await import_roster(database, CPTS_ID, everyone, "COORDINATEUR")
    await new_plan(database, CPTS_ID, sparing(), "COORDINATEUR")
    said = activation(now.at, kinetic=kinetic)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")
    return await open_crisis(database, order, LINK_KEY)


async def calls_at(database: Database) -> list[datetime]:
    found = of(await rows(database), Channel.CALL)
    return sorted(row["leaves_at"] for row in found if not again(row))


async def test_a_call_due_after_nightfall_rings_only_who_may_be_woken(
    database: Database, now: Now
) -> None:
    await at_dusk(database, now)

    due = BEFORE_NIGHT + timedelta(minutes=5)
    assert await calls_at(database) == [due, due, SEVEN, SEVEN]
    assert {row["leaves_at"] for row in of(await rows(database), Channel.TEXT)} == {
        BEFORE_NIGHT
    }


async def test_a_failed_text_brings_no_call_forward_to_who_sleeps(
    database: Database, now: Now
) -> None:
    await at_dusk(database, now)
    now.at += timedelta(minutes=4)
    for row in await rows(database):
        if row["channel"] != Channel.CALL:
            async with database.write() as connection:
                await connection.execute(
                    sa.update(tables.deliveries)
                    .where(tables.deliveries.c.delivery_id == row["delivery_id"])
                    .values(state="PARTIE", provider="P_SMS")
                )
            note = ReceiptNote(
                provider="P_SMS",
                cpts_id=CPTS_ID,
                delivery_id=str(row["delivery_id"]),
                receipt=Receipt.FAILED,
                reason="absent",
                at=now.at,
            )
            await take_receipt(database, note)

    assert await calls_at(database) == [now.at, now.at, SEVEN, SEVEN]


async def test_a_slow_crisis_calls_and_reminds_in_the_morning(
    database: Database, now: Now
) -> None:
    ref = await at_dusk(database, now, Kinetic.SLOW)
    wave = await load_wave(database, WaveRef(**ref.model_dump(), wave=1))

    assert await calls_at(database) == [SEVEN] * 4
    assert wave.remind_at == SEVEN
    assert wave.close_at > SEVEN


async def test_by_night_a_fast_reminder_leaves_to_those_that_a_minimum_needs(
    database: Database, now: Now
) -> None:
    ref = await at_dusk(database, now)
    async with database.write() as connection:
        await connection.execute(sa.update(tables.deliveries).values(state="PARTIE"))
    wave = WaveRef(**ref.model_dump(), wave=1)
    now.at = (await load_wave(database, wave)).remind_at or now.at
    await conduct_crisis(database, ref)

    await remind_wave(database, wave)

    reminded = [
        row
        for row in await rows(database)
        if ".relance" in str(row["delivery_id"]) and AGAIN not in row["delivery_id"]
    ]
    assert {row["leaves_at"] for row in reminded} == {now.at}  # nobody came: it lacks
