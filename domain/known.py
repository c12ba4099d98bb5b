"""Fill what Tocsin knows into a plan, at each save of a draft."""

from collections.abc import Iterable

from domain import known_directory, known_template
from domain.content import FieldValue, Layer, SectionContent
from domain.form import FieldForm, SectionForm
from domain.known_facts import Fills, KnownFacts
from domain.plan import Plan

FILLS: Fills = {**known_directory.FILLS, **known_template.FILLS}


def with_known(plan: Plan, facts: KnownFacts) -> Plan:
    """Give the plan with every known field read again; what people wrote stays."""
    filled = {f.section_id: _filled(plan, f, facts) for f in plan.template.forms}
    others = (s for s in plan.sections if s.section_id not in filled)
    return plan.model_copy(update={"sections": (*filled.values(), *others)})


def _filled(plan: Plan, form: SectionForm, facts: KnownFacts) -> SectionContent:
    content = plan.section(form.section_id)
    known = {field.name for field in form.fields if field.known}
    read = _read(plan, form, facts)
    written = (f for f in content.fields if f.name not in known)
    return content.model_copy(update={"fields": in_order(form, (*read, *written))})


def _read(plan: Plan, form: SectionForm, facts: KnownFacts) -> Iterable[FieldValue]:
    for field in form.fields:
        fill = FILLS.get((form.section_id, field.name)) if field.known else None
        value = fill.value(plan, facts) if fill else None
        if value:
            yield FieldValue(name=field.name, value=value, layer=Layer.KNOWN)


def in_order(form: SectionForm, values: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    """Put values in the order of their form, so that one content has one hash."""
    ranks = {field.name: rank for rank, field in enumerate(form.fields)}
    return tuple(sorted(values, key=lambda value: ranks.get(value.name, len(ranks))))


def source_of(section_id: str, field: FieldForm) -> str:
    """Say where a known field is read: « annuaire », « trame »."""
    fill = FILLS.get((section_id, field.name))
    return fill.source if fill else "Tocsin"
