"""Open a review of the plan, at its date or because something happened."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from acts.wave import SYSTEM
from adapters.database import people, plans, reviews, tenants
from adapters.database.reviews import ReviewRow, Why
from adapters.database.unit import Act, Database
from domain.cpts import Cpts
from domain.errors import UnknownPlanError
from domain.plan_due import PlanDue, adopted_on, next_due
from domain.reference import ReviewRef
from domain.review import (
    ReviewState,
    ReviewTask,
    TaskKind,
    Trigger,
)
from domain.review_errors import NoDueDateError, ReviewOpenError
from domain.template import Template
from domain.who_answers import WhoAnswers

CONCERNED = {  # sections that a trigger out of the calendar asks to read again
    Trigger.LIFTED: ("SEC-14", "SEC-16"),
    Trigger.PEOPLE: ("SEC-02", "SEC-03"),
    Trigger.TEMPLATE: ("SEC-04", "SEC-15", "SEC-16"),
    Trigger.TERRITORY: ("SEC-01", "SEC-05", "SEC-07"),
}


class StartReview(BaseModel):
    """The order to open the review that is due next, before its day."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    actor: str


async def start_review(database: Database, order: StartReview) -> ReviewRef:
    """Open the review that is due next, without waiting for its day.

    Raises:
        NoDueDateError: The file of the CPTS gives no date to count from.
        ReviewOpenError: It is open already.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: The CPTS has no plan.
    """
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        due = await due_next(act, tenant)
        if due is None:
            raise NoDueDateError(cpts=order.cpts_id)
        known = await reviews.of_cpts(act.connection, order.cpts_id)
        if any(row.year == due.on.year for row in known):
            raise ReviewOpenError(cpts=order.cpts_id, year=due.on.year)
        why = Why(trigger=Trigger.CHOSEN, on=local_day(act, tenant))
        return await open_review(act, due, why, order.actor)


async def due_next(act: Act, tenant: Cpts) -> PlanDue | None:
    """Say when the plan of a CPTS is due next, inside an act."""
    versions = await plans.history(act.connection, act.cpts_id)
    return next_due(tenant, local_day(act, tenant), adopted_on(tenant, versions))


def local_day(act: Act, tenant: Cpts) -> date:
    """Give today where the CPTS is."""
    return act.at.astimezone(tenant.zone_info).date()


async def open_review(act: Act, due: PlanDue, why: Why, actor: str) -> ReviewRef:
    """Open a review, inside the act that finds it due; an older one was missed.

    Raises:
        UnknownPlanError: The CPTS has no plan.
    """
    versions = await plans.history(act.connection, act.cpts_id)
    if not versions:
        raise UnknownPlanError(cpts=act.cpts_id)
    for older in await reviews.of_cpts(act.connection, act.cpts_id):
        if older.ended_at is None:
            await _miss(act, older)
    ref = ReviewRef(cpts_id=act.cpts_id, year=due.on.year)
    plan_id = versions[-1].plan_id
    row = {"year": ref.year, "plan_id": plan_id, "kind": due.kind, "due_on": due.on}
    await reviews.add(act, row, why)
    act.note(
        "review.opened",
        about=plan_id,
        actor=actor,
        facts={
            "year": ref.year,
            "due_on": due.on.isoformat(),
            "kind": due.kind,
            "why": why.trigger,
            "detail": why.detail,
        },
    )
    act.wake(ref.workflow_id)
    return ref


async def _miss(act: Act, review: ReviewRow) -> None:
    values = {"state": ReviewState.MISSED, "ended_at": act.at, "next_at": None}
    await reviews.change(act, review.year, values)
    act.note(
        "review.missed",
        about=review.plan_id,
        actor=SYSTEM,
        facts={"year": review.year, "due_on": review.due_on.isoformat()},
    )
    act.wake(review.ref.workflow_id)


async def join_review(act: Act, tenant: Cpts, why: Why, actor: str) -> ReviewRef | None:
    """Have the sections concerned by an event read again, in a review that is open.

    None is open: the next one opens now. Without a plan or a date, nothing does.
    """
    known = await reviews.of_cpts(act.connection, act.cpts_id)
    running = next((row for row in known if row.ended_at is None), None)
    if running is None:
        due = await due_next(act, tenant)
        versions = await plans.history(act.connection, act.cpts_id)
        if due is None or not versions or _is_done(known, due):
            return None
        ref = await open_review(act, due, why, actor)
    else:
        ref = running.ref
        reasons = [each.model_dump(mode="json") for each in (*running.why, why)]
        await reviews.change(act, ref.year, {"why": reasons, "next_at": None})
        act.note(
            "review.joined",
            about=running.plan_id,
            actor=actor,
            facts={"year": ref.year, "why": why.trigger, "detail": why.detail},
        )
        act.wake(ref.workflow_id)
    plan, _ = await plans.latest(act.connection, act.cpts_id)
    await ask_sections(act, ref, plan.template, CONCERNED[why.trigger])
    return ref


def _is_done(known: Sequence[ReviewRow], due: PlanDue) -> bool:
    return any(row.year == due.on.year for row in known)


async def ask_sections(
    act: Act, ref: ReviewRef, template: Template, section_ids: Sequence[str]
) -> None:
    """Ask for sections to be read again; one that was read since is asked once more."""
    period = str(ref.year)
    known = await reviews.tasks(act.connection, ref.cpts_id, period)
    owed = {task.subject for task in known if task.answered_at is None}
    times = [task.subject for task in known if task.kind is TaskKind.SECTION]
    wanted = (s for s in template.sections if s.section_id in section_ids)
    new = (
        ReviewTask(
            task_id=f"{section.section_id}.{times.count(section.section_id) + 1}",
            kind=TaskKind.SECTION,
            subject=section.section_id,
            role=section.owner,
        )
        for section in wanted
        if section.section_id not in owed
    )
    await reviews.add_tasks(act, period, new)


async def who_answers(act: Act, tenant: Cpts) -> WhoAnswers:
    """Read who answers for what today."""
    known = await people.all_of(act.connection, act.cpts_id)
    return WhoAnswers(tenant, dict(known))
