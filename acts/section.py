"""A section of the draft: edited, or read again without a change."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from adapters.database import known_facts, links, plans, tenants
from adapters.database.unit import Act, Database
from domain.aside import part_of, without_part
from domain.content import ChangeOrigin, Value
from domain.directory import person_named
from domain.errors import FormAlreadyPostedError
from domain.known import with_known
from domain.ledger import Fact
from domain.person import Person
from domain.plan import Plan
from domain.plan_errors import ChangedMeanwhileError, NoRoleError
from domain.plan_version import PlanVersion
from domain.privacy import refuse_patient_data
from domain.section_edit import Saying, check_author, edited, read_again
from domain.section_rules import Vocabulary


class _OfDraft(BaseModel):
    """The draft as it was read: what somebody else saved since is not lost."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    section_id: str
    number: int
    revision: int
    nonce: str = ""  # of the form that gave it: a form is taken once


class EditSection(_OfDraft):
    """What was typed in a section of the draft, who typed it, and why."""

    values: Mapping[str, Value]
    author: str
    origin: ChangeOrigin = ChangeOrigin.DRAFTING
    detail: str | None = Field(default=None, max_length=300)
    part: int | None = None  # of an imported document: the field says it from now on


class ReadSection(_OfDraft):
    """« Relu, sans changement », by somebody who holds a role."""

    person: str  # id, RPPS or mail
    actor: str


async def edit_section(
    database: Database, order: EditSection
) -> tuple[PlanVersion, tuple[str, ...]]:
    """Save a section of the draft; give where it stands, and the fields that changed.

    Raises:
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was posted before.
        NoDraftError: The last version left already.
        PatientDataError: The detail holds a patient's identity.
        RefusedSectionError: Something may not be written; nothing is.
        UnknownCptsError: No such CPTS.
        UnknownPartError: No such part waits.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
        UnknownSectionError: The plan has no such section.
    """
    refuse_patient_data(order.detail or "")
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        plan, standing = await _draft(act, order)
        check_author(plan, order.author)
        facts = await known_facts.read(act.connection, tenant, plan.template, act.at)
        words = Vocabulary(
            zones=tenant.zones,
            types=tuple(sheet.code for sheet in plan.template.types),
            roles=tuple(role.code for role in plan.template.held_roles),
            today=facts.on,
        )
        saying = Saying(order.author, facts.on, order.origin, order.detail)
        said, changed = edited(plan, order.section_id, order.values, words, saying)
        if order.part is not None:
            said = without_part(said, part_of(said, order.part).number)
        elif not changed:
            return standing, ()
        saved = await plans.save_draft(act, with_known(said, facts), order.revision)
        act.note(
            "plan.edited",
            about=saved.plan_id,
            actor=order.author,
            facts={
                **_facts(order, saved),
                "fields": list(changed),
                "origin": order.origin,
            },
        )
    return saved, changed


async def read_section(database: Database, order: ReadSection) -> PlanVersion:
    """Note that a section was read again, and that nothing had to change.

    Raises:
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        ChangedSectionError: This version changed the section.
        FormAlreadyPostedError: The same form was posted before.
        NoDraftError: The last version left already.
        NoRoleError: Nobody who holds a role of the plan answers to it.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownSectionError: The plan has no such section.
    """
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        plan, _ = await _draft(act, order)
        facts = await known_facts.read(act.connection, tenant, plan.template, act.at)
        who = _holder(plan, dict(facts.roster), order.person)
        said = read_again(plan, order.section_id, who, facts.on)
        saved = await plans.save_draft(act, with_known(said, facts), order.revision)
        act.note(
            "plan.read",
            about=saved.plan_id,
            actor=order.actor,
            facts=_facts(order, saved),
            sealed={"person": who},
        )
    return saved


async def _draft(act: Act, order: _OfDraft) -> tuple[Plan, PlanVersion]:
    """Give the draft, if it is the one that was read."""
    if order.nonce and not await links.use_nonce(act, order.nonce):
        raise FormAlreadyPostedError
    plan, standing = await plans.draft(act.connection, act.cpts_id)
    if (standing.number, standing.revision) != (order.number, order.revision):
        raise ChangedMeanwhileError(number=standing.number)
    return plan, standing


def _facts(order: _OfDraft, saved: PlanVersion) -> dict[str, Fact]:
    return {
        "section": order.section_id,
        "number": saved.number,
        "revision": saved.revision,
        "sha256": saved.sha256,
    }


def _holder(plan: Plan, roster: Mapping[str, Person], said: str) -> str:
    """Find who holds a role of the plan, by id, RPPS or mail.

    Raises:
        NoRoleError: None of them answers to it.
    """
    held = {i: p for i, p in roster.items() if plan.roles_of(i)}
    named = person_named(held.values(), said)
    found = (i for i, person in held.items() if i == said or person == named)
    person_id = next(found, None)
    if person_id is None:
        raise NoRoleError
    return person_id
