"""Where a review stands: what is missing, of whom, who takes over, what comes next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from domain.plan_due import DueReading
from domain.plan_version import PlanVersion, VersionKind
from domain.review import Agenda, PlannedStep, ReviewTask, TaskAnswer, TaskKind, Trigger
from domain.review_step import READ_LATER
from domain.who_answers import WhoAnswers
from domain.yearly_update import StepCode

TRIGGERS = {
    Trigger.CALENDAR: "à sa date",
    Trigger.CHOSEN: "sur décision",
    Trigger.LIFTED: "levée d'une crise",
    Trigger.PEOPLE: "changement de responsables",
    Trigger.TEMPLATE: "nouvelle trame",
    Trigger.TERRITORY: "changement de territoire ou de taille",
}
ANSWERS = {
    TaskAnswer.UNCHANGED: "sans changement",
    TaskAnswer.AMENDED: "des changements",
    TaskAnswer.VERIFIED: "contact vérifié",
    TaskAnswer.UNREACHED: "personne n'a répondu",
    TaskAnswer.WITHDRAWN: "n'est plus volontaire",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaskLine(_Frozen):
    """One thing that is asked, in words."""

    task_id: str
    kind: TaskKind
    subject: str
    label: str
    who: str  # whom it is asked of now
    next_who: str | None  # who is asked if they stay silent
    told_on: date | None
    answer: str | None
    words: str | None


class StepLine(_Frozen):
    """One step on its day; `done` as the facts show it."""

    on: date
    action: str
    done: bool


class ReviewStanding(_Frozen):
    """One review as the coordinator sees it; none open: when the next one opens."""

    cpts_id: str
    period: str | None = None  # none: no review is open
    kind: VersionKind | None = None
    due_on: date | None = None
    opens_on: date | None = None
    readings: tuple[DueReading, ...] = ()  # each way to read the contract
    late_since: date | None = None  # the first plan, as the money calendar says it
    why: tuple[str, ...] = ()
    steps: tuple[StepLine, ...] = ()
    missing: tuple[TaskLine, ...] = ()
    answered: tuple[TaskLine, ...] = ()
    next_on: date | None = None  # when people are written to again
    quarter: str | None = None  # of the check of contacts that goes on
    calls: tuple[TaskLine, ...] = ()  # what it still asks

    @property
    def to_change(self) -> tuple[TaskLine, ...]:
        """What was answered, and is to be written in the plan."""
        amended = ANSWERS[TaskAnswer.AMENDED]
        return tuple(
            task
            for task in self.answered
            if task.words or (task.kind is TaskKind.SECTION and task.answer == amended)
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts that say which steps are done."""

    looked_on: date | None  # what came due until that day was asked
    missing: Sequence[ReviewTask]  # what somebody still owes an answer to
    versions: Sequence[PlanVersion]  # of this review
    sent: bool  # the last of them that left, to the ARS
    circulated: bool

    def done(self, step: PlannedStep) -> bool:
        """Is this step done?"""
        return {
            StepCode.OPENING: bool(self.versions),
            StepCode.PROFILES: self._answered(step, TaskKind.PROFILE),
            StepCode.CONTACTS: self._answered(step, TaskKind.AUTHORITY),
            StepCode.PLACES: self._read(step),
            StepCode.CARDS: self._read(step),
            StepCode.SENDING: self.sent,
            StepCode.OPINION: any(v.opinion for v in self.versions),
            StepCode.ADOPTION: any(v.adopted_at for v in self.versions),
            StepCode.CIRCULATION: self.circulated,
            StepCode.FILING: False,  # it ends the review
        }[step.code]

    def _answered(self, step: PlannedStep, kind: TaskKind) -> bool:
        return self._asked(step) and all(task.kind is not kind for task in self.missing)

    def _read(self, step: PlannedStep) -> bool:
        sections = READ_LATER.get(step.code, ())
        return self._asked(step) and all(
            task.subject not in sections for task in self.missing
        )

    def _asked(self, step: PlannedStep) -> bool:
        """Was it asked, if only of nobody?"""
        return self.looked_on is not None and step.on <= self.looked_on


def step_lines(agenda: Agenda, progress: Progress) -> Iterator[StepLine]:
    """Say each step on its day."""
    for step in agenda.steps:
        yield StepLine(on=step.on, action=step.action, done=progress.done(step))


def task_lines(
    tasks: Iterable[ReviewTask], who: WhoAnswers, sections: Mapping[str, str]
) -> Iterator[TaskLine]:
    """Say each thing that is asked.

    Args:
        tasks: What is asked.
        who: Who answers today.
        sections: Title of each section.
    """
    for task in tasks:
        later = (w for w in who.chain(task)[task.rung + 1 :] if w != task.asked)
        after = next(later, None) if task.is_open else None
        zone = who.tenant.zone_info
        section = f"{task.subject} {sections.get(task.subject, '')}".strip()
        yield TaskLine(
            task_id=task.task_id,
            kind=task.kind,
            subject=task.subject,
            label=section if task.kind is TaskKind.SECTION else who.label(task),
            who=who.name(task.answered_by or task.asked),
            next_who=who.name(after) if after else None,
            told_on=task.told_at and task.told_at.astimezone(zone).date(),
            answer=task.answer and ANSWERS[task.answer],
            words=task.words,
        )
