"""Conduct a review: what its clock does, in one act, whenever something may be due."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from acts.asking import Round
from acts.plan import open_next
from acts.review import CONCERNED, local_day, who_answers
from acts.wave import SYSTEM
from adapters.database import (
    documents,
    plan_links,
    plan_sendings,
    plans,
    reviews,
    tenants,
)
from adapters.database.reviews import ReviewRow
from adapters.database.unit import Act, Database
from domain.contact_check import chases
from domain.errors import MissingRoleHolderError
from domain.notice import NoticeKind
from domain.plan import Plan
from domain.plan_version import PlanVersion
from domain.reference import CrisisRef, NoticeRef, ReviewRef
from domain.review import (
    EVENT_PATIENCE,
    EVENT_REMINDERS,
    OWNER_OF_PLAN,
    Agenda,
    ReviewConduct,
    ReviewState,
    ReviewTask,
    agenda_of,
    working_days,
)
from domain.review_letter import Lack, to_coordinator
from domain.review_step import stale, tasks_of
from domain.sending import SentCopy
from domain.who_answers import Asked, WhoAnswers
from domain.working_days import WorkingDays

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Known:
    """All that a review depends on, read at one instant."""

    review: ReviewRow
    plan: Plan
    versions: Sequence[PlanVersion]
    copies: Sequence[SentCopy]  # of every version
    who: WhoAnswers
    today: date

    @property
    def agenda(self) -> Agenda:
        """The days of the review."""
        update = self.plan.template.yearly_update
        return agenda_of(self.who.tenant, update, self.review.due_on)

    @property
    def days(self) -> WorkingDays:
        """The days on which people may be asked something."""
        return working_days(self.who.tenant)

    @property
    def adopted(self) -> PlanVersion | None:
        """The version that this review led to, once the bureau adopted it."""
        since = self.review.opened_at
        found = (v for v in self.versions if v.adopted_at and v.adopted_at >= since)
        return max(found, key=lambda version: version.number, default=None)

    def climbs_on(self, task: ReviewTask) -> date | None:
        """Say when what an event asked goes to somebody else, if nobody answers."""
        events = (CONCERNED.get(why.trigger, ()) for why in self.review.why)
        if not any(task.subject in sections for sections in events):
            return None
        if not task.is_open or task.told_at is None or task.rung >= EVENT_REMINDERS:
            return None
        told = task.told_at.astimezone(self.who.tenant.zone_info).date()
        return told + EVENT_PATIENCE

    @property
    def left(self) -> tuple[SentCopy, ...]:
        """The copies of that version that left."""
        number = self.adopted and self.adopted.number
        return tuple(copy for copy in self.copies if copy.plan_number == number)

    @property
    def files_on(self) -> date:
        """The day on which it may end."""
        return max(step.on for step in self.agenda.steps)

    @property
    def lack(self) -> Lack | None:
        """What it cannot end without."""
        if self.adopted is None:
            return Lack.ADOPTION if self.today >= self.files_on else None
        ars = self.who.tenant.ars_contact.code
        return None if any(c.contact == ars for c in self.left) else Lack.SENDING

    @property
    def insists(self) -> bool:
        """Is the coordinator told again of what it cannot end without?"""
        since = self.files_on
        if self.adopted and self.adopted.adopted_at:
            zone = self.who.tenant.zone_info
            since = max(since, self.adopted.adopted_at.astimezone(zone).date())
        looked = self.review.looked_on
        return bool(self.lack and looked and chases(since, looked, self.today))


async def conduct_review(
    database: Database, link_key: bytes, ref: ReviewRef
) -> ReviewConduct:
    """Do what is due in a review; say what is to be handed over, and when to look.

    Safe to repeat: what was done is in the database, and is not due any more. After an
    outage all that came due meanwhile is done at once, in one letter a person.

    Raises:
        UnknownReviewError: There is no such review.
    """
    await _open_draft(database, ref)
    async with database.act(ref.cpts_id) as act:
        review = await reviews.lock(act, ref)
        if review.ended_at is not None:
            return ReviewConduct(ended=True)
        known = await _read(act, review)
        may_write = known.days.next_opening(act.at, review.due_on)
        if may_write > act.at:
            await reviews.change(act, ref.year, {"next_at": may_write})
            return ReviewConduct(next_at=may_write)
        letters = await _advance(act, known, link_key)
        ended = await _end(act, known)
        tasks = await reviews.tasks(act.connection, act.cpts_id, review.period)
        next_at = None if ended else _next_look(known, tasks, act.at)
        said = {"looked_on": known.today, "next_at": next_at, "letters": letters}
        await reviews.change(act, ref.year, said)
    notices = (NoticeRef(cpts_id=ref.cpts_id, topic=review.period),)
    wrote = letters > review.letters
    return ReviewConduct(notices=notices if wrote else (), next_at=next_at, ended=ended)


async def _open_draft(database: Database, ref: ReviewRef) -> None:
    """Open the working version; a role without anybody is the coordinator's to mend."""
    async with database.read() as connection:
        review = await reviews.get(connection, ref)
        if review.looked_on is not None or review.ended_at is not None:
            return
    with suppress(MissingRoleHolderError):
        await open_next(database, ref.cpts_id, SYSTEM)


async def _read(act: Act, review: ReviewRow) -> _Known:
    tenant = await tenants.get(act.connection, act.cpts_id)
    plan, _ = await plans.latest(act.connection, act.cpts_id)
    return _Known(
        review=review,
        plan=plan,
        versions=await plans.history(act.connection, act.cpts_id),
        copies=await plan_sendings.of_plan(act.connection, act.cpts_id),
        who=await who_answers(act, tenant),
        today=local_day(act, tenant),
    )


async def _advance(act: Act, known: _Known, link_key: bytes) -> int:
    """Ask, remind, tell the coordinator. Give how many letters were ever written."""
    review, who = known.review, known.who
    due = known.agenda.due(review.looked_on, known.today)
    verified = await reviews.verified(act.connection, act.cpts_id)
    asked = await reviews.tasks(act.connection, act.cpts_id, review.period)
    ids = {task.task_id for task in asked}
    new = tuple(
        task
        for step in due.steps
        for task in tasks_of(
            step.code, known.plan.template, who, stale(who, verified, act.at)
        )
        if task.task_id not in ids
    )
    await reviews.add_tasks(act, review.period, new)
    tasks = (*asked, *new)
    post = Round(review.period, review.plan_id, review.due_on, review.letters, link_key)
    told = tuple(_to_tell(known, tasks, act.at, chase=due.chases))
    reports = bool(due.steps) or due.reminds or known.insists
    await post.ask(act, who, told, OWNER_OF_PLAN if reports else None)
    if reports:
        missing = who.missing(tasks)
        words = to_coordinator(review.due_on, due.steps, missing, known.lack)
        await post.write(act, NoticeKind.TASK, words, (who.recipient(OWNER_OF_PLAN),))
    return post.letters


def _to_tell(
    known: _Known, tasks: Sequence[ReviewTask], now: datetime, *, chase: bool
) -> Iterator[Asked]:
    """Say which letters are owed; what an event asked does not wait for the agenda."""
    near = known.agenda.chases_within(known.today, EVENT_PATIENCE)
    for task in tasks:
        day = known.climbs_on(task)
        late = day is not None and day <= known.today and not near
        yield from known.who.to_tell((task,), now, climb=chase or late)


def _next_look(known: _Known, tasks: Sequence[ReviewTask], now: datetime) -> datetime:
    """Look when something comes due, or somebody is silent; without that, each week."""
    days = (known.agenda.next_after(known.today), *map(known.climbs_on, tasks))
    day = min((day for day in days if day and day > known.today), default=None)
    at = known.days.opening(day) if day else now + _A_WEEK
    return known.days.next_opening(at)


async def _end(act: Act, known: _Known) -> bool:
    """End a review whose date has come and whose version is adopted, and sent."""
    review, version = known.review, known.adopted
    if version is None or known.lack or known.today < known.files_on:
        return False
    tasks = await reviews.tasks(act.connection, act.cpts_id, review.period)
    about = CrisisRef(cpts_id=act.cpts_id, crisis_id=review.plan_id)
    made = await documents.of_crisis(act.connection, about)
    readers = await plan_links.readings(act.connection, act.cpts_id)
    values = {"state": ReviewState.ENDED, "ended_at": act.at}
    await reviews.change(act, review.year, values)
    act.note(
        "review.ended",
        about=review.plan_id,
        actor=SYSTEM,
        facts={
            "year": review.year,
            "due_on": review.due_on.isoformat(),
            "late": known.today > review.due_on,
            "number": version.number,
            "sha256": version.sha256,
            "sent": len(known.left),
            "received": sum(copy.is_received for copy in known.left),
            "circulated": readers.get(version.number, (0, 0))[0],
            "answered": _answered(tasks),
            "silent": len(known.who.missing(tasks)),
            "documents": [
                each.sha256 for each in made if each.made_at >= review.opened_at
            ],
        },
    )
    act.sign_checkpoint()
    return True


def _answered(tasks: Sequence[ReviewTask]) -> int:
    return sum(not task.is_open for task in tasks)
