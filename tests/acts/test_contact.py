"""What proves that an address reaches its person, on both databases."""

import pytest
import sqlalchemy as sa

from acts.alert import record_answer
from acts.contact import VerifyContact, verify_contact
from adapters.database import contacts, tables
from adapters.database.unit import Database
from domain.answer import Availability
from domain.contact_errors import NoSuchContactError
from domain.mission_errors import UnknownPersonError
from domain.reach import Freshness, How, Medium, Reached
from tests.acts.test_alert import says
from tests.conftest import Now
from tests.world import CPTS_ID, alerted


async def everyone(database: Database) -> dict[str, Reached]:
    async with database.read() as connection:
        found = await contacts.of_cpts(connection, CPTS_ID, database.now())
    return {each.person_id: each for each in found}


async def test_an_answer_proves_the_one_address_that_was_written_to(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6)
    async with database.write() as connection:
        await connection.execute(sa.update(tables.deliveries).values(state="PARTIE"))
    who, other, *_ = await everyone(database)

    await record_answer(database, says(ref, who, Availability.UNAVAILABLE))

    known = await everyone(database)
    mail = known[who].contact(Medium.MAIL)
    assert mail is not None
    assert mail.proof is not None
    assert (mail.proof.how, mail.proof.verified_at) == (How.ANSWER, now.at)
    assert (known[who].badge, known[who].verified) == (Freshness.VERIFIED, 1)
    assert known[other].badge is Freshness.UNVERIFIED


async def test_an_answer_proves_nothing_when_two_addresses_were_written_to(
    database: Database,
) -> None:
    ref = await alerted(database, 6)
    who = next(iter(await everyone(database)))
    found = tables.deliveries
    async with database.write() as connection:
        mine = found.c.recipient_id == who
        row = (await connection.execute(sa.select(found).where(mine))).mappings().one()
        other = {**row, "delivery_id": "x", "channel": "SMS", "return_code": None}
        other["address"] = "+33639980012"
        await connection.execute(sa.insert(found).values(other))
        await connection.execute(sa.update(found).values(state="PARTIE"))

    await record_answer(database, says(ref, who, Availability.UNAVAILABLE))

    assert (await everyone(database))[who].verified == 0


async def test_a_call_proves_a_number_that_the_directory_has(
    database: Database,
) -> None:
    await alerted(database, 6)
    who = next(iter(await everyone(database)))
    said = VerifyContact(
        cpts_id=CPTS_ID,
        person_id=who,
        medium=Medium.MOBILE,
        how=How.TYPED,
        actor="COORDINATEUR",
    )

    await verify_contact(database, said)
    await verify_contact(database, said.model_copy(update={"how": How.CALL}))

    mobile = (await everyone(database))[who].contact(Medium.MOBILE)
    assert mobile is not None
    assert mobile.proof is not None
    assert (mobile.proof.how, mobile.shared) == (How.CALL, True)  # a fictitious one
    wrong = said.model_copy(update={"medium": Medium.PHONE})
    with pytest.raises(NoSuchContactError):
        await verify_contact(database, wrong)
    with pytest.raises(UnknownPersonError):
        await verify_contact(database, said.model_copy(update={"person_id": "p-x"}))
