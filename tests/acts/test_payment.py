"""What the CPAM wrote is kept as it was typed; a correction is one more entry."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from acts.directory import add_cpts
from acts.payment import RecordPayment, record_payment
from adapters.database import money_facts, payments, review_standing, tables
from adapters.database.unit import Database
from adapters.payment_file import load_fixed_part
from domain.chronicle import told
from domain.contract import Contract, Standing
from domain.errors import PatientDataError
from domain.money import money_years
from domain.money_words import contract_words
from domain.partner import Partner, PartnerKind
from domain.payment_errors import (
    FuturePaymentError,
    NoContractDatesError,
    UnknownContractYearError,
)
from domain.plan_version import Opinion
from domain.receiver import Receiver
from instance import TEMPLATES
from tests.adopted import answer, decide, drafted, submitted, tenant
from tests.conftest import Now
from tests.world import CPTS_ID, cpts

PART = load_fixed_part(TEMPLATES / "part-fixe.yaml")


def said(**changes: object) -> RecordPayment:
    facts: dict[str, object] = {
        "cpts_id": CPTS_ID,
        "year": 2026,
        "slice": "AVANCE",
        "state": "NOTIFIE",
        "amount": 33_750,
        "on": date(2026, 4, 12),
        "reference": "CPAM-31-7",
        "actor": "COORDINATEUR",
    }
    return RecordPayment.model_validate(facts | changes)


async def contracted(database: Database) -> None:
    dates = {"contract_on": date(2026, 4, 1), "mission_4_on": date(2026, 4, 1)}
    await add_cpts(database, cpts().model_copy(update=dates), "COORDINATEUR")


async def entries(database: Database) -> list[dict[str, object]]:
    table = tables.ledger_entries.c
    query = sa.select(table.canonical).where(table.kind == "payment.recorded")
    async with database.read() as connection:
        rows = await connection.execute(query.order_by(table.seq))
        return [json.loads(text)["facts"] for text in rows.scalars()]


async def test_a_sum_typed_twice_is_noted_once_and_a_correction_says_what_it_corrects(
    database: Database,
) -> None:
    await contracted(database)

    first, again = [await record_payment(database, said()) for _ in range(2)]
    await record_payment(database, said(amount=33_700))
    noted = await entries(database)
    async with database.read() as connection:
        tenant = cpts().model_copy(update={"mission_4_on": date(2026, 4, 1)})
        story = await money_facts.read(connection, tenant, PART)
        kept = await payments.of_cpts(connection, CPTS_ID)

    assert first == again
    assert [each.amount for each in kept] == [33_750, 33_700]
    assert [each["corrects"] for each in noted] == [None, first.payment_id]
    assert "33\N{NARROW NO-BREAK SPACE}750" in told("payment.recorded", noted[0])
    assert "corrigée" in told("payment.recorded", noted[1])
    assert story.payments == kept
    assert (story.versions, story.entries) == ((), ())


async def test_what_cannot_be_true_is_refused_and_nothing_is_noted(
    database: Database, now: Now
) -> None:
    now.at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # the 23rd in Paris
    await add_cpts(database, cpts(), "COORDINATEUR")
    with pytest.raises(NoContractDatesError, match="date_debut_mission_4"):
        await record_payment(database, said())
    await contracted_other(database)

    with pytest.raises(FuturePaymentError):
        await record_payment(database, other(on=date(2026, 11, 24)))
    with pytest.raises(UnknownContractYearError):
        await record_payment(database, other(year=2027))
    with pytest.raises(PatientDataError):
        await record_payment(database, other(reference="née le 12/03/1950"))
    assert await entries(database) == []
    await record_payment(database, other(on=date(2026, 11, 23)))


async def contracted_other(database: Database) -> None:
    dates = {"contract_on": date(2026, 4, 1), "mission_4_on": date(2026, 4, 1)}
    await add_cpts(database, cpts("autre").model_copy(update=dates), "COORDINATEUR")


def other(**changes: object) -> RecordPayment:
    return said(cpts_id="autre", **changes)


async def test_what_the_bureau_refused_proves_nothing(
    database: Database, now: Now
) -> None:
    await submitted(database)
    await answer(database, Opinion.REMARKS)
    await decide(database, adopted=False, reason="Les lieux de la zone Nord manquent.")
    async with database.read() as connection:
        story = await money_facts.read(connection, cpts(), PART)

    assert [entry.kind for entry in story.entries] == ["plan.submitted", "plan.opinion"]
    assert {entry.on for entry in story.entries} == {now.at.date()}


async def test_a_copy_counts_for_who_has_it_and_a_review_on_its_day(
    database: Database, now: Now
) -> None:
    version = await submitted(database)
    care = ("CH", PartnerKind.HOSPITAL), ("DAC", PartnerKind.COORDINATION)
    partners = tuple(
        Partner(code=code, kind=kind, nom=f"{code} (fictif)") for code, kind in care
    )
    known = tenant().model_copy(update={"partners": partners})
    due_on = now.at.date().isoformat()
    async with database.act(CPTS_ID) as act:
        note = partial(act.note, about=version.plan_id, actor="COORDINATEUR")
        for contact in ("ARS_DD", "CH", "DAC", "GONE"):
            note("document.sent", facts={"contact": contact})
        for late in (False, True):
            note("review.ended", facts={"due_on": due_on, "late": late})

    async with database.read() as connection:
        story = await money_facts.read(connection, known, PART)

    sent = [each for each in story.entries if each.kind == "document.sent"]
    received_by = [each.receiver for each in sent]
    assert received_by == [Receiver.ARS, Receiver.HOSPITAL, None, None]
    reviews = [entry.on for entry in story.entries if entry.kind == "review.ended"]
    assert reviews == [now.at.date() - timedelta(days=1), now.at.date()]


async def test_the_review_and_the_money_say_alike_that_the_first_plan_is_late(
    database: Database, now: Now
) -> None:
    await drafted(database)
    dates = {"contract_on": date(2024, 2, 1), "mission_4_on": date(2025, 6, 1)}
    known = tenant().model_copy(update=dates)
    content = known.model_dump(mode="json")
    async with database.write() as connection:
        await connection.execute(sa.update(tables.cpts).values(content=content))

    async with database.read() as connection:
        review = await review_standing.of_cpts(connection, CPTS_ID, now.at)
        story = await money_facts.read(connection, known, PART)
    contract = Contract.of(known)
    assert contract is not None
    *_, year = (
        year for year in money_years(PART, contract, story, now.at.date()) if year.begun
    )

    assert review.late_since == year.due.on == date(2025, 8, 1)
    assert year.standing is Standing.LATE
    moot = [each.code for each in review.readings if each.moot]
    assert moot == ["contract_12"] == list(year.due.moot)
    lines = contract_words(contract, PART, ())
    assert any("avant le début de la mission : sans objet." in line for line in lines)
