"""The yearly review of a plan: its days, who is asked what, who is asked after them.

Source: docs/sources.md#review
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.cpts import Cpts
from domain.reference import NoticeRef, ReviewRef
from domain.working_days import WorkingDays
from domain.yearly_update import StepCode, YearlyUpdate

CHASE_DAYS = (120, 60, 30, 7)  # before the due date: silence goes one rung up
EVENT_PATIENCE = timedelta(days=15)  # what an event asked is not left for months
EVENT_REMINDERS = 2  # after 15 days and after 30; then the agenda alone
LEAST_PATIENCE = timedelta(days=7)  # between two letters to the same people
OWNER_OF_PLAN = "COORDINATEUR"  # an employee, in no directory


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "EN_COURS"
    ENDED = "TERMINEE"
    MISSED = "MANQUEE"  # the next one opened before it ended


class Trigger(StrEnum):
    """Why a review opened, or what joined it."""

    CALENDAR = "CALENDRIER"
    CHOSEN = "DECISION"
    LIFTED = "LEVEE"
    PEOPLE = "RESPONSABLES"
    TEMPLATE = "TRAME"
    TERRITORY = "TERRITOIRE"


class TaskKind(StrEnum):
    """What somebody is asked to look at."""

    SECTION = "SECTION"
    PROFILE = "PROFIL"
    AUTHORITY = "AUTORITE"


class TaskAnswer(StrEnum):
    """What they answered."""

    UNCHANGED = "SANS_CHANGEMENT"  # « Relu, sans changement »; a profile that is right
    AMENDED = "MODIFIE"
    VERIFIED = "VERIFIE"  # an authority that was reached
    UNREACHED = "NON_JOINT"  # it was called, in vain
    WITHDRAWN = "RETRAIT"  # a volunteer who no longer is


class ReviewTask(BaseModel):
    """One thing that one person is asked; ids and codes only."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    task_id: str
    kind: TaskKind
    subject: str  # a section, a person, the contact of an authority
    role: str | None  # who answers for it: none, its own person
    asked: str | None = None  # a person, or the coordinator; none: nobody yet
    rung: int = 0
    told_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    answer: TaskAnswer | None = None
    words: str | None = None

    @property
    def is_open(self) -> bool:
        """Is an answer still wanted? Whom nobody reached is called again."""
        return self.answer in {None, TaskAnswer.UNREACHED}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of the update on the day it is due for a CPTS."""

    code: StepCode
    on: date
    action: str


@dataclass(frozen=True, slots=True)
class DueNow:
    """What has come due since the last look: each thing once, however long ago."""

    steps: tuple[PlannedStep, ...]
    chases: bool
    reminds: bool

    def __bool__(self) -> bool:
        """Has anything come due?"""
        return bool(self.steps) or self.chases or self.reminds


@dataclass(frozen=True, slots=True)
class Agenda:
    """The days of one review, all of them working days, none after the due date."""

    due_on: date
    steps: tuple[PlannedStep, ...]
    chases: tuple[date, ...]
    reminders: tuple[date, ...]  # to the coordinator: what is missing

    @property
    def opens_on(self) -> date:
        """The day of the first step."""
        return min(step.on for step in self.steps)

    def due(self, after: date | None, today: date) -> DueNow:
        """Say what has come due after one day and until today, both told once."""

        def came(day: date) -> bool:
            return (after is None or after < day) and day <= today

        return DueNow(
            steps=tuple(step for step in self.steps if came(step.on)),
            chases=any(map(came, self.chases)),
            reminds=any(map(came, self.reminders)),
        )

    def chases_within(self, today: date, delay: timedelta) -> bool:
        """Is a day of reminders near?"""
        return any(today < day <= today + delay for day in self.chases)

    def next_after(self, today: date) -> date | None:
        """Give the next day on which something comes due."""
        days = (*(step.on for step in self.steps), *self.chases, *self.reminders)
        return min((day for day in days if day > today), default=None)


def agenda(
    update: YearlyUpdate, due_on: date, days: WorkingDays, reminders: Iterable[int]
) -> Agenda:
    """Lay out the days of a review; what falls on a day off comes before it."""

    def before(number: int) -> date:
        return days.on_or_before(due_on - timedelta(days=number))

    return Agenda(
        due_on=due_on,
        steps=tuple(
            PlannedStep(step.code, before(-step.day), step.action)
            for step in update.steps
        ),
        chases=tuple(before(number) for number in CHASE_DAYS),
        reminders=tuple(before(number) for number in sorted(reminders, reverse=True)),
    )


def working_days(tenant: Cpts) -> WorkingDays:
    """Give the days on which people of a CPTS may be asked something."""
    codes = (commune.code for commune in tenant.communes)
    return WorkingDays.of(codes, tenant.zone_info)


def agenda_of(tenant: Cpts, update: YearlyUpdate, due_on: date) -> Agenda:
    """Lay out the days of a review of a CPTS."""
    reminders = tenant.knobs.update_reminder_days
    return agenda(update, due_on, working_days(tenant), reminders)


def rungs(
    holder: str | None, deputy: str | None, president: str | None
) -> tuple[str, ...]:
    """List whom a section is asked of, silence after silence.

    Its owner, the owner again, the deputy, the president; who is not there is skipped,
    and when nobody is left, the coordinator is asked.
    """
    found = tuple(who for who in (holder, holder, deputy, president) if who)
    return found or (OWNER_OF_PLAN,)


class ReviewConduct(BaseModel):
    """What `plan_review` needs to know; no name in it."""

    model_config = ConfigDict(frozen=True)

    notices: tuple[NoticeRef, ...] = ()  # letters to hand over
    next_at: datetime | None = None
    ended: bool = False


class DayDue(BaseModel):
    """What a day leaves to workflows: reviews that run, letters to hand over."""

    model_config = ConfigDict(frozen=True)

    reviews: tuple[ReviewRef, ...] = ()
    notices: tuple[NoticeRef, ...] = ()
