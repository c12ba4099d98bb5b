"""What a CPTS does to its cards: edits, adds, disables, enables; each rule is kept.

Source: docs/sources.md#layers
"""

from collections.abc import Iterator
from dataclasses import replace

from domain.card import ActionCard
from domain.card_field import changed_fields, found
from domain.content import CardEdit, Layer
from domain.layer import Layers, has_family, layers_of
from domain.layer_errors import (
    CardDisabledError,
    CardExistsError,
    CardNeededError,
    CardNotInPlanError,
    CardPlayedError,
    CardRefusedError,
    NothingToChangeError,
)
from domain.plan import Plan
from domain.template import Template
from domain.template_rules import breaches

FIRST_REGIONAL = 51
"""A CPTS numbers its cards from 01 to 50, a region from 51: they never collide."""


def edit_card(plan: Plan, wanted: ActionCard, reason: str) -> Plan:
    """Have a card say this; a field that says what the layer below says is no edit.

    Raises:
        CardDisabledError: It is disabled.
        CardNotInPlanError: There is no such card.
        CardRefusedError: It would break a rule.
        NothingToChangeError: The plan says this already.
    """
    layers = layers_of(plan)
    before = _played(plan, wanted.card_id)
    if before == wanted:
        raise NothingToChangeError(target=wanted.card_id)
    if wanted.card_id in plan.local_cards:
        cards = tuple(
            wanted if c.card_id == wanted.card_id else c for c in layers.added
        )
        return _checked(replace(layers, added=cards), plan, wanted.card_id)
    known = {(edit.card_id, edit.field): edit for edit in layers.edits}
    below = found(layers.below.cards, wanted.card_id) or before
    edits = []
    for field, (was, value) in changed_fields(below, wanted).items():
        edit = known.get((wanted.card_id, field))
        if edit is None or edit.value != value:
            edit = CardEdit(
                card_id=wanted.card_id,
                field=field,
                was=was,
                value=value,
                layer=Layer.CPTS,
                reason=reason,
            )
        edits.append(edit)
    kept = layers.without_edits_of(wanted.card_id)
    changed = changed_fields(before, wanted)
    settled = plan.settled(f"{wanted.card_id}.{field}" for field in changed)
    edited = replace(kept, edits=(*kept.edits, *edits))
    return _checked(edited, settled, wanted.card_id)


def add_card(plan: Plan, card: ActionCard) -> Plan:
    """Add a card of the CPTS: `L1-01` for the first type, `LC-01` for a common one.

    Raises:
        CardExistsError: The plan has a card of this id.
        CardRefusedError: Its number is not one of a CPTS, or it would break a rule.
    """
    layers = layers_of(plan)
    prefix, number = card.card_id.split("-")
    if card.card_id in layers.cards:
        raise CardExistsError(card=card.card_id, free=_free(layers, prefix))
    if not prefix.startswith("L"):
        rule = "une fiche ajoutée commence par L : L1-01, ou LC-01 si elle est commune"
        raise CardRefusedError(card=card.card_id, rule=rule)
    if not 1 <= int(number) < FIRST_REGIONAL:
        rule = f"une CPTS numérote ses fiches de 01 à {FIRST_REGIONAL - 1}"
        raise CardRefusedError(card=card.card_id, rule=rule)
    if not has_family(plan.template, card.card_id):
        raise CardRefusedError(card=card.card_id, rule="le plan n'a pas ce type")
    added = replace(layers, added=(*layers.added, card))
    return _checked(added, plan, card.card_id)


def disable_card(plan: Plan, card_id: str, reason: str) -> Plan:
    """No longer play a card; it keeps its content, its place and its id.

    Raises:
        CardDisabledError: It is disabled already.
        CardNeededError: Other cards, or departures of waves, lean on it.
        CardNotInPlanError: There is no such card.
        CardRefusedError: A rule wants it played.
    """
    layers = layers_of(plan)
    _played(plan, card_id)
    if others := ", ".join(_leaning(plan.template, card_id)):
        raise CardNeededError(card=card_id, others=others)
    disabled = (*layers.disabled, (card_id, reason))
    return _checked(replace(layers, disabled=disabled), plan, card_id)


def enable_card(plan: Plan, card_id: str) -> Plan:
    """Play a disabled card again, where it stood.

    Raises:
        CardNotInPlanError: There is no such card.
        CardPlayedError: It is not disabled.
        CardRefusedError: It would break a rule.
    """
    layers = layers_of(plan)
    if card_id not in layers.cards:
        raise CardNotInPlanError(card=card_id)
    left = tuple(each for each in layers.disabled if each[0] != card_id)
    if left == layers.disabled:
        raise CardPlayedError(card=card_id)
    enabled = replace(layers, disabled=left)
    return _checked(enabled, plan.settled([card_id]), card_id)


def free_card_id(plan: Plan, card_id: str) -> str:
    """Give the first number that a card of the CPTS may take beside this one."""
    return _free(layers_of(plan), card_id.partition("-")[0])


def first_breach(plan: Plan) -> tuple[str, str] | None:
    """Say what is wrong with the template as it is played: what about, and the rule."""
    found_one = next(breaches(plan.template), None)
    return (found_one.about, found_one.rule) if found_one else None


def _played(plan: Plan, card_id: str) -> ActionCard:
    card = found(plan.template.cards, card_id)
    if card is not None:
        return card
    if any(gone.card_id == card_id for gone in plan.disabled):
        raise CardDisabledError(card=card_id)
    raise CardNotInPlanError(card=card_id)


def _checked(layers: Layers, plan: Plan, card_id: str) -> Plan:
    changed = layers.onto(plan)
    if broken := first_breach(changed):
        about, rule = broken
        said = rule if about == card_id else f"{about} : {rule}"
        raise CardRefusedError(card=card_id, rule=said)
    return changed


def _leaning(template: Template, card_id: str) -> Iterator[str]:
    for card in template.cards:
        inner = (name for part in card.milestones for name in part.depends_on)
        if card_id in {*card.depends_on, *inner, card.same_call_as, card.team_of}:
            yield card.card_id
    for condition in template.departures.conditions:
        if condition.awaits == card_id:
            yield f"le départ de {', '.join((*condition.waves, *condition.campaigns))}"


def _free(layers: Layers, prefix: str) -> str:
    family = prefix if prefix.startswith("L") else f"L{prefix[1]}"
    numbers = range(1, FIRST_REGIONAL)
    names = (f"{family}-{number:02}" for number in numbers)
    return next((name for name in names if name not in layers.cards), f"{family}-…")
