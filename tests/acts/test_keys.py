"""Keys of the telephone: which call they answer, and never for somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from acts.directory import add_cpts
from acts.inbound import take_message
from acts.wave import open_wave
from adapters.database.unit import Database
from domain.alert import WavePlan, WaveTimes
from domain.answer import SAFE_OR_NOT, Availability
from domain.inbound import Inbound
from domain.reference import CrisisRef
from domain.reply import Waits
from domain.reply_errors import UnknownSenderError
from domain.wave import Channel
from tests.acts.test_cascade import again, of, opened, rows
from tests.acts.test_inbound import answers, asked, heard, kinds, tray
from tests.world import CPTS_ID, cpts, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pressed(
    database: Database, key: str, call: dict[str, object], call_id: str | None = None
) -> Inbound:
    return Inbound(
        provider="P_APPEL",
        channel=Channel.CALL,
        number=None,
        text=key,
        message_id=call_id,
        cpts_id=CPTS_ID,
        delivery_id=str(call["delivery_id"]),
        received_at=database.now(),
    )


async def protect(database: Database, ref: CrisisRef, person_id: object) -> None:
    """Send a safety message to somebody who was asked to come."""
    at = database.now()
    times = WaveTimes(t0=at, now=at, after=timedelta(), within=timedelta(minutes=5))
    plan = WavePlan.asking("VS", "abri", SAFE_OR_NOT, times)
    async with database.act(ref.cpts_id) as act:
        await open_wave(act, ref.crisis_id, plan, [str(person_id)])


async def test_a_key_pressed_on_a_shared_telephone_answers_for_nobody(
    database: Database,
) -> None:
    await opened(database, people(4), "SMS", "APPEL")  # all on one mobile
    rung = [row for row in of(await rows(database), Channel.CALL) if row["sharing"]]
    call = next(row for row in rung if row["reason"] is None and not again(row))

    await take_message(database, pressed(database, "1", call))

    (kept,) = await tray(database)
    assert await answers(database) == []
    assert (kept.why, kept.number) == (Waits.SHARED, people(1)[0].mobile)


async def test_a_key_answers_the_question_of_its_own_call(database: Database) -> None:
    everyone = tuple(
        replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(people(4))
    )
    ref = await opened(database, everyone, "SMS", "APPEL")
    call, other, *_ = of(await rows(database), Channel.CALL)[::2]
    await protect(database, ref, call["recipient_id"])
    await protect(database, ref, other["recipient_id"])

    await take_message(database, pressed(database, "3", call, "c-1"))  # say it again
    await take_message(database, pressed(database, "1", call, "c-1"))
    await take_message(database, pressed(database, "1", call, "c-1"))  # told twice
    await take_message(database, pressed(database, "3", other, "c-2"))

    assert [said for _, said, _ in await answers(database)] == [Availability.IMMEDIATE]
    assert (await kinds(database)).count("answer") == 1
    assert not await tray(database)


async def test_who_has_no_number_did_not_write_from_a_short_one(
    database: Database,
) -> None:
    await asked(database)
    await add_cpts(database, cpts("autre-cpts"), "COORDINATEUR")
    text = heard(database, "Votre solde est bas", 5).model_copy(update={"number": None})

    with pytest.raises(UnknownSenderError):
        await take_message(database, text)

    assert not await tray(database)
