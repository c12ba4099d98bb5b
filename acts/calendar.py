"""What the day asks of each CPTS: reviews, contacts, a silent ARS, a checkpoint."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from acts.contact_check import check_contacts
from acts.news import note_silence, tell_new_template
from acts.review import due_next, join_review, local_day, open_review
from acts.roll_call_calendar import keep_roll_calls
from acts.wave import SYSTEM
from adapters.database import crises, plans, reviews, tenants
from adapters.database.reviews import Why
from adapters.database.unit import Act, Database
from domain.cpts import Cpts
from domain.plan import Plan
from domain.plan_version import VersionStatus
from domain.reference import NoticeRef
from domain.review import DayDue, Trigger, agenda_of, working_days
from domain.shipped_template import ShippedTemplate, newer

AT_ONCE = 4  # CPTS whose day is kept together
LESSONS_WITHIN = timedelta(days=90)  # TC-21: the delay to bring them into the plan


async def keep_calendar(
    database: Database, link_key: bytes, shipped: Sequence[ShippedTemplate] = ()
) -> DayDue:
    """Do what the day asks of every CPTS; say which workflows have something to do.

    Safe to repeat: each thing is done once a period, however many days were skipped.

    Args:
        database: The facts of every CPTS.
        link_key: What links are made with.
        shipped: The templates that a plan may follow.

    Raises:
        BaseExceptionGroup: Some CPTS failed; the others were served all the same.
    """
    async with database.read() as connection:
        known = await tenants.names(connection)
    few = asyncio.Semaphore(AT_ONCE)

    async def served(cpts_id: str) -> DayDue:
        async with few:
            return await keep_day(database, cpts_id, link_key, shipped)

    done = await asyncio.gather(
        *(served(cpts_id) for cpts_id, _ in known), return_exceptions=True
    )
    if failed := [each for each in done if isinstance(each, BaseException)]:
        raise BaseExceptionGroup("the day of some CPTS", failed)
    days = [each for each in done if isinstance(each, DayDue)]
    return DayDue(
        reviews=tuple(ref for day in days for ref in day.reviews),
        notices=tuple(ref for day in days for ref in day.notices),
    )


async def keep_day(
    database: Database,
    cpts_id: str,
    link_key: bytes,
    shipped: Sequence[ShippedTemplate],
) -> DayDue:
    """Do what the day asks of one CPTS.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.act(cpts_id) as act:
        tenant = await tenants.hold(act)
        act.sign_checkpoint()
        calls = await keep_roll_calls(act, tenant, link_key)
        if not await plans.history(act.connection, cpts_id):
            return DayDue(notices=calls)
        plan, _ = await plans.latest(act.connection, cpts_id)
        await _open_when_due(act, tenant, plan)
        newest = newer(plan.template.template_id, shipped)
        await _join_what_happened(act, tenant, plan, newest)
        notices = await _write(act, tenant, plan, newest, link_key)
        running = await reviews.of_cpts(act.connection, cpts_id)
    going = tuple(row.ref for row in running if row.ended_at is None)
    return DayDue(reviews=going, notices=(*notices, *calls))


async def _open_when_due(act: Act, tenant: Cpts, plan: Plan) -> None:
    """Open the review whose first step has come, once."""
    due = await due_next(act, tenant)
    if due is None:
        return
    today = local_day(act, tenant)
    laid = agenda_of(tenant, plan.template.yearly_update, due.on)
    known = await reviews.of_cpts(act.connection, act.cpts_id)
    if today >= laid.opens_on and all(row.year != due.on.year for row in known):
        why = Why(trigger=Trigger.CALENDAR, on=today)
        await open_review(act, due, why, SYSTEM)


async def _join_what_happened(
    act: Act, tenant: Cpts, plan: Plan, newest: ShippedTemplate | None
) -> None:
    """Have a lifted crisis and a new template read again, each once."""
    today = local_day(act, tenant)
    known = await reviews.of_cpts(act.connection, act.cpts_id)
    told = {why.detail for row in known for why in row.why}
    for crisis in await crises.all_of(act.connection, act.cpts_id):
        lifted = crisis.lifted_at
        late = lifted is None or act.at - lifted > LESSONS_WITHIN
        if not late and not crisis.activation.exercise and crisis.crisis_id not in told:
            why = Why(trigger=Trigger.LIFTED, on=today, detail=crisis.crisis_id)
            await join_review(act, tenant, why, SYSTEM)
    templates = [newest.template_id] if newest else []
    if await _is_new(act, plan):
        templates.append(plan.template.template_id)
    for template_id in templates:
        if template_id not in told:
            why = Why(trigger=Trigger.TEMPLATE, on=today, detail=template_id)
            await join_review(act, tenant, why, SYSTEM)


async def _write(
    act: Act,
    tenant: Cpts,
    plan: Plan,
    newest: ShippedTemplate | None,
    link_key: bytes,
) -> tuple[NoticeRef, ...]:
    """Write on working hours to those who call authorities, and to the coordinator."""
    if working_days(tenant).next_opening(act.at) > act.at:
        return ()
    written = [
        *await check_contacts(act, tenant, plan, link_key),
        *await note_silence(act, tenant, link_key),
    ]
    if newest:
        written += await tell_new_template(act, tenant, newest, link_key)
    return tuple(written)


async def _is_new(act: Act, plan: Plan) -> bool:
    """Is this version on another template than the one adopted before it?"""
    versions = await plans.history(act.connection, act.cpts_id)
    before = [v for v in versions if v.was_adopted and v.number < plan.number]
    if not before or versions[-1].status is not VersionStatus.DRAFT:
        return False
    last = before[-1]
    said = await plans.version(act.connection, act.cpts_id, last.plan_id, last.number)
    return said.template.template_id != plan.template.template_id
