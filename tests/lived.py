"""Five contract years of one CPTS, lived by the acts: what people do, and when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

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
from adapters.database import money_facts, reviews
from adapters.database.unit import Database
from adapters.payment_file import load_fixed_part
from domain.adoption import edition_for
from domain.adoption_errors import NotEntitledError, OpinionAgainstError
from domain.contract import Contract
from domain.cpts import Cpts, RoleCode, RoleHolders
from domain.money import MoneyYear, money_years
from domain.partner import Partner, PartnerKind
from domain.payment_record import PaymentState, Slice
from domain.plan_version import Opinion, PlanVersion, VersionKind
from domain.printed_plan import Copy
from domain.receiver import receivers
from domain.review import TaskAnswer, TaskKind
from instance import TEMPLATES
from tests.adopted import PRESIDENT, answer, decide, tenant
from tests.conftest import Now
from tests.layered import derived
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation, people, rpps

PARIS = ZoneInfo("Europe/Paris")
PART = load_fixed_part(TEMPLATES / "part-fixe.yaml")
SIGNED = date(2026, 4, 1)
NEXT_PRESIDENT = rpps(28)
COORDINATOR = "COORDINATEUR"
CONTRACT = 5  # years
PLAN_ID = f"plan-{CPTS_ID}"
A_MONTH = timedelta(days=28)  # at most, between two looks of the calendar
FEW = 3  # answers a kind and a year: the others stay silent
ADVANCE, BALANCE = (33_750, 16_875), (11_250, 5_625)  # first writing, update: size 3


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
            looks = [self.now.at + A_MONTH, morning(day)]
            for ref in done.reviews:
                review = await conduct_review(self.database, LINK_KEY, ref)
                looks += [review.next_at] if review.next_at else []
            self.now.at = min(at for at in looks if at > self.now.at)

    async def answered(self, year: int) -> None:
        """Have those who are asked first confirm what they look after."""
        async with self.database.read() as connection:
            asked = await reviews.tasks(connection, CPTS_ID, str(year))
        confirmed = {TaskKind.AUTHORITY: TaskAnswer.VERIFIED}
        first = ([t for t in asked if t.kind is kind][:FEW] for kind in TaskKind)
        for task in chain.from_iterable(first):
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
        for contact in receivers(self.tenant):
            await self._sent(contact)
        said = Circulate(cpts_id=CPTS_ID, actor=COORDINATOR)
        await circulate_plan(self.database, said, _printed, LINK_KEY)
        return version

    async def _sent(self, contact: str) -> None:
        to = SendCopy(
            cpts_id=CPTS_ID,
            contact=contact,
            edition=edition_for(self.tenant, contact),
            actor=COORDINATOR,
        )
        await send_copy(self.database, to, _printed, LINK_KEY)
        receipt = TypedReceipt(
            cpts_id=CPTS_ID,
            contact=contact,
            on=self.now.at.date(),
            name="Camille Fictive",
            actor=COORDINATOR,
        )
        await record_typed_receipt(self.database, receipt)

    async def exercised(self) -> None:
        said = activation(
            self.now.at, exercise=True, reference=f"EX-{self.now.at:%Y-%m}"
        )
        order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")
        await open_crisis(self.database, order, LINK_KEY)

    async def anniversary(self, year: int, *, earned: bool = True) -> None:
        """Live until the anniversary; type in what the CPAM then notifies and pays.

        It closes the contract year that ends, and pays in advance the one that begins.
        """
        await self.until(date(year, 4, 10))
        if year > SIGNED.year:
            first = year == SIGNED.year + 1
            balance = BALANCE[not first] if earned else 0
            await self._typed(year - 1, Slice.BALANCE, balance)
        if year < SIGNED.year + CONTRACT:
            await self._typed(year, Slice.ADVANCE, ADVANCE[year > SIGNED.year])

    async def _typed(self, year: int, slice_: Slice, amount: int) -> None:
        states = PaymentState if amount else (PaymentState.NOTIFIED,)
        for state in states:
            said = RecordPayment(
                cpts_id=CPTS_ID,
                year=year,
                slice=slice_,
                state=state,
                amount=amount,
                on=self.now.at.date(),
                reference=f"CPAM-{year}-{slice_}",
                actor=COORDINATOR,
            )
            await record_payment(self.database, said)

    async def money(self) -> dict[int, MoneyYear]:
        async with self.database.read() as connection:
            story = await money_facts.read(connection, self.tenant, PART)
        contract = Contract.of(self.tenant)
        assert contract is not None
        years = money_years(PART, contract, story, self.now.at.date())
        return {each.fixed.year.first_on.year: each for each in years}


def morning(day: date) -> datetime:
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


async def is_written(life: Life) -> None:
    """The first writing, in the first contract year."""
    await life.anniversary(2026)
    await life.until(date(2027, 1, 20))
    await life.answered(2027)
    first = await life.adopted()
    assert (first.kind, first.number) == (VersionKind.FIRST_WRITING, 1)
    await life.anniversary(2027)


async def changes_president(life: Life) -> None:
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
    await life.anniversary(2028)


async def misses_a_review(life: Life) -> None:
    """Nobody does anything: the CPAM pays no balance."""
    await life.anniversary(2029, earned=False)


async def takes_another_template(life: Life) -> None:
    """A new template, and an update on it."""
    await life.until(date(2029, 12, 1))
    upgraded = await new_plan(life.database, CPTS_ID, derived(), COORDINATOR)
    assert upgraded.template == derived()
    await life.answered(2030)
    await life.exercised()
    await life.adopted()
    await life.anniversary(2030)


async def is_refused_then_accepted(life: Life) -> None:
    """The ARS refuses a version; the next one is adopted in time."""
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
    await life.anniversary(2031)


def signed() -> Cpts:
    """A CPTS under contract, with a payer and a hospital; the ARS must agree."""
    known = tenant(ars_review_mode="validation")
    payer = known.ars_contact.model_copy(update={"code": "CPAM", "name": "CPAM"})
    hospital = Partner(
        code="ES",
        kind=PartnerKind.HOSPITAL,
        nom="Hôpital fictif",
        courriel="h@es.example",
    )
    return known.model_copy(
        update={
            "authorities": (*known.authorities, payer),
            "partners": (hospital,),
            "contract_on": SIGNED,
            "anniversary_on": SIGNED,
            "mission_4_on": SIGNED,
        }
    )


async def settled(database: Database, now: Now) -> Life:
    """Sign the contract, import the roster, open the first draft."""
    now.at = morning(SIGNED)
    lived = signed()
    await add_cpts(database, lived, COORDINATOR)
    await import_roster(database, CPTS_ID, people(30), COORDINATOR)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)
    return Life(database, now, lived)
