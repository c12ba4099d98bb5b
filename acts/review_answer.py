"""Answer what a review asks: by one's own page, or typed by the coordinator."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.database import people, plans, reviews, tenants
from adapters.database.links import use_nonce
from adapters.database.unit import Act, Database
from domain.content import Reading
from domain.cpts import Cpts
from domain.directory import RosterDiff
from domain.person import CrisisType, Link
from domain.plan import plan_id_of
from domain.plan_version import VersionStatus
from domain.privacy import refuse_patient_data
from domain.reference import ReviewRef
from domain.review import OWNER_OF_PLAN, ReviewTask, TaskAnswer, TaskKind
from domain.review_errors import NotAskedError, WrongAnswerError
from domain.section_edit import with_section

_ANSWERS = {
    TaskKind.SECTION: (TaskAnswer.UNCHANGED, TaskAnswer.AMENDED),
    TaskKind.PROFILE: (
        TaskAnswer.UNCHANGED,
        TaskAnswer.AMENDED,
        TaskAnswer.WITHDRAWN,
    ),
    TaskKind.AUTHORITY: (TaskAnswer.VERIFIED, TaskAnswer.UNREACHED),
}


PROFILES = ".profils"
"""What their entries are about: by the thousand, they would fill a crisis dossier."""


class Profile(BaseModel):
    """What a volunteer accepts; why not the rest is nobody's business."""

    model_config = ConfigDict(frozen=True)

    accepted_types: tuple[CrisisType, ...] = Field(min_length=1)
    reachable_at_night: bool


class AnswerTask(BaseModel):
    """What somebody answers to one thing that they were asked."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    period: str
    task_id: str
    answer: TaskAnswer
    by: str | None = None  # a person, or the coordinator; none: whoever it is asked of
    words: Annotated[str, Field(max_length=2000)] = ""
    profile: Profile | None = None  # of who corrects theirs
    nonce: str | None = None  # of the form: it is taken once
    actor: str


async def answer_task(database: Database, said: AnswerTask) -> None:
    """Note an answer; the same one again changes nothing.

    A section read again is said so in the draft, a profile goes to the directory.

    Raises:
        NotAskedError: It is asked of somebody else by now.
        PatientDataError: The words hold a patient's identity.
        UnknownTaskError: Nobody is asked that.
        WrongAnswerError: This answer does not answer that.
    """
    refuse_patient_data(said.words)
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        task = await reviews.task(act, said.period, said.task_id)
        _check(task, said)
        if said.nonce is not None and not await use_nonce(act, said.nonce):
            return
        who = said.by or task.asked or OWNER_OF_PLAN
        values = {
            "answer": said.answer,
            "answered_at": act.at,
            "answered_by": who,
            "words": said.words or None,
        }
        await reviews.change_task(act, said.period, said.task_id, values)
        if task.kind is TaskKind.SECTION:
            await _say_read(act, tenant, task, said.answer, who)
        elif task.kind is TaskKind.PROFILE:
            await _update_profile(act, task.subject, said)
        about = plan_id_of(said.cpts_id)
        named: dict[str, str] = {"subject": task.subject}
        if task.kind is TaskKind.PROFILE:
            about, named = about + PROFILES, {}
        act.note(
            "review.answered",
            about=about,
            actor=said.actor,
            facts={
                "period": said.period,
                "kind": task.kind,
                "answer": said.answer,
                **named,
            },
            sealed={"person": who},
        )
        if said.period.isdigit():
            ref = ReviewRef(cpts_id=said.cpts_id, year=int(said.period))
            act.wake(ref.workflow_id)


def _check(task: ReviewTask, said: AnswerTask) -> None:
    if said.by is not None and task.asked != said.by:
        raise NotAskedError(period=said.period, task=said.task_id)
    allowed = _ANSWERS[task.kind]
    if said.answer not in allowed:
        raise WrongAnswerError(answer=said.answer, answers=", ".join(allowed))


async def _say_read(
    act: Act, tenant: Cpts, task: ReviewTask, answer: TaskAnswer, who: str
) -> None:
    """Write « relu le … par …, sans changement » in the draft, if one is written."""
    plan, standing = await plans.latest(act.connection, act.cpts_id)
    if standing.status is not VersionStatus.DRAFT:
        return
    changed = any(each.section_id == task.subject for each in plan.changes)
    reading = None
    if answer is TaskAnswer.UNCHANGED and not changed:
        day = act.at.astimezone(tenant.zone_info).date()
        reading = Reading(person_id=who, role=task.role or "", on=day)
    section = plan.section(task.subject)
    if section.reading != reading:
        said = section.model_copy(update={"reading": reading})
        await plans.save_draft(act, with_section(plan, said), standing.revision)


async def _update_profile(act: Act, person_id: str, said: AnswerTask) -> None:
    """Write in the directory what a volunteer corrected; a retired one is a member."""
    was = dict(await people.all_of(act.connection, act.cpts_id)).get(person_id)
    if was is None:
        return
    now = was
    if said.answer is TaskAnswer.WITHDRAWN:
        now = replace(was, link=Link.MEMBER)
    elif said.profile is not None:
        chosen = said.profile.accepted_types
        everything = set(chosen) == set(CrisisType)
        now = replace(
            was,
            accepted_types=() if everything else tuple(map(str, chosen)),
            reachable_at_night=said.profile.reachable_at_night,
        )
    if now != was:
        await people.apply(act, RosterDiff(new=(), changed=((was, now),), gone=()))
