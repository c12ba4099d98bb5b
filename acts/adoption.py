"""A version of the plan leaves: submitted to the ARS, answered, decided upon."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.database import known_facts, people, plans, tenants
from adapters.database.links import use_nonce
from adapters.database.unit import Act, Database
from domain import adoption
from domain.adoption import PRESIDENCY, Moment, Readiness
from domain.adoption_errors import NotSubmittedError
from domain.cpts import Cpts
from domain.directory import person_named
from domain.known import with_known
from domain.known_facts import KnownFacts
from domain.person import Person
from domain.plan import Plan
from domain.plan_check import check_plan
from domain.plan_version import Decision, Opinion, PlanVersion, VersionStatus
from domain.privacy import refuse_patient_data

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)
]


class SubmitPlan(BaseModel):
    """The order to submit the draft to the ARS."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    despite: Words | None = None  # why it leaves incomplete
    actor: str


class RecordOpinion(BaseModel):
    """What the ARS answered, as it wrote it or as somebody types it."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    opinion: Opinion
    on: date
    words: Words | None = None
    actor: str
    number: int | None = None  # of the version that its page showed
    nonce: str | None = None


class DecidePlan(BaseModel):
    """What the bureau decided about the version that was submitted last."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    adopted: bool
    on: date
    signed_by: str  # who presided: a person id, an RPPS or a mail
    present: int = Field(ge=1)
    quorum: int = Field(ge=1)
    reason: Words | None = None  # of a refusal
    actor: str


async def submit_plan(database: Database, order: SubmitPlan) -> PlanVersion:
    """Submit the draft, with what the directory says today: then it never changes.

    Raises:
        ConflictsLeftError: Edits and a new template contradict each other.
        IncompletePlanError: An expected section is incomplete, without a reason.
        NoDraftError: The last version left already.
        PatientDataError: The reason holds a patient's identity.
        UnknownPlanError: The CPTS has no plan.
    """
    refuse_patient_data(order.despite or "")
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        read, draft = await plans.draft(act.connection, order.cpts_id)
        facts = await known_facts.read(act.connection, tenant, read.template, act.at)
        plan = with_known(read, facts)
        if plan != read:
            draft = await plans.save_draft(act, plan, draft.revision)
        ready = readiness(plan, facts)
        version = adoption.submit(draft, ready, order.despite, act.at)
        await plans.stand(act, version)
        act.note(
            "plan.submitted",
            about=version.plan_id,
            actor=order.actor,
            facts={
                "number": version.number,
                "sha256": version.sha256,
                "incomplete": ready.incomplete,
                "despite": version.submitted_despite,
            },
        )
        act.sign_checkpoint()
    return version


def readiness(plan: Plan, facts: KnownFacts) -> Readiness:
    """Say what a draft still lacks to leave."""
    return Readiness(
        conflicts=len(plan.conflicts), incomplete=check_plan(plan, facts).incomplete
    )


async def record_opinion(database: Database, said: RecordOpinion) -> PlanVersion:
    """Note what the ARS answered; its silence only once its time is over.

    Raises:
        NotSubmittedError: No version was submitted, or a later one was.
        OpinionDateError: Dated before the submission, or in the future.
        OpinionUnsaidError: Remarks or a refusal without words.
        PatientDataError: The words hold a patient's identity.
        SilenceTooEarlyError: The ARS still has time to answer.
    """
    refuse_patient_data(said.words or "")
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        now = Moment(act.at, tenant.zone_info)
        version = adoption.last_that_left(
            await plans.history(act.connection, act.cpts_id)
        )
        if said.number not in {None, version.number}:
            raise NotSubmittedError
        if said.nonce is not None and not await use_nonce(act, said.nonce):
            return version
        if said.opinion is Opinion.SILENCE:
            version = adoption.silent(version, tenant.knobs.ars_tacit_days, now)
        else:
            version = adoption.answered(version, said.opinion, said.on, said.words, now)
        await note_opinion(act, version, now, said.actor)
        act.sign_checkpoint()
    return version


async def decide_plan(database: Database, order: DecidePlan) -> PlanVersion:
    """Adopt or refuse the version that was submitted last, as the bureau decided.

    Adopted, it replaces the one in force; refused, the next draft is opened.

    Raises:
        PlanError: As `domain.adoption.decided`.
        PatientDataError: The reason holds a patient's identity.
    """
    refuse_patient_data(order.reason or "")
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        now = Moment(act.at, tenant.zone_info)
        history = await plans.history(act.connection, act.cpts_id)
        before = adoption.last_that_left(history)
        plan = await plans.version(
            act.connection, act.cpts_id, before.plan_id, before.number
        )
        known = dict(await people.all_of(act.connection, act.cpts_id))
        presiding = presidency(tenant, plan, known)
        said = order.model_dump(exclude={"cpts_id", "actor"})
        decision = Decision(
            **said
            | {"signed_by": _id_of(known, order.signed_by), "sha256": before.sha256}
        )
        version = adoption.decided(before, decision, presiding, tenant.knobs, now)
        if order.adopted:
            for other in history:
                if other.status is VersionStatus.ADOPTED:
                    await plans.stand(act, adoption.replaced(other, act.at))
        await plans.stand(act, version)
        act.note(
            "plan.decided",
            about=version.plan_id,
            actor=order.actor,
            facts=decision.model_dump(mode="json", exclude={"signed_by"})
            | {"number": version.number, "deputy": presiding[decision.signed_by]},
            sealed={"signed_by": decision.signed_by},
        )
        if not order.adopted:
            await _open_next(act, plan, order.actor)
        act.sign_checkpoint()
    return version


def presidency(
    tenant: Cpts, plan: Plan, known: Mapping[str, Person]
) -> dict[str, bool]:
    """Say who may sign, and whether as a deputy: those of the plan, those of today.

    Somebody who left may not: the deputy does.

    Args:
        tenant: Its file names the holders of today.
        plan: The version names those of its drafting.
        known: People of the roster, by id.
    """
    found: dict[str, bool] = {}
    if today := tenant.role(PRESIDENCY):
        found[_id_of(known, today.holder)] = False
        found.setdefault(_id_of(known, today.deputy or ""), True)
    for held in plan.holders:
        if held.role == PRESIDENCY:
            found.setdefault(held.person_id, False)
            found.setdefault(held.deputy_id or "", True)
    return {
        person_id: deputy for person_id, deputy in found.items() if person_id in known
    }


def _id_of(known: Mapping[str, Person], named: str) -> str:
    """Give the id of somebody named by id, RPPS or mail; nothing if nobody is."""
    if named in known:
        return named
    person = person_named(known.values(), named)
    return next((i for i, each in known.items() if each is person), "")


async def note_opinion(act: Act, version: PlanVersion, now: Moment, actor: str) -> None:
    """Write down what the ARS answered, or that it did not, inside an act."""
    await plans.stand(act, version)
    act.note(
        "plan.opinion",
        about=version.plan_id,
        actor=actor,
        facts={
            "number": version.number,
            "sha256": version.sha256,
            "opinion": version.opinion,
            "on": now.day(version.opinion_at or now.at).isoformat(),
            "words": version.opinion_words,
        },
    )


async def _open_next(act: Act, plan: Plan, actor: str) -> None:
    """Open the version in which the reason of a refusal is answered."""
    history = await plans.history(act.connection, act.cpts_id)
    if history[-1].number != plan.number:
        return  # somebody opened it already
    saved = await plans.add(act, plan.working(history))
    act.note(
        "plan.made",
        about=plan.plan_id,
        actor=actor,
        facts={
            "number": saved.number,
            "revision": saved.revision,
            "template": plan.template.template_id,
            "sha256": saved.sha256,
        },
    )
