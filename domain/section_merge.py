"""The sections of a plan laid over the forms of a template and what its region says."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.card_field import NOTHING, canonical
from domain.content import (
    Aside,
    Attestation,
    Conflict,
    FieldValue,
    Layer,
    SectionContent,
)
from domain.form import SectionForm
from domain.plan import Plan
from domain.region import RegionSheet
from domain.shape import plain, unfit
from domain.template import Template


@dataclass(frozen=True, slots=True)
class MergedSections:
    """Sections as they stand over a new template, and what must be decided."""

    sections: tuple[SectionContent, ...]
    conflicts: tuple[Conflict, ...]
    aside: tuple[Aside, ...]  # what no field of the template takes any more


def merge_sections(
    plan: Plan, template: Template, region: RegionSheet | None
) -> MergedSections:
    """Lay what a plan says over the fields of a template."""
    merge = _Merge(plan, template, region)
    sections = tuple(map(merge.section, (s.section_id for s in template.sections)))
    kept = tuple(s for s in sections if s != SectionContent(section_id=s.section_id))
    conflicts = tuple(c for s in kept for c in merge.conflicts(s))
    return MergedSections(kept, conflicts, tuple(merge.aside()))


@dataclass(frozen=True, slots=True)
class _Merge:
    plan: Plan
    template: Template
    region: RegionSheet | None

    def section(self, section_id: str) -> SectionContent:
        said = self.plan.section(section_id)
        form = self._form(section_id)
        below = {f.name: f for f in self._below(section_id).fields}
        stays = (f for f in said.fields if _stays(f, form))
        fields = below | {f.name: _over(f, below.get(f.name)) for f in stays}
        names = [field.name for field in form.fields] if form else []
        order = {name: rank for rank, name in enumerate(names)}
        ordered = sorted(fields.values(), key=lambda f: order.get(f.name, 0))
        return said.model_copy(
            update={
                "fields": tuple(ordered),
                "attestations": tuple(self._attestations(said)),
            }
        )

    def conflicts(self, merged: SectionContent) -> Iterator[Conflict]:
        before = {f.name: f for f in self.plan.section(merged.section_id).fields}
        for field in merged.fields:
            said = before.get(field.name)
            if said is None or field.layer is not Layer.CPTS:
                continue
            was, theirs = said.was or NOTHING, field.was or NOTHING
            if was != theirs:
                yield Conflict(
                    target=f"{merged.section_id}.{field.name}",
                    theirs=theirs,
                    was=was,
                    ours=canonical(field.value),
                )

    def aside(self) -> Iterator[Aside]:
        labels = {
            (form.section_id, field.name): field.label
            for form in self.plan.template.forms
            for field in form.fields
        }
        for section in self.plan.sections:
            form = self._form(section.section_id)
            for field in section.fields:
                if field.layer is Layer.CPTS and not _stays(field, form):
                    key = (section.section_id, field.name)
                    heading = f"{key[0]} — {labels.get(key, field.name)}"
                    yield Aside(heading=heading, text=plain(field.value))

    def _form(self, section_id: str) -> SectionForm | None:
        forms = (f for f in self.template.forms if f.section_id == section_id)
        return next(forms, None)

    def _below(self, section_id: str) -> SectionContent:
        if self.region is None:
            return SectionContent(section_id=section_id)
        return self.region.section(section_id)

    def _attestations(self, said: SectionContent) -> Iterator[Attestation]:
        """Keep those of checks that the template still asks, wherever they stand."""
        asked = {s.section_id: s.checks for s in self.plan.template.sections}
        asks = {s.section_id: s.checks for s in self.template.sections}
        before, now = asked.get(said.section_id, ()), asks[said.section_id]
        for each in said.attestations:
            if each.check < len(before) and before[each.check] in now:
                rank = now.index(before[each.check])
                yield each.model_copy(update={"check": rank})


def _stays(field: FieldValue, form: SectionForm | None) -> bool:
    """Does the section still take this value? What a region said, it says again."""
    if field.layer is Layer.KNOWN:
        return form is not None and any(f.name == field.name for f in form.fields)
    return field.layer is Layer.CPTS and unfit(form, field.name, field.value) is None


def _over(field: FieldValue, below: FieldValue | None) -> FieldValue:
    """Lay a value over what the layer below says of it."""
    if field.layer is Layer.KNOWN or below is None:
        return field.model_copy(update={"was": None})
    if canonical(below.value) == canonical(field.value):
        return below
    return field.model_copy(update={"was": canonical(below.value)})
