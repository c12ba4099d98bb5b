"""The contacts of authorities, called each quarter by whoever answers for them."""

from acts.asking import Round
from acts.review import local_day, who_answers
from acts.wave import SYSTEM
from adapters.database import reviews
from adapters.database.reviews import ContactCheckRow
from adapters.database.unit import Act
from domain.contact_check import MENDED_WITHIN, chases, quarter
from domain.cpts import Cpts
from domain.plan import Plan
from domain.reference import NoticeRef
from domain.review import LEAST_PATIENCE
from domain.review_step import contacts, stale


async def check_contacts(
    act: Act, tenant: Cpts, plan: Plan, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Open the check of this quarter, or remind who stays silent.

    Give the letters that this wrote.
    """
    today = local_day(act, tenant)
    check = await _of_quarter(act, tenant, plan)
    if check.ended_at is not None or check.looked_on == today:
        return ()
    who = await who_answers(act, tenant)
    tasks = await reviews.tasks(act.connection, act.cpts_id, check.period)
    by = max(check.opened_on + MENDED_WITHIN, today + LEAST_PATIENCE)
    post = Round(check.period, check.plan_id, by, check.letters, link_key)
    climb = chases(check.opened_on, check.looked_on or check.opened_on, today)
    await post.ask(act, who, tuple(who.to_tell(tasks, act.at, climb=climb)))
    values = {
        "looked_on": today,
        "letters": post.letters,
        "ended_at": None if who.missing(tasks) else act.at,
    }
    await reviews.change_check(act, check.period, values)
    if post.letters == check.letters:
        return ()
    return (NoticeRef(cpts_id=act.cpts_id, topic=check.period),)


async def _of_quarter(act: Act, tenant: Cpts, plan: Plan) -> ContactCheckRow:
    """Give the check of this quarter; the first look opens it and ends the last one."""
    today = local_day(act, tenant)
    known = await reviews.checks(act.connection, act.cpts_id)
    if known and known[0].period == quarter(today):
        return known[0]
    if known and known[0].ended_at is None:
        await reviews.change_check(act, known[0].period, {"ended_at": act.at})
    verified = await reviews.verified(act.connection, act.cpts_id)
    who = await who_answers(act, tenant)
    tasks = tuple(contacts(plan.template, stale(who, verified, act.at)))
    row = {"period": quarter(today), "plan_id": plan.plan_id, "opened_on": today}
    await reviews.add_check(act, row)
    await reviews.add_tasks(act, quarter(today), tasks)
    act.note(
        "contacts.opened",
        about=plan.plan_id,
        actor=SYSTEM,
        facts={"period": quarter(today), "contacts": len(tasks)},
    )
    return (await reviews.checks(act.connection, act.cpts_id))[0]
