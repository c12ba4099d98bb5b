"""What somebody decides of the conflicts of a plan with its new template."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from domain.card_editing import first_breach
from domain.card_field import NOTHING
from domain.content import Conflict, FieldValue, Layer
from domain.layer import layers_of
from domain.layer_errors import CardRefusedError, UnknownConflictError
from domain.plan import Plan

_SECTION = "SEC-"


def decide(plan: Plan, keep: Iterable[str], take: Iterable[str]) -> Plan:
    """Keep ours, or take theirs; what is not named waits.

    Args:
        plan: A draft with conflicts.
        keep: Targets of which ours stays.
        take: Targets of which theirs replaces it.

    Raises:
        CardRefusedError: What is decided would break a rule.
        UnknownConflictError: No conflict is about one of them.
    """
    known = {conflict.target: conflict for conflict in plan.conflicts}
    taken = tuple(take)
    decided = frozenset((*keep, *taken))
    for target in sorted(decided - set(known)):
        raise UnknownConflictError(cpts=plan.cpts_id, target=target)
    settled = plan.settled(decided)
    for target in taken:
        settled = _taken(settled, known[target])
    if broken := first_breach(settled):
        about, rule = broken
        raise CardRefusedError(card=about, rule=rule)
    return settled


def _taken(plan: Plan, conflict: Conflict) -> Plan:
    if conflict.target.startswith(_SECTION):
        return _value_taken(plan, conflict)
    layers = layers_of(plan)
    card_id, _, field = conflict.target.partition(".")
    if field:
        of_it = {(card_id, field)}
        edits = tuple(e for e in layers.edits if (e.card_id, e.field) not in of_it)
        return replace(layers, edits=edits).onto(plan)
    if conflict.theirs == NOTHING:
        added = tuple(card for card in layers.added if card.card_id != card_id)
        layers = replace(layers, added=added)
    disabled = tuple(each for each in layers.disabled if each[0] != card_id)
    return replace(layers, disabled=disabled).onto(plan)


def _value_taken(plan: Plan, conflict: Conflict) -> Plan:
    section_id, _, name = conflict.target.partition(".")
    section = plan.section(section_id)
    said = _said(name, conflict.theirs)
    fields = (said if field.name == name else (field,) for field in section.fields)
    taken = section.model_copy(update={"fields": tuple(chain.from_iterable(fields))})
    sections = tuple(
        taken if each.section_id == section_id else each for each in plan.sections
    )
    return plan.model_copy(update={"sections": sections})


def _said(name: str, theirs: str) -> tuple[FieldValue, ...]:
    if theirs == NOTHING:
        return ()
    value = json.loads(theirs)
    said = FieldValue.model_validate(
        {"name": name, "value": value, "layer": Layer.REGIONAL}
    )
    return (said,)
