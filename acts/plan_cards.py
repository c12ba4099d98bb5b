"""The cards of the draft, as a CPTS edits, adds, disables and enables them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from adapters.database import known_facts, links, plans, tenants
from adapters.database.unit import Act, Database
from domain.card import ActionCard
from domain.card_editing import add_card, disable_card, edit_card, enable_card
from domain.content import ChangeOrigin
from domain.errors import FormAlreadyPostedError
from domain.known import with_known
from domain.ledger import Fact
from domain.merge_decision import decide
from domain.plan import Plan
from domain.plan_change import recorded
from domain.plan_errors import ChangedMeanwhileError
from domain.plan_version import PlanVersion
from domain.privacy import refuse_patient_data
from domain.section_edit import Saying, check_author

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)
]


class ChangeDraft(BaseModel):
    """The draft as it was read, who changes it, and why."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    number: int
    revision: int  # what somebody else saved since is not lost
    nonce: str = ""  # of the form that gave it: a form is taken once
    author: str
    origin: ChangeOrigin = ChangeOrigin.DRAFTING


class EditCard(ChangeDraft):
    """A card as it must be, its id among those of the plan."""

    card: ActionCard
    reason: Reason


class AddCard(ChangeDraft):
    """A card that the template does not have: `L1-01`."""

    card: ActionCard
    reason: Reason


class DisableCard(ChangeDraft):
    """A card that this CPTS no longer plays."""

    card_id: str
    reason: Reason


class EnableCard(ChangeDraft):
    """A card that it plays again."""

    card_id: str


class DecideConflicts(ChangeDraft):
    """Of which conflicts ours stays, and of which theirs replaces it."""

    keep: tuple[str, ...] = ()
    take: tuple[str, ...] = ()
    origin: ChangeOrigin = ChangeOrigin.TEMPLATE


async def edit_plan_card(database: Database, order: EditCard) -> Plan:
    """Have a card of the draft say this.

    Raises:
        CardDisabledError: It is disabled.
        CardNotInPlanError: There is no such card.
        CardRefusedError: It would break a rule.
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was given twice.
        NoDraftError: The last version left already.
        NothingToChangeError: The plan says this already.
        PatientDataError: A text holds a patient's identity.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
    """
    _refuse_patients(order.card, order.reason)
    async with database.act(order.cpts_id) as act:
        saved = await _saved(
            act,
            order,
            lambda plan: edit_card(plan, order.card, order.reason),
            order.reason,
        )
        act.note(
            "plan.card_edited",
            about=saved.standing.plan_id,
            actor=order.author,
            facts={**saved.facts, "about": order.card.card_id},
        )
    return saved.plan


async def add_plan_card(database: Database, order: AddCard) -> Plan:
    """Add a card of the CPTS to the draft.

    Raises:
        CardExistsError: The plan has a card of this id.
        CardRefusedError: Its number is not one of a CPTS, or it would break a rule.
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was given twice.
        NoDraftError: The last version left already.
        PatientDataError: A text holds a patient's identity.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
    """
    _refuse_patients(order.card, order.reason)
    async with database.act(order.cpts_id) as act:
        saved = await _saved(
            act, order, lambda plan: add_card(plan, order.card), order.reason
        )
        act.note(
            "plan.card_added",
            about=saved.standing.plan_id,
            actor=order.author,
            facts={**saved.facts, "about": order.card.card_id},
        )
    return saved.plan


async def disable_plan_card(database: Database, order: DisableCard) -> Plan:
    """No longer play a card, from the next crisis on.

    Raises:
        CardDisabledError: It is disabled already.
        CardNeededError: Other cards, or departures of waves, lean on it.
        CardNotInPlanError: There is no such card.
        CardRefusedError: A rule wants it played.
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was given twice.
        NoDraftError: The last version left already.
        PatientDataError: The reason holds a patient's identity.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        saved = await _saved(
            act,
            order,
            lambda plan: disable_card(plan, order.card_id, order.reason),
            order.reason,
        )
        act.note(
            "plan.card_disabled",
            about=saved.standing.plan_id,
            actor=order.author,
            facts={**saved.facts, "about": order.card_id},
        )
    return saved.plan


async def enable_plan_card(database: Database, order: EnableCard) -> Plan:
    """Play a disabled card again.

    Raises:
        CardNotInPlanError: There is no such card.
        CardPlayedError: It is not disabled.
        CardRefusedError: It would break a rule.
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was given twice.
        NoDraftError: The last version left already.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
    """
    async with database.act(order.cpts_id) as act:
        saved = await _saved(
            act, order, lambda plan: enable_card(plan, order.card_id), None
        )
        act.note(
            "plan.card_enabled",
            about=saved.standing.plan_id,
            actor=order.author,
            facts={**saved.facts, "about": order.card_id},
        )
    return saved.plan


async def decide_conflicts(database: Database, order: DecideConflicts) -> Plan:
    """Decide what waited since the plan was laid over another template.

    Raises:
        CardRefusedError: What is decided would break a rule.
        ChangedMeanwhileError: Somebody else saved the draft since it was read.
        FormAlreadyPostedError: The same form was given twice.
        NoDraftError: The last version left already.
        UnknownConflictError: No conflict is about one of them.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownRoleError: The author is no role of the plan.
    """
    targets = ", ".join((*order.keep, *order.take))
    async with database.act(order.cpts_id) as act:
        saved = await _saved(
            act, order, lambda plan: decide(plan, order.keep, order.take), None
        )
        act.note(
            "plan.conflicts_decided",
            about=saved.standing.plan_id,
            actor=order.author,
            facts={**saved.facts, "about": targets},
        )
    return saved.plan


def _refuse_patients(card: ActionCard, reason: str) -> None:
    condition = card.condition or ""
    refuse_patient_data(card.title, *card.steps, card.caution, condition, reason)


@dataclass(frozen=True, slots=True)
class _Saved:
    plan: Plan
    standing: PlanVersion
    facts: Mapping[str, Fact]


async def _saved(
    act: Act,
    order: ChangeDraft,
    change: Callable[[Plan], Plan],
    reason: str | None,
) -> _Saved:
    """Change the draft that was read, and save it with who did it and why."""
    tenant = await tenants.hold(act)
    if order.nonce and not await links.use_nonce(act, order.nonce):
        raise FormAlreadyPostedError
    plan, standing = await plans.draft(act.connection, order.cpts_id)
    if (standing.number, standing.revision) != (order.number, order.revision):
        raise ChangedMeanwhileError(number=standing.number)
    check_author(plan, order.author)
    facts = await known_facts.read(act.connection, tenant, plan.template, act.at)
    saying = Saying(order.author, facts.on, order.origin, reason)
    said = with_known(recorded(plan, change(plan), saying), facts)
    saved = await plans.save_draft(act, said, order.revision)
    return _Saved(
        plan=said.model_copy(update={"number": saved.number}),
        standing=saved,
        facts={
            "reason": reason,
            "origin": order.origin,
            "number": saved.number,
            "revision": saved.revision,
            "sha256": saved.sha256,
        },
    )
