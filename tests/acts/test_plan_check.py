"""Who vouches for a plan is written in its draft, and sealed in the ledger."""

import json

import pytest
import sqlalchemy as sa

from acts.plan_check import AttestPlan, attest_plan, checked
from adapters.database import plans, tables
from adapters.database.unit import Database
from domain.check_errors import NotInDirectoryError
from domain.errors import FormAlreadyPostedError
from domain.plan_errors import NoDraftError
from tests.adopted import PRESIDENT, drafted, id_of, submit
from tests.world import CPTS_ID


def said(**changes: object) -> AttestPlan:
    facts = {"cpts_id": CPTS_ID, "person": PRESIDENT, "actor": "COORDINATEUR"}
    return AttestPlan.model_validate(facts | changes)


async def test_one_act_raises_the_score_and_names_nobody(database: Database) -> None:
    await drafted(database)
    async with database.read() as connection:
        before = await checked(connection, CPTS_ID, database.now())

    vouched = await attest_plan(database, said(exceptions=("T2-03",)))
    async with database.read() as connection:
        after = await checked(connection, CPTS_ID, database.now())
        table = tables.ledger_entries.c
        query = sa.select(table.canonical).where(table.kind == "plan.attested")
        entry = json.loads(await connection.scalar(query) or "")

    assert after.check.satisfied > before.check.satisfied
    assert after.standing.revision == before.standing.revision + 1
    assert after.standing.sha256 == entry["facts"]["sha256"]
    assert entry["facts"]["checks"] == list(vouched.checks)
    assert entry["facts"]["excepted"] == ["T2-03"]
    assert await id_of(database, PRESIDENT) not in json.dumps(entry)


async def test_a_form_is_taken_once_and_by_somebody_of_the_directory(
    database: Database,
) -> None:
    await drafted(database)
    await attest_plan(database, said(section_id="SEC-08", check=0, nonce="n1"))

    with pytest.raises(FormAlreadyPostedError):
        await attest_plan(database, said(section_id="SEC-08", check=0, nonce="n1"))
    with pytest.raises(NotInDirectoryError):
        await attest_plan(database, said(person="personne@val.example"))
    who = await id_of(database, PRESIDENT)
    by_id = await attest_plan(database, said(person=who, section_id="SEC-08"))
    assert by_id.checks == ("SEC-08.1",)


async def test_a_version_that_left_is_checked_as_it_left(database: Database) -> None:
    await drafted(database)
    await submit(database)

    with pytest.raises(NoDraftError):
        await attest_plan(database, said())
    async with database.read() as connection:
        found = await checked(connection, CPTS_ID, database.now())
        kept, _ = await plans.latest(connection, CPTS_ID)
    assert found.plan == kept
