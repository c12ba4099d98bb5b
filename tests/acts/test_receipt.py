"""A mail that came back: counted once, the next way leaves at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from acts.batch import close_batch
from acts.contact import VerifyContact, verify_contact
from acts.ending import LiftCrisis, lift_crisis
from acts.receipt import take_receipt
from acts.roll_call import OpenRollCall, open_roll_call
from adapters.database import alert_figures, contacts, reached, ways_taken
from adapters.database.tables import batches, deliveries, ledger_entries
from adapters.database.unit import Database
from domain.alert import DeliveryState, NotSent
from domain.authority import Authority
from domain.board import Place
from domain.bounce import BounceReason
from domain.cascade import RINGS_AGAIN
from domain.dispatch import BatchRef
from domain.reach import Freshness, How, Medium
from domain.receipt import Receipt, ReceiptNote
from domain.receipt_errors import UnknownReceiptError
from domain.reference import CrisisRef
from domain.roll_call import RollCallKind
from domain.wave import Channel
from tests.acts.test_cascade import opened
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, people, settle

EVERYONE = tuple(
    replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(people(4))
)
CALL, MAIL, TEXT = Channel.CALL, Channel.MAIL, Channel.TEXT
PARIS = ZoneInfo("Europe/Paris")
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def sent(database: Database, *channels: Channel) -> str:
    """Say that what these channels carry left; give whom one mail is to."""
    async with database.write() as connection:
        await connection.execute(
            deliveries.update()
            .where(deliveries.c.channel.in_(channels))
            .values(state=DeliveryState.SENT, sent_at=database.now())
        )
        found = await connection.scalar(
            select(deliveries.c.recipient_id).order_by(deliveries.c.delivery_id)
        )
    return str(found)


async def back(
    database: Database,
    person_id: str,
    reason: BounceReason = BounceReason.NO_SUCH_ADDRESS,
) -> bool:
    async with database.read() as connection:
        code = await connection.scalar(
            select(deliveries.c.return_code).where(
                deliveries.c.recipient_id == person_id, deliveries.c.channel == MAIL
            )
        )
    note = ReceiptNote(
        return_code=code, receipt=Receipt.FAILED, reason=reason, at=database.now()
    )
    return await take_receipt(database, note)


async def told(database: Database, ref: CrisisRef, person_id: str) -> list[str]:
    async with database.read() as connection:
        ways = await ways_taken.last_of(connection, ref, (person_id,))
    said = (way.told(database.now(), PARIS) for way in ways[person_id])
    quote = "\N{RIGHT SINGLE QUOTATION MARK}"
    return [" ".join(each.split()).replace(quote, "'") for each in said]


async def call_of(database: Database, ref: CrisisRef, person_id: str) -> str:
    lines = await told(database, ref, person_id)
    return next(each for each in lines if each.startswith("appel"))


async def freshness(database: Database, person_id: str) -> Freshness:
    async with database.read() as connection:
        known = await contacts.of_cpts(connection, CPTS_ID, database.now())
    (mail,) = (
        each
        for person in known
        if person.person_id == person_id
        for each in person.contacts
        if each.medium is Medium.MAIL
    )
    return mail.freshness


async def entries(database: Database) -> int:
    async with database.read() as connection:
        rows = await connection.execute(
            select(ledger_entries.c.seq).where(
                ledger_entries.c.kind == "contact.returned"
            )
        )
    return len(rows.all())


async def test_what_came_back_lets_the_call_leave_at_once_and_counts_once(
    database: Database, now: Now, wakes: list[str]
) -> None:
    ref = await opened(database, EVERYONE, "APPEL")
    person = await sent(database, MAIL)
    verified = VerifyContact(
        cpts_id=CPTS_ID, person_id=person, medium=MAIL, how=How.TYPED, actor="X"
    )
    now.at -= timedelta(minutes=1)  # before the mail left
    await verify_contact(database, verified)
    now.at += timedelta(minutes=2)
    wakes.clear()

    taken = [await back(database, person) for _ in range(2)]

    assert taken == [True, False]
    assert wakes == [f"crisis/{CPTS_ID}/{ref.crisis_id}/wave/1"]
    assert (await told(database, ref, person))[0] == (
        "courriel (à la place de : SMS) : non remis (adresse inconnue ; corrigez "
        "l'annuaire) ; appelez"
    )
    assert await call_of(database, ref, person) == "appel : en attente"
    assert await freshness(database, person) is Freshness.UNVERIFIED
    assert await entries(database) == 1
    async with database.read() as connection:
        everyone = await reached.of_crisis(connection, ref)
    places = {each.person_id: each.place for each in everyone}
    assert places.pop(person) is Place.PENDING
    assert set(places.values()) == {Place.WAITING}


@only_sqlite
async def test_who_has_no_other_way_is_to_be_called(database: Database) -> None:
    ref = await opened(database, EVERYONE)
    person = await sent(database, MAIL)

    await back(database, person, BounceReason.REFUSED)

    async with database.read() as connection:
        unreached = await alert_figures.unreached(connection, ref)
        alerts, _ = await alert_figures.of_crisis(connection, ref)
        everyone = await reached.of_crisis(connection, ref)
    assert unreached == (person,)
    assert alerts.failed == 1
    assert [r.person_id for r in everyone if r.place is Place.UNREACHED] == [person]
    assert await entries(database) == 0  # the address is right: the server says no


@only_sqlite
async def test_the_call_keeps_its_hour_while_a_text_may_arrive(
    database: Database, wakes: list[str]
) -> None:
    ref = await opened(database, EVERYONE, "SMS", "APPEL")
    person = await sent(database, MAIL, TEXT)
    wakes.clear()
    await back(database, person)
    with_text = await call_of(database, ref, person)
    waited = list(wakes)

    async with database.read() as connection:
        row = await connection.execute(
            select(deliveries.c.delivery_id).where(
                deliveries.c.recipient_id == person, deliveries.c.channel == TEXT
            )
        )
    lost = ReceiptNote(
        delivery_id=row.scalar_one(),
        receipt=Receipt.FAILED,
        reason="état 2",
        at=database.now(),
        provider="P_SMS",
    )
    await take_receipt(database, lost)

    assert with_text.startswith("appel : en attente, prévu à")
    assert waited == []
    assert await call_of(database, ref, person) == "appel : en attente"
    assert len(wakes) == 1


@only_sqlite
async def test_two_that_come_back_leave_together_by_what_leaves_already(
    database: Database,
) -> None:
    ref = await opened(database, EVERYONE, "APPEL")
    first = await sent(database, MAIL)
    async with database.read() as connection:
        others = await connection.execute(
            select(deliveries.c.recipient_id).where(
                deliveries.c.recipient_id != first, deliveries.c.channel == CALL
            )
        )
    second = others.scalars().all()[0]

    await back(database, first)
    await back(database, second)

    async with database.read() as connection:
        rows = await connection.execute(
            select(deliveries.c.batch_id, batches.c.leaves_at)
            .join(batches, batches.c.batch_id == deliveries.c.batch_id)
            .where(
                deliveries.c.recipient_id.in_((first, second)),
                deliveries.c.channel == CALL,
            )
            .order_by(batches.c.leaves_at)
        )
        left = rows.all()
    stem = f"{ref.crisis_id}.1.{first}.APPEL"
    assert [row.batch_id for row in left] == [stem, stem, f"{stem}.bis", f"{stem}.bis"]
    assert left[-1].leaves_at - left[0].leaves_at == RINGS_AGAIN


@only_sqlite
async def test_what_is_refused_at_once_lets_the_call_leave_as_what_comes_back(
    database: Database, wakes: list[str]
) -> None:
    ref = await opened(database, EVERYONE, "APPEL")
    person = await sent(database, MAIL)
    async with database.write() as connection:
        await connection.execute(
            deliveries.update()
            .where(deliveries.c.recipient_id == person, deliveries.c.channel == MAIL)
            .values(
                state=DeliveryState.NOT_SENT,
                reason=NotSent.REFUSED,
                reply="550 5.1.1 no such user",
            )
        )
    wakes.clear()

    batch = BatchRef(cpts_id=CPTS_ID, batch_id=f"{ref.crisis_id}.1.V2.1")
    await close_batch(database, batch)
    await close_batch(database, batch)

    assert await call_of(database, ref, person) == "appel : en attente"
    assert await entries(database) == 1
    assert wakes.count(f"crisis/{CPTS_ID}/{ref.crisis_id}/wave/1") == 1


@only_sqlite
async def test_an_address_proved_since_is_believed(
    database: Database, now: Now
) -> None:
    await opened(database, EVERYONE)
    person = await sent(database, MAIL)
    now.at += timedelta(minutes=1)
    verified = VerifyContact(
        cpts_id=CPTS_ID, person_id=person, medium=MAIL, how=How.CALL, actor="X"
    )
    await verify_contact(database, verified)

    assert await back(database, person)
    assert await freshness(database, person) is Freshness.VERIFIED


@only_sqlite
async def test_nothing_is_believed_of_a_message_that_nobody_sent(
    database: Database,
) -> None:
    await opened(database, EVERYONE)
    person = await sent(database, MAIL)
    forged = ReceiptNote(
        return_code="0" * 20,
        receipt=Receipt.FAILED,
        reason=BounceReason.FULL,
        at=database.now(),
    )

    with pytest.raises(UnknownReceiptError):
        await take_receipt(database, forged)

    assert await freshness(database, person) is Freshness.UNVERIFIED
    assert await entries(database) == 0


@only_sqlite
async def test_what_the_night_holds_back_waits_for_the_morning_all_the_same(
    database: Database, now: Now, wakes: list[str]
) -> None:
    now.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # two in the morning, in Paris
    ref = await opened(database, EVERYONE, "SMS")
    await sent(database, MAIL, TEXT)
    lifted = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, reference="L-1", actor="X"
    )
    await lift_crisis(database, lifted)
    async with database.read() as connection:
        row = await connection.execute(
            select(deliveries.c.return_code, deliveries.c.recipient_id).where(
                deliveries.c.wave == 2, deliveries.c.channel == MAIL
            )
        )
        code, person = row.all()[0]
    wakes.clear()

    lost = ReceiptNote(
        return_code=code, receipt=Receipt.FAILED, reason=BounceReason.FULL, at=now.at
    )
    await take_receipt(database, lost)

    text = await told(database, ref, person)
    assert any("SMS : en attente, prévu à 7 h 00" in line for line in text), text
    assert wakes == []


@only_sqlite
async def test_an_invitation_that_came_back_doubts_the_address_and_calls_nobody(
    database: Database, wakes: list[str]
) -> None:
    await settle(database, 4)
    invited = OpenRollCall(cpts_id=CPTS_ID, kind=RollCallKind.ENROL, actor="X")
    await open_roll_call(database, invited, LINK_KEY)
    person = await sent(database, MAIL)
    wakes.clear()

    assert await back(database, person, BounceReason.DISABLED)
    assert await entries(database) == 1
    assert wakes == []
