"""Where the review of a plan stands, read at one instant."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import (
    people,
    plan_links,
    plan_sendings,
    plans,
    reviews,
    tenants,
)
from adapters.database.reviews import ReviewRow
from domain.cpts import Cpts
from domain.money import Story, late_since
from domain.plan import Plan
from domain.plan_due import adopted_on, first_readings, next_due
from domain.review import TaskKind, agenda_of
from domain.review_standing import (
    TRIGGERS,
    Progress,
    ReviewStanding,
    step_lines,
    task_lines,
)
from domain.who_answers import WhoAnswers

_ORDER = (TaskKind.SECTION, TaskKind.AUTHORITY, TaskKind.PROFILE)


async def of_cpts(
    connection: AsyncConnection, cpts_id: str, now: datetime
) -> ReviewStanding:
    """Say where the review that is open stands; without one, when the next one opens.

    The check of contacts of the quarter is said with it, as long as it goes on.

    Raises:
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    tenant = await tenants.get(connection, cpts_id)
    plan, _ = await plans.latest(connection, cpts_id)
    said = await _of_year(connection, tenant, plan, now)
    checks = await reviews.checks(connection, cpts_id)
    if not checks or checks[0].ended_at is not None:
        return said
    period = checks[0].period
    who = WhoAnswers(tenant, dict(await people.all_of(connection, cpts_id)))
    calls = who.missing(await reviews.tasks(connection, cpts_id, period))
    lines = tuple(task_lines(calls, who, {}))
    return said.model_copy(update={"quarter": period, "calls": lines})


async def _of_year(
    connection: AsyncConnection, tenant: Cpts, plan: Plan, now: datetime
) -> ReviewStanding:
    cpts_id = tenant.cpts_id
    known = await reviews.of_cpts(connection, cpts_id)
    review = next((row for row in known if row.ended_at is None), None)
    versions = await plans.history(connection, cpts_id)
    today = now.astimezone(tenant.zone_info).date()
    late = late_since(tenant, Story(tenant.zone_info, versions), today)
    if review is None:
        due = next_due(tenant, today, adopted_on(tenant, versions))
        laid = due and agenda_of(tenant, plan.template.yearly_update, due.on)
        return ReviewStanding(
            cpts_id=cpts_id,
            kind=due and due.kind,
            due_on=due and due.on,
            opens_on=laid and max(laid.opens_on, today),  # the day of the calendar
            readings=first_readings(tenant),
            late_since=late,
        )
    standing = await _open(connection, review, tenant, plan)
    return standing.model_copy(update={"late_since": late})


async def _open(
    connection: AsyncConnection, review: ReviewRow, tenant: Cpts, plan: Plan
) -> ReviewStanding:
    who = WhoAnswers(tenant, dict(await people.all_of(connection, review.cpts_id)))
    tasks = await reviews.tasks(connection, review.cpts_id, review.period)
    history = await plans.history(connection, review.cpts_id)
    since = review.opened_at
    ours = tuple(
        v for v in history if v.submitted_at is None or v.submitted_at >= since
    )
    last = max((v.number for v in ours if v.submitted_at), default=None)
    sent = await plan_sendings.of_plan(connection, review.cpts_id)
    ars = tenant.ars_contact.code
    progress = Progress(
        looked_on=review.looked_on,
        missing=who.missing(tasks),
        versions=ours,
        sent=any((c.plan_number, c.contact) == (last, ars) for c in sent),
        circulated=last in await plan_links.readings(connection, review.cpts_id),
    )
    laid = agenda_of(tenant, plan.template.yearly_update, review.due_on)
    titles = {section.section_id: section.title for section in plan.template.sections}
    answered = (task for task in tasks if task.answered_at)
    missing = sorted(progress.missing, key=lambda task: _ORDER.index(task.kind))
    return ReviewStanding(
        cpts_id=review.cpts_id,
        period=review.period,
        kind=review.kind,
        due_on=review.due_on,
        opens_on=laid.opens_on,
        readings=first_readings(tenant),
        why=tuple(TRIGGERS[each.trigger] for each in review.why),
        steps=tuple(step_lines(laid, progress)),
        missing=tuple(task_lines(missing, who, titles)),
        answered=tuple(task_lines(answered, who, titles)),
        next_on=review.next_at and review.next_at.astimezone(tenant.zone_info).date(),
    )
