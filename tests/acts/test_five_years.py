"""Five contract years of one CPTS: what each should bring is proved by the ledger."""

import json
from datetime import date

import pytest
import sqlalchemy as sa

from adapters.database import ledger, plans, reviews, seal, tables
from adapters.database.unit import Database
from domain.contract import Contract, Standing
from domain.merkle import leaf_hash, verify_inclusion
from domain.money import MoneyYear
from domain.money_words import year_words
from domain.payment_record import PaymentState, Slice
from domain.plan_version import VersionKind, VersionStatus
from domain.review import ReviewState
from tests.conftest import Now
from tests.lived import (
    ADVANCE,
    BALANCE,
    CONTRACT,
    PART,
    PLAN_ID,
    SIGNED,
    Life,
    changes_president,
    is_refused_then_accepted,
    is_written,
    misses_a_review,
    settled,
    takes_another_template,
)
from tests.world import CPTS_ID

MISSED = 2028  # the contract year whose review nobody answered
YEARS = range(SIGNED.year, SIGNED.year + CONTRACT)


@pytest.mark.timeout(120)
async def test_the_ledger_proves_each_payment_step_of_five_years(
    database: Database, now: Now
) -> None:
    life = await settled(database, now)

    await is_written(life)
    await changes_president(life)
    await misses_a_review(life)
    await takes_another_template(life)
    await is_refused_then_accepted(life)

    years = await life.money()
    assert set(YEARS) <= set(years)
    for year in YEARS:
        _what_is_due_was_said(years[year])
        _what_the_cpam_wrote_was_typed(years[year])
    _only_one_year_lacks_its_proofs(life, years)
    await _each_year_left_its_file(life)
    await _each_step_is_in_the_tree(life, years)


def _what_is_due_was_said(year: MoneyYear) -> None:
    """The advance on its first day, the balance on the anniversary that closes it."""
    number = year.fixed.number
    first = number == SIGNED.year
    chosen = year.chosen

    assert year.fixed.kind is (
        VersionKind.FIRST_WRITING if first else VersionKind.UPDATE
    )
    assert chosen
    assert (chosen.advance, chosen.balance) == (ADVANCE[not first], BALANCE[not first])
    assert year.fixed.starts_on == date(number, 4, 1)
    assert year.fixed.balance_on == year.due.on == date(number + 1, 4, 1)
    assert year.standing is (Standing.LATE if number == MISSED else Standing.DONE)


def _what_the_cpam_wrote_was_typed(year: MoneyYear) -> None:
    """Each advance and balance, notified then paid; nothing for a year not proved."""
    first, missed = year.fixed.number == SIGNED.year, year.fixed.number == MISSED
    balance = 0 if missed else BALANCE[not first]

    notified, paid = (
        {each.slice: each.amount for each in year.typed(state)}
        for state in (PaymentState.NOTIFIED, PaymentState.PAID)
    )
    assert notified == {Slice.ADVANCE: ADVANCE[not first], Slice.BALANCE: balance}
    assert paid == {part: sum_ for part, sum_ in notified.items() if sum_}


def _only_one_year_lacks_its_proofs(life: Life, years: dict[int, MoneyYear]) -> None:
    """It says what is missing, all of it, and since when."""
    wanted = [need.text for need in PART.proofs if VersionKind.UPDATE in need.kinds]
    lacking = {year: [n.text for n in years[year].missing] for year in YEARS}
    contract = Contract.of(life.tenant)
    assert contract
    said = year_words(years[MISSED], PART, contract)
    rows = dict(said.rows)

    assert lacking.pop(MISSED) == wanted
    assert not any(lacking.values())
    assert "1er avril 2029" in said.alarm.replace("\xa0", " ")
    assert len(rows["Manque"]) == len(wanted)
    assert "Prouvé" not in rows
    assert rows["Notifié"][-1].replace("\xa0", " ").startswith("solde : 0 €")


async def _each_year_left_its_file(life: Life) -> None:
    async with life.database.read() as connection:
        known = await reviews.of_cpts(connection, CPTS_ID)
        size = await ledger.size(connection, CPTS_ID)
        lines = await ledger.entries_about(connection, CPTS_ID, PLAN_ID, size)
        kept = await plans.history(connection, CPTS_ID)
    noted = [json.loads(line.canonical) for line in lines]
    filed = [each["facts"] for each in noted if each["kind"] == "review.ended"]
    by_hash = {version.sha256: version for version in kept}

    states = {row.year: row.state for row in known if row.year <= 2031}
    assert states == {
        **dict.fromkeys((2027, 2028, 2030, 2031), ReviewState.ENDED),
        MISSED + 1: ReviewState.MISSED,
    }
    assert [(each["year"], each["late"]) for each in filed] == [
        (year, False) for year in (2027, 2028, 2030, 2031)
    ]
    assert all(by_hash[each["sha256"]].was_adopted for each in filed)
    assert [v.status for v in kept].count(VersionStatus.ADOPTED) == 1


async def _each_step_is_in_the_tree(life: Life, years: dict[int, MoneyYear]) -> None:
    """What a year cites, and each sum, is proved against a signed checkpoint."""
    proofs = [proof for year in years.values() for proof in year.proofs]
    cited = {entry.seq for proof in proofs for entry in proof.entries}
    sums = [payment for year in YEARS for payment in years[year].payments]
    async with life.database.act(CPTS_ID) as act:
        act.sign_checkpoint()
    async with life.database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        assert await ledger.note_at(connection, CPTS_ID, size) is not None
        table = tables.ledger_entries.c
        rows = await connection.execute(sa.select(table.seq, table.canonical))
        texts = {row.seq: row.canonical for row in rows}
        typed = {
            seq: facts["payment_id"]
            for seq, facts in ((s, json.loads(t)["facts"]) for s, t in texts.items())
            if "payment_id" in facts
        }
        seqs = sorted(cited | set(typed))
        paths = await ledger.inclusion_proofs(connection, CPTS_ID, seqs, size)
        root = (await seal.evidence(connection, CPTS_ID)).root
    assert len(cited) >= 20
    assert sorted(typed.values()) == [payment.payment_id for payment in sums]
    for seq, path in zip(seqs, paths, strict=True):
        leaf = leaf_hash(texts[seq].encode())
        assert verify_inclusion(leaf, seq, size, path, bytes.fromhex(root))
