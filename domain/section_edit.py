"""What a saved section changes in a plan: values, their layer, and why."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.card_field import canonical
from domain.content import (
    Change,
    ChangeOrigin,
    FieldValue,
    Layer,
    Reading,
    SectionContent,
    Value,
)
from domain.form import SectionForm
from domain.known import in_order
from domain.plan import Plan
from domain.plan_errors import (
    ChangedSectionError,
    RefusedSectionError,
    UnknownRoleError,
    UnknownSectionError,
)
from domain.section_rules import Vocabulary, checked

COORDINATOR = "COORDINATEUR"
"""Who owns sections and is no role of a crisis."""
REGIONAL = "Dit par la région ; ce que vous écrivez prend sa place."
"""What people read beside a value that their region set."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Who changes a plan, when, and why."""

    author: str  # role code
    on: date
    origin: ChangeOrigin = ChangeOrigin.DRAFTING
    detail: str | None = None


def form_of(plan: Plan, section_id: str) -> SectionForm:
    """Give the form of a section.

    Raises:
        UnknownSectionError: The template has no such section.
    """
    forms = {form.section_id: form for form in plan.template.forms}
    if section_id not in forms:
        raise UnknownSectionError(section=section_id)
    return forms[section_id]


def check_author(plan: Plan, role: str) -> None:
    """Refuse an author who is neither a role of the plan nor its coordinator.

    Raises:
        UnknownRoleError: The template has no such role.
    """
    if role not in {COORDINATOR, *(each.code for each in plan.template.held_roles)}:
        raise UnknownRoleError(role=role)


def edited(
    plan: Plan,
    section_id: str,
    typed: Mapping[str, Value],
    words: Vocabulary,
    saying: Saying,
) -> tuple[Plan, tuple[str, ...]]:
    """Write what was typed into a section; give the plan and the fields that changed.

    A field that was not typed stays; one typed empty is cleared, and says again what
    the region says of it.

    Raises:
        RefusedSectionError: Something may not be written; nothing is.
        UnknownSectionError: The template has no such section.
    """
    form, before = form_of(plan, section_id), plan.section(section_id)
    values, wrongs = checked(form, before, typed, words)
    if wrongs:
        raise RefusedSectionError(wrongs, section=section_id)
    said = {field.name: field for field in before.fields}
    written = {name: _over(name, v, said.get(name)) for name, v in values.items()}
    changed = tuple(
        name
        for name, field in written.items()
        if (field.value or None) != before.value(name)
    )
    fields = said | {name: written[name] for name in changed}
    kept = in_order(form, (field for field in fields.values() if field.value))
    after = before.model_copy(update={"fields": kept, "reading": None})
    return (_with(plan, after, changed, saying), changed) if changed else (plan, ())


def _over(name: str, value: Value, said: FieldValue | None) -> FieldValue:
    """Say it over what the region says, which is kept beside, or shows again."""
    was = None
    if said:
        regional = said.layer is Layer.REGIONAL
        was = canonical(said.value) if regional else said.was
    if was and (not value or canonical(value) == was):
        return FieldValue.model_validate(
            {"name": name, "value": json.loads(was), "layer": Layer.REGIONAL}
        )
    return FieldValue(name=name, value=value, layer=Layer.CPTS, was=was)


def _with(
    plan: Plan, section: SectionContent, changed: Collection[str], saying: Saying
) -> Plan:
    changes = tuple(
        Change(
            section_id=section.section_id,
            target=name,
            origin=saying.origin,
            author=saying.author,
            on=saying.on,
            detail=saying.detail,
        )
        for name in changed
    )
    decided = plan.settled(f"{section.section_id}.{name}" for name in changed)
    return with_section(with_changes(decided, changes), section)


def with_section(plan: Plan, section: SectionContent) -> Plan:
    """Put a section in the place of the one it says anew."""
    others = {s.section_id: s for s in plan.sections}
    said = others | {section.section_id: section}
    return plan.model_copy(update={"sections": tuple(said.values())})


def with_changes(plan: Plan, changes: Iterable[Change]) -> Plan:
    """Add changes: the last one of a target is the one that counts."""
    kept = {(c.section_id, c.target): c for c in plan.changes}
    for change in changes:
        kept.pop((change.section_id, change.target), None)
        kept[change.section_id, change.target] = change
    return plan.model_copy(update={"changes": tuple(kept.values())})


def read_again(plan: Plan, section_id: str, person_id: str, on: date) -> Plan:
    """Note that who holds a role read a section, and changed nothing.

    Raises:
        ChangedSectionError: This version changed it.
        UnknownSectionError: The template has no such section.
    """
    form_of(plan, section_id)
    roles = plan.roles_of(person_id)
    if any(change.section_id == section_id for change in plan.changes):
        raise ChangedSectionError(section=section_id)
    sections = (s for s in plan.template.sections if s.section_id == section_id)
    owners = [s.owner for s in sections if s.owner in roles]
    reading = Reading(person_id=person_id, role=(*owners, *roles)[0], on=on)
    said = plan.section(section_id).model_copy(update={"reading": reading})
    return with_section(plan, said)
