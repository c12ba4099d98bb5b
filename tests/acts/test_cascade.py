"""Who is written to and called, by which way, at what hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from acts.alert import load_wave, remind_wave
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.ending import LiftCrisis, lift_crisis
from acts.plan import new_plan
from acts.receipt import take_receipt
from adapters.database.tables import batches, crises, deliveries
from adapters.database.unit import Database
from domain.alert import NotSent
from domain.authority import Authority
from domain.cascade import AGAIN
from domain.person import Person
from domain.provider import Providers
from domain.receipt import Receipt, ReceiptNote
from domain.reference import CrisisRef, WaveRef
from domain.wave import Channel
from tests.conftest import Now
from tests.provider_server import Server
from tests.workflows.test_channels import with_cascade
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SMS_ONLY = ("SMS",)


def carriers(*channels: str) -> Providers:
    every = [
        Server(url="https://a.example").provider(f"P_{each}", canal=each)
        for each in channels
    ]
    return Providers.model_validate({"fournisseurs": every})


async def opened(
    database: Database, everyone: tuple[Person, ...], *channels: str, **said: object
) -> CrisisRef:
    database.providers = carriers(*channels)
    await add_cpts(database, cpts(), "COORDINATEUR")
    await import_roster(database, CPTS_ID, everyone, "COORDINATEUR")
    await new_plan(database, CPTS_ID, with_cascade(), "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), **said),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, LINK_KEY)


async def rows(database: Database, wave: int = 1) -> list[dict[str, Any]]:
    table = deliveries.c
    async with database.read() as connection:
        found = await connection.execute(
            select(
                *(table.recipient_id, table.channel, table.reason, table.name),
                *(table.stands_for, table.carried_by, table.delivery_id),
                *(table.sharing, batches.c.leaves_at),
            )
            .join(batches, batches.c.batch_id == table.batch_id)
            .where(table.wave == wave)
            .order_by(table.recipient_id, table.channel)
        )
        return [dict(row) for row in found.mappings().all()]


def of(found: list[dict[str, Any]], channel: Channel) -> list[dict[str, Any]]:
    return [row for row in found if row["channel"] == channel]


def again(row: dict[str, object]) -> bool:
    return str(row["delivery_id"]).endswith(AGAIN)


async def test_a_call_goes_to_a_landline_and_a_text_never(database: Database) -> None:
    everyone = tuple(
        replace(each, mobile=None, phone2=f"+3353649000{n}")
        for n, each in enumerate(people(4))
    )
    await opened(database, everyone, "SMS", "APPEL")

    found = await rows(database)

    assert {row["reason"] for row in of(found, Channel.TEXT)} == {NotSent.NO_ADDRESS}
    assert {row["reason"] for row in of(found, Channel.CALL)} == {None}


async def test_mail_alone_stands_in_for_every_channel_and_says_so(
    database: Database,
) -> None:
    await opened(database, people(4))

    found = await rows(database)

    assert len(found) == 4
    assert {(row["channel"], row["stands_for"]) for row in found} == {
        ("COURRIEL", "SMS,APPEL")
    }


async def test_each_channel_leaves_after_its_delay(database: Database) -> None:
    ref = await opened(database, people(4), "SMS", "APPEL")

    found = await rows(database)

    at = {str(row["channel"]): row["leaves_at"] for row in found if not again(row)}
    assert at["SMS"] == at["COURRIEL"]
    assert at["APPEL"] - at["SMS"] == timedelta(minutes=5)
    assert {row["stands_for"] for row in found} == {None}
    async with database.read() as connection:
        kept = await connection.scalar(
            select(crises.c.providers).where(crises.c.crisis_id == ref.crisis_id)
        )
    assert kept == {"SMS": ["P_SMS"], "APPEL": ["P_APPEL"]}


async def test_one_telephone_rings_once_for_those_who_share_it(
    database: Database,
) -> None:
    shared = people(3)
    alone = replace(people(4)[3], mobile="+33639980099")
    landline = replace(people(5)[4], mobile="+33536490055")
    await opened(database, (*shared, alone, landline), "SMS", "APPEL")

    found = await rows(database)

    texts, calls = of(found, Channel.TEXT), of(found, Channel.CALL)
    leaving = [row for row in texts if row["reason"] is None]
    carrier = next(row for row in leaving if row["sharing"])
    followers = [row for row in texts if row["reason"] == NotSent.SHARED]
    assert len(leaving) == 2
    assert str(carrier["name"]).count("Fictif") == 3
    assert [row["carried_by"] for row in followers] == [carrier["delivery_id"]] * 2
    assert [row["reason"] for row in texts].count(NotSent.NO_ADDRESS) == 1  # no text
    rings = [row for row in calls if row["reason"] is None and not again(row)]
    assert len(rings) == 3  # but a call


async def test_a_call_that_nobody_takes_rings_once_more_two_minutes_later(
    database: Database, now: Now
) -> None:
    everyone = tuple(
        replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(people(4))
    )
    await opened(database, everyone, "SMS", "APPEL")
    calls = of(await rows(database), Channel.CALL)
    taken = next(str(row["delivery_id"]) for row in calls if not again(row))
    note = ReceiptNote(
        provider="P_APPEL",
        cpts_id=CPTS_ID,
        delivery_id=taken,
        provider_id=None,
        receipt=Receipt.DELIVERED,
        reason=None,
        at=now.at,
    )

    known = await take_receipt(database, note)

    seconds = [row for row in of(await rows(database), Channel.CALL) if again(row)]
    spared = [row["delivery_id"] for row in seconds if row["reason"] == NotSent.HEARD]
    assert known
    assert spared == [f"{taken}{AGAIN}"]
    first = next(row for row in calls if not again(row))
    waits = {row["leaves_at"] - first["leaves_at"] for row in seconds}
    assert waits == {timedelta(minutes=2)}


async def test_the_silent_are_reminded_by_the_ways_that_asked_them(
    database: Database, now: Now
) -> None:
    ref = await opened(database, people(4), "SMS", "APPEL")
    async with database.write() as connection:
        await connection.execute(deliveries.update().values(state="PARTIE"))
    wave = WaveRef(**ref.model_dump(), wave=1)

    now.at = (await load_wave(database, wave)).remind_at or now.at
    await remind_wave(database, wave)

    found = await rows(database)
    reminded = [row for row in found if ".relance" in str(row["delivery_id"])]
    assert {row["channel"] for row in reminded} == {"SMS", "COURRIEL", "APPEL"}
    at_once = {row["leaves_at"] for row in reminded if not again(row)}
    assert at_once == {now.at}


async def test_the_lifting_wakes_nobody_by_text_at_night(
    database: Database, now: Now
) -> None:
    now.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # two in the morning
    everyone = tuple(
        replace(each, reachable_at_night=True, mobile=f"+3363998{n:04}")
        for n, each in enumerate(people(4))
    )
    ref = await opened(database, everyone, *SMS_ONLY)
    async with database.write() as connection:
        await connection.execute(deliveries.update().values(state="PARTIE"))
    await lift_crisis(
        database,
        LiftCrisis(
            **ref.model_dump(), authority=Authority.DG_ARS, reference="L-1", actor="X"
        ),
    )

    told = await rows(database, 2)

    mails, texts = of(told, Channel.MAIL), of(told, Channel.TEXT)
    assert {row["leaves_at"] for row in mails} == {now.at}
    assert {row["leaves_at"] for row in texts} == {
        datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven, in Paris
    }
