"""Texts and keys that come: whose they are, once, as the page's own answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.ending import LiftCrisis, lift_crisis
from acts.inbound import take_message
from acts.plan import new_plan
from acts.tray import SettleReply, settle_reply
from adapters.database import contacts, crises, inbound, tables
from adapters.database.inbound import InboundRow
from adapters.database.unit import Database
from domain.answer import Availability
from domain.authority import Authority
from domain.crisis import CrisisState
from domain.inbound import Inbound
from domain.reach import How, Medium
from domain.reference import CrisisRef
from domain.reply import Waits
from domain.reply_errors import (
    ReplySettledError,
    ReplyTooLateError,
    UnknownReplyError,
    UnknownSenderError,
)
from domain.wave import Channel
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people, template

SHARED = "+33639980001"  # of the first two
NOBODYS = "+33639980999"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mobile(number: int) -> str:
    return f"+3363998{number:04d}"


async def asked(database: Database) -> CrisisRef:
    """Ask twelve people, the first two on one telephone."""
    await add_cpts(database, cpts(), "COORDINATEUR")
    roster = tuple(
        replace(each, mobile=SHARED if i < 2 else mobile(i))
        for i, each in enumerate(people(12))
    )
    await import_roster(database, CPTS_ID, roster, "COORDINATEUR")
    await new_plan(database, CPTS_ID, template(), "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=CPTS_ID, activation=activation(database.now()), actor="REFERENT_SSE"
    )
    return await open_crisis(database, order, LINK_KEY)


def heard(
    database: Database, said: str, number: int | str, message_id: str = "1"
) -> Inbound:
    return Inbound(
        provider="KANNEL",
        message_id=message_id,
        channel=Channel.TEXT,
        number=number if isinstance(number, str) else mobile(number),
        text=said,
        received_at=database.now(),
    )


async def answers(database: Database) -> list[tuple[str, str, object]]:
    """List who answered what: last name, answer, detail."""
    person, said = tables.crisis_people, tables.recipients
    query = (
        sa.select(person.c.last_name, said.c.answer, said.c.detail)
        .join(person, person.c.person_id == said.c.person_id)
        .where(said.c.answer.is_not(None))
        .order_by(person.c.last_name)
    )
    async with database.read() as connection:
        rows = await connection.execute(query)
        return [(row.last_name, row.answer, row.detail) for row in rows.all()]


async def tray(database: Database, cpts_id: str = CPTS_ID) -> Sequence[InboundRow]:
    async with database.read() as connection:
        return await inbound.waiting(connection, cpts_id)


async def kinds(database: Database) -> list[str]:
    table = tables.ledger_entries
    async with database.read() as connection:
        rows = await connection.execute(sa.select(table.c.kind).order_by(table.c.seq))
        return list(rows.scalars())


async def test_a_text_delivered_three_times_is_one_answer(database: Database) -> None:
    ref = await asked(database)
    text = heard(database, "Oui, dispo 20 min", 5)

    taken = [await take_message(database, text) for _ in range(3)]

    assert taken == [(ref,), (), ()]
    assert await answers(database) == [
        ("Fictif00005", "DISPONIBLE_IMMEDIAT", {"delay_minutes": 20})
    ]
    assert (await kinds(database)).count("answer") == 1
    assert not await tray(database)


@ON_SQLITE
async def test_a_text_proves_the_number_that_is_of_one_person_alone(
    database: Database,
) -> None:
    await asked(database)
    await take_message(database, heard(database, "non", 5, "1"))
    await take_message(database, heard(database, "non, Fictif00000", SHARED, "2"))

    async with database.read() as connection:
        known = await contacts.of_cpts(connection, CPTS_ID, database.now())
    proved = {
        each.person.last_name: contact.proof.how
        for each in known
        if (contact := each.contact(Medium.MOBILE)) and contact.proof
    }
    assert proved == {"Fictif00005": How.ANSWER}
    assert [name for name, _, _ in await answers(database)] == [
        "Fictif00000",
        "Fictif00005",
    ]


@ON_SQLITE
async def test_the_last_word_of_a_number_counts(database: Database) -> None:
    await asked(database)

    for message, said in enumerate(("OUI", "ok merci", "Non", "merci !")):
        await take_message(database, heard(database, said, 5, str(message)))

    ((_, answer, _),) = await answers(database)
    assert answer == Availability.UNAVAILABLE
    assert (await kinds(database)).count("answer") == 2
    assert not await tray(database)


async def test_what_is_unclear_waits_then_is_settled_once(database: Database) -> None:
    ref = await asked(database)
    await take_message(database, heard(database, "Oui mais pas avant demain", 5))
    (kept,) = await tray(database)
    assert (kept.why, kept.text) == (Waits.UNCLEAR, "Oui mais pas avant demain")
    assert kept.person_id

    said = SettleReply(
        **ref.model_dump(),
        inbound_id=kept.inbound_id,
        actor="PILOTAGE",
        answer=Availability.ON_SITE,
        person_id=kept.person_id,
    )
    with pytest.raises(UnknownReplyError):  # somebody else's number
        await settle_reply(database, said.model_copy(update={"person_id": "p-x"}))
    await settle_reply(database, said)
    with pytest.raises(ReplySettledError):
        await settle_reply(database, said)

    assert [answer for _, answer, _ in await answers(database)] == [
        "DISPONIBLE_SUR_PLACE"
    ]
    assert not await tray(database)
    assert (await kinds(database))[-3:] == ["reply.kept", "answer", "reply.settled"]
    table = tables.inbound
    async with database.read() as connection:  # once settled, the text is let go
        assert await connection.scalar(sa.select(table.c.text)) is None


@ON_SQLITE
async def test_a_shared_telephone_says_who_answers_only_if_signed(
    database: Database,
) -> None:
    await asked(database)

    await take_message(database, heard(database, "Oui", SHARED, "1"))
    await take_message(database, heard(database, "Non, Fictif00001", SHARED, "2"))

    (kept,) = await tray(database)
    assert (kept.why, kept.person_id) == (Waits.SHARED, None)
    assert await answers(database) == [("Fictif00001", "INDISPONIBLE", None)]


@ON_SQLITE
async def test_unknown_and_late_messages_wait_and_name_no_patient(
    database: Database,
) -> None:
    ref = await asked(database)
    nir = "Oui, pour le 1 85 05 78 006 084 91"
    await take_message(database, heard(database, nir, NOBODYS, "1"))
    lifting = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, lifting)
    await take_message(database, heard(database, "Oui", 5, "2"))
    await take_message(database, heard(database, "Ok, merci", 6, "3"))

    unknown, late = sorted(await tray(database), key=lambda each: each.why or "")

    assert (unknown.why, unknown.text) == (Waits.UNKNOWN, None)
    assert (late.why, late.text) == (Waits.LATE, "Oui")
    assert not [said for _, said, _ in await answers(database) if said != "NON_REPONSE"]
    said = SettleReply(
        **ref.model_dump(),
        inbound_id=late.inbound_id,
        actor="PILOTAGE",
        person_id=late.person_id or "",
    )
    yes = said.model_copy(update={"answer": Availability.IMMEDIATE})
    with pytest.raises(ReplyTooLateError):
        await settle_reply(database, yes)
    await settle_reply(database, said)
    assert len(await tray(database)) == 1


@ON_SQLITE
async def test_a_key_is_an_answer_and_another_cpts_reads_nothing(
    database: Database,
) -> None:
    ref = await asked(database)
    await add_cpts(database, cpts("autre-cpts"), "COORDINATEUR")
    key = heard(database, "2", 5).model_copy(update={"channel": Channel.CALL})
    caller = sa.select(tables.people.c.person_id).where(
        tables.people.c.mobile == key.number
    )
    delivery = sa.select(tables.deliveries.c.delivery_id).where(
        tables.deliveries.c.recipient_id.not_in(caller)  # of somebody else
    )
    async with database.read() as connection:
        of_delivery = {
            "cpts_id": CPTS_ID,
            "delivery_id": await connection.scalar(delivery.limit(1)),
            "number": None,
            "message_id": None,
        }

    assert await take_message(database, key) == (ref,)
    assert await take_message(database, key.model_copy(update=of_delivery)) == (ref,)
    with pytest.raises(UnknownSenderError):
        await take_message(database, heard(database, "Oui", NOBODYS, "2"))

    assert [said for _, said, _ in await answers(database)] == ["INDISPONIBLE"] * 2
    assert not await tray(database)
    assert not await tray(database, "autre-cpts")


async def test_a_key_pressed_as_the_crisis_is_lifted_waits_in_the_tray(
    database: Database,
) -> None:
    ref = await asked(database)
    key = heard(database, "1", 5).model_copy(update={"channel": Channel.CALL})
    async with database.act(CPTS_ID) as act:
        await crises.lock(act, ref.crisis_id)
        pressed = asyncio.create_task(take_message(database, key))
        await asyncio.wait((pressed,), timeout=0.3)  # it read what it reads unheld
        lifted = {"state": CrisisState.LIFTED, "lifted_at": act.at}
        await crises.change(act, ref.crisis_id, lifted)

    assert await pressed == ()
    assert [kept.why for kept in await tray(database)] == [Waits.LATE]


async def test_a_stop_ends_the_requests_of_this_alert(database: Database) -> None:
    ref = await asked(database)

    await take_message(database, heard(database, "Stop.", 5, "1"))
    await take_message(database, heard(database, "STOP", SHARED, "2"))
    (kept,) = await tray(database)
    async with database.read() as connection:
        first, _ = await inbound.at_number(connection, SHARED)
    said = SettleReply(
        **ref.model_dump(),
        inbound_id=kept.inbound_id,
        actor="PILOTAGE",
        stops=True,
        person_id=first.person_id,
    )
    await settle_reply(database, said)

    table = tables.oppositions
    async with database.read() as connection:
        rows = await connection.execute(sa.select(table.c.scope, table.c.via))
    assert rows.all() == [("ALERTE", "SMS"), ("ALERTE", "SMS")]
    assert not await answers(database)
    assert not await tray(database)
