"""Five contract years of one CPTS: what each should bring is proved by the ledger."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from acts.adoption import SubmitPlan, submit_plan
from acts.calendar import keep_calendar
from acts.circulation import Circulate, circulate_plan
from acts.cpts_change import change_cpts
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.document import MadeDocument
from acts.payment import RecordPayment, record_payment
from acts.plan import new_plan
from acts.plan_copy import SendCopy, TypedReceipt, record_typed_receipt, send_copy
from acts.review_answer import AnswerTask, answer_task
from acts.review_conduct import conduct_review
from adapters.database import ledger, money_facts, plans, reviews, seal, tables
from adapters.database.unit import Database
from adapters.payment_file import load_fixed_part
from domain.adoption_errors import NotEntitledError, OpinionAgainstError
from domain.contract import Contract
from domain.cpts import Cpts, RoleCode, RoleHolders
from domain.merkle import leaf_hash, verify_inclusion
from domain.money import MoneyYear, money_years
from domain.payment_record import PaymentState
from domain.plan_version import Opinion, PlanVersion, VersionKind, VersionStatus
from domain.printed_plan import Copy, Edition
from domain.review import ReviewState, TaskAnswer, TaskKind
from instance import TEMPLATES
from tests.adopted import PRESIDENT, answer, decide, tenant
from tests.conftest import Now
from tests.layered import derived
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation, people, rpps

pytestmark = pytest.mark.untraced

PARIS = ZoneInfo("Europe/Paris")
PART = load_fixed_part(TEMPLATES / "part-fixe.yaml")
SIGNED = date(2026, 4, 1)
NEXT_PRESIDENT = rpps(28)
COORDINATOR = "COORDINATEUR"
SENT_TO = "ARS_DD"
PLAN_ID = f"plan-{CPTS_ID}"
A_WEEK = timedelta(days=7)


@dataclass
class Life:
    """One CPTS, its clock, and who presides it."""

    database: Database
    now: Now
    tenant: Cpts
    president: str = PRESIDENT

    async def until(self, day: date) -> None:
        """Let time pass, as the daily schedule and the workflows would see it."""
        while self.now.at.date() < day:
            done = await keep_calendar(self.database, LINK_KEY)
            looks = [self.now.at + A_WEEK, _morning(day)]
            for ref in done.reviews:
                review = await conduct_review(self.database, LINK_KEY, ref)
                looks += [review.next_at] if review.next_at else []
            self.now.at = min(at for at in looks if at > self.now.at)

    async def answered(self, year: int) -> None:
        """Have everybody who is asked confirm what they look after."""
        async with self.database.read() as connection:
            asked = await reviews.tasks(connection, CPTS_ID, str(year))
        confirmed = {TaskKind.AUTHORITY: TaskAnswer.VERIFIED}
        for task in asked:
            if task.is_open:
                said = AnswerTask(
                    cpts_id=CPTS_ID,
                    period=str(year),
                    task_id=task.task_id,
                    answer=confirmed.get(task.kind, TaskAnswer.UNCHANGED),
                    actor=COORDINATOR,
                )
                await answer_task(self.database, said)

    async def submitted(self) -> PlanVersion:
        despite = "Les lieux du Causse seront visités au printemps."
        order = SubmitPlan(cpts_id=CPTS_ID, despite=despite, actor=COORDINATOR)
        return await submit_plan(self.database, order)

    async def adopted(self) -> PlanVersion:
        """Submit, hear the ARS, adopt, send with a receipt, circulate."""
        await self.submitted()
        await answer(self.database, Opinion.FAVOURABLE)
        return await self.decided()

    async def decided(self) -> PlanVersion:
        """Adopt, send with a receipt, circulate."""
        version = await decide(self.database, signed_by=self.president)
        to = SendCopy(
            cpts_id=CPTS_ID, contact=SENT_TO, edition=Edition.CRISIS, actor=COORDINATOR
        )
        await send_copy(self.database, to, _printed, LINK_KEY)
        receipt = TypedReceipt(
            cpts_id=CPTS_ID,
            contact=SENT_TO,
            on=self.now.at.date(),
            name="Camille Fictive",
            actor=COORDINATOR,
        )
        await record_typed_receipt(self.database, receipt)
        said = Circulate(cpts_id=CPTS_ID, actor=COORDINATOR)
        await circulate_plan(self.database, said, _printed, LINK_KEY)
        return version

    async def exercised(self) -> None:
        said = activation(
            self.now.at, exercise=True, reference=f"EX-{self.now.at:%Y-%m}"
        )
        order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")
        await open_crisis(self.database, order, LINK_KEY)

    async def paid(self, year: int, slice_: str, amount: int) -> None:
        said = RecordPayment.model_validate(
            {
                "cpts_id": CPTS_ID,
                "year": year,
                "slice": slice_,
                "state": PaymentState.PAID,
                "amount": amount,
                "on": self.now.at.date(),
                "reference": f"CPAM-{year}-{slice_}",
                "actor": COORDINATOR,
            }
        )
        await record_payment(self.database, said)

    async def money(self) -> dict[int, MoneyYear]:
        async with self.database.read() as connection:
            story = await money_facts.read(connection, self.tenant, PART)
        contract = Contract.of(self.tenant)
        assert contract is not None
        years = money_years(PART, contract, story, self.now.at.date())
        return {each.fixed.year.first_on.year: each for each in years}


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=PARIS)


async def _printed(version: PlanVersion, copy: Copy) -> MadeDocument:
    name = f"plan-v{version.number}-{copy.edition}-{copy.number or 0}"
    return MadeDocument(
        kind="PLAN" if copy.number else "PLAN_PUBLIC",
        title=f"Plan, version {version.number}",
        path=f"documents/{name}.pdf",
        sha256=sha256(name.encode()).hexdigest(),
    )


def _of(tenant_: Cpts, president: str) -> Cpts:
    """The same CPTS, presided by somebody else."""
    roles = tuple(
        RoleHolders(code=role.code, titulaire=president, suppleant=role.deputy)
        if role.code is RoleCode.DECISION
        else role
        for role in tenant_.roles
    )
    return tenant_.model_copy(update={"roles": roles})


async def _is_written(life: Life) -> None:
    await life.paid(2026, "AVANCE", 33_750)
    await life.until(date(2027, 1, 20))
    await life.answered(2027)
    first = await life.adopted()
    assert (first.kind, first.number) == (VersionKind.FIRST_WRITING, 1)
    await life.until(date(2027, 4, 10))
    await life.paid(2026, "SOLDE", 11_250)
    await life.paid(2027, "AVANCE", 16_875)


async def _changes_president(life: Life) -> None:
    """The president leaves in the middle of the review."""
    await life.until(date(2027, 12, 1))
    life.tenant = _of(life.tenant, NEXT_PRESIDENT)
    changed = await change_cpts(life.database, life.tenant, COORDINATOR)
    assert changed.review is not None
    assert changed.review.year == 2028
    await new_plan(life.database, CPTS_ID, national(), COORDINATOR)
    await life.answered(2028)
    await life.exercised()
    with pytest.raises(NotEntitledError):
        await life.adopted()  # the one who left would sign
    life.president = NEXT_PRESIDENT
    await life.decided()
    await life.until(date(2028, 4, 10))


async def _takes_another_template(life: Life) -> None:
    await life.until(date(2029, 12, 1))
    upgraded = await new_plan(life.database, CPTS_ID, derived(), COORDINATOR)
    assert upgraded.template == derived()
    await life.answered(2030)
    await life.exercised()
    await life.adopted()
    await life.until(date(2030, 4, 10))


async def _is_refused_then_accepted(life: Life) -> None:
    await life.until(date(2030, 12, 1))
    await life.answered(2031)
    await life.exercised()
    refused = await life.submitted()
    await answer(life.database, Opinion.REFUSED, words="Aucun lieu au nord.")
    with pytest.raises(OpinionAgainstError):
        await decide(life.database, signed_by=NEXT_PRESIDENT)
    await new_plan(life.database, CPTS_ID, derived(), COORDINATOR)
    await life.until(date(2031, 1, 20))
    last = await life.adopted()
    assert last.number == refused.number + 1
    await life.until(date(2031, 4, 10))


@pytest.mark.timeout(300)
async def test_the_ledger_proves_each_payment_step_of_five_years(
    database: Database, now: Now
) -> None:
    now.at = _morning(SIGNED)
    dates = {"contract_on": SIGNED, "anniversary_on": SIGNED, "mission_4_on": SIGNED}
    lived = tenant(ars_review_mode="validation").model_copy(update=dates)
    await add_cpts(database, lived, COORDINATOR)
    await import_roster(database, CPTS_ID, people(30), COORDINATOR)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)
    life = Life(database, now, lived)

    await _is_written(life)
    await _changes_president(life)
    await life.until(date(2029, 4, 10))  # nobody does anything: a review is missed
    await _takes_another_template(life)
    await _is_refused_then_accepted(life)

    years = await life.money()
    contract = range(2026, 2031)
    missing = {year: [n.text for n in years[year].missing] for year in contract}
    assert [years[year].fixed.kind for year in contract] == [
        VersionKind.FIRST_WRITING,
        *[VersionKind.UPDATE] * 4,
    ]
    assert [year for year in contract if not missing[year]] == [2026, 2027, 2029, 2030]
    assert "Plan daté et versionné, adopté par le bureau" in missing[2028]
    paid = years[2026].typed(PaymentState.PAID)
    assert sum(each.amount for each in paid) == 45_000
    await _each_year_left_its_file(life)
    await _what_is_cited_is_in_the_tree(life, years)


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
        2029: ReviewState.MISSED,
    }
    assert [(each["year"], each["late"]) for each in filed] == [
        (year, False) for year in (2027, 2028, 2030, 2031)
    ]
    assert all(by_hash[each["sha256"]].was_adopted for each in filed)
    assert [v.status for v in kept].count(VersionStatus.ADOPTED) == 1


async def _what_is_cited_is_in_the_tree(
    life: Life, years: dict[int, MoneyYear]
) -> None:
    """Each entry that a year cites is proved against a signed checkpoint."""
    proofs = [proof for year in years.values() for proof in year.proofs]
    seqs = sorted({entry.seq for proof in proofs for entry in proof.entries})
    async with life.database.act(CPTS_ID) as act:
        act.sign_checkpoint()
    async with life.database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        assert await ledger.note_at(connection, CPTS_ID, size) is not None
        paths = await ledger.inclusion_proofs(connection, CPTS_ID, seqs, size)
        root = (await seal.evidence(connection, CPTS_ID)).root
        table = tables.ledger_entries.c
        rows = await connection.execute(
            sa.select(table.seq, table.canonical).where(table.seq.in_(seqs))
        )
        texts = {row.seq: row.canonical for row in rows}
    assert len(seqs) >= 20
    for seq, path in zip(seqs, paths, strict=True):
        leaf = leaf_hash(texts[seq].encode())
        assert verify_inclusion(leaf, seq, size, path, bytes.fromhex(root))
