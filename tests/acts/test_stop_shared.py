"""A STOP while messages leave: nothing more to who said it, nothing less to others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from acts.alert import RecordAnswer, record_answer
from acts.opposition import Stop, stop
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.alert import NotSent
from domain.answer import Availability
from domain.dispatch import BatchRef, Handed, Outcome
from domain.opposition import Scope, Via
from domain.reference import CrisisRef
from domain.wave import Channel
from tests.acts.test_cascade import of, opened, rows
from tests.conftest import Now
from tests.world import people


@pytest.fixture
async def outbox(database: Database, now: Now) -> AsyncIterator[Outbox]:
    found = Outbox(database.url, now=now)
    yield found
    await asyncio.to_thread(found.close)


async def stopped(database: Database, ref: CrisisRef, row: dict[str, Any]) -> None:
    who = row["recipient_id"]
    said = Stop(**ref.model_dump(), person_id=who, scope=Scope.ALERT, via=Via.TEXT)
    await stop(database, said)


async def texts(database: Database) -> list[dict[str, Any]]:
    return of(await rows(database), Channel.TEXT)


def batch_of(ref: CrisisRef) -> BatchRef:
    return BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.V2.SMS.1")


async def test_what_was_put_off_never_leaves_after_a_stop(
    database: Database, outbox: Outbox
) -> None:
    own = tuple(
        replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(people(4))
    )
    ref = await opened(database, own, "SMS")
    batch = await outbox.take_over(batch_of(ref))
    put_off, left, killed, _ = batch.delivery_ids
    by_id = {row["delivery_id"]: row for row in await texts(database)}
    for each in (put_off, left, killed):
        await outbox.turn(batch, None, each)
        await stopped(database, ref, by_id[each])

    later = Outcome(delivery_id=put_off, handed=Handed.LATER, reply="429")
    await outbox.turn(batch, later, None)
    taken = Outcome(delivery_id=left, handed=Handed.ACCEPTED, reply="202")
    await outbox.turn(batch, taken, None)

    again = await outbox.take_over(batch_of(ref))
    assert not {put_off, left, killed} & set(again.delivery_ids)
    why = {row["delivery_id"]: row["reason"] for row in await texts(database)}
    assert why[left] is None  # what is certain counts


async def test_who_shares_a_telephone_is_reached_after_the_stop_of_another(
    database: Database, outbox: Outbox
) -> None:
    ref = await opened(database, people(4), "SMS")  # all on one mobile
    first = next(row for row in await texts(database) if row["reason"] is None)

    await stopped(database, ref, first)

    (then,) = [row for row in await texts(database) if row["reason"] is None]
    others = [row for row in await texts(database) if row["carried_by"]]
    assert then["delivery_id"] != first["delivery_id"]
    assert str(then["name"]).count("Fictif") == 3
    assert [row["carried_by"] for row in others] == [then["delivery_id"]] * 2
    batch = await outbox.take_over(batch_of(ref))
    assert batch.delivery_ids == (then["delivery_id"],)

    await stopped(database, ref, others[0])
    for row in (then, others[1]):
        said = RecordAnswer(
            **ref.model_dump(),
            person_id=row["recipient_id"],
            answer=Availability.UNAVAILABLE,
            nonce=str(row["recipient_id"]),
        )
        await record_answer(database, said)

    assert await outbox.turn(batch, None, then["delivery_id"]) is None  # all said
    why = {row["delivery_id"]: row["reason"] for row in await texts(database)}
    assert why[first["delivery_id"]] == NotSent.STOPPED
    assert why[others[0]["delivery_id"]] == NotSent.STOPPED


async def test_the_last_one_of_a_shared_telephone_has_a_text_of_their_own(
    database: Database,
) -> None:
    ref = await opened(database, people(4), "SMS")
    for row in (await texts(database))[:3]:
        await stopped(database, ref, row)

    *_, last = await texts(database)
    assert (last["reason"], last["sharing"], last["carried_by"]) == (None, None, None)
    assert str(last["name"]).count("Fictif") == 1
