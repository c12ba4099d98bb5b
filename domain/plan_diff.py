"""What two versions of a plan say otherwise, section by section.

What changed is computed by comparing what both say; who, when and why are read from the
changes that the later version carries.

Source: docs/sources.md#plan-differences
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

from domain.card import ActionCard
from domain.card_field import canonical
from domain.content import Change, ChangeOrigin, Layer, Reading
from domain.known import FILLS
from domain.known_facts import Source
from domain.plan import Plan

CARDS = "SEC-16"
HOLDERS = "SEC-02"
DISABLED = "desactivee"
"""The field of a card that is not played: why."""
HOLDER, DEPUTY, BUREAU = "titulaire", "suppleant", "bureau"
_TOLD_ELSEWHERE = frozenset({Source.HOLDERS, Source.VERSIONS})
_TOLD_BY_SECTIONS = frozenset({"cartes", "desactivation", "retex", "indicateurs"})
_ORIGINS = {
    Source.TEMPLATE: ChangeOrigin.TEMPLATE,
    Source.EXERCISES: ChangeOrigin.EXERCISE,
}


class ChangeKind(StrEnum):
    """What became of something that a plan says."""

    ADDED = "AJOUTE"
    CHANGED = "MODIFIE"
    REMOVED = "SUPPRIME"


class Place(NamedTuple):
    """Where a plan says something: a field, a role, a card or one of its fields."""

    section_id: str
    target: str


def place_of(target: str) -> Place:
    """Read where a conflict stands: a field of a section, a card, one of its own."""
    section_id, _, name = target.partition(".")
    of_section = section_id.startswith("SEC-")
    return Place(section_id, name) if of_section else Place(CARDS, target)


Said: TypeAlias = Mapping[Place, JsonValue]
"""All that a plan says, by place; a card and a type are one document each."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Difference(_Frozen):
    """One thing said otherwise; `old` and `new` are canonical JSON."""

    section_id: str
    target: str  # `orsan_region`, `PILOTAGE.titulaire`, `L1-01`, `T1-01.echeance`
    kind: ChangeKind
    old: str | None
    new: str | None
    origin: ChangeOrigin = ChangeOrigin.DRAFTING
    author: str | None = None  # role code
    on: date | None = None
    detail: str | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.section_id, self.target)


class SectionDifferences(_Frozen):
    """One section: what changed, or who read it and changed nothing."""

    section_id: str
    differences: tuple[Difference, ...]
    reading: Reading | None


class PlanDifferences(_Frozen):
    """What the version `after` says otherwise than the version `before`."""

    cpts_id: str
    before: int
    after: int
    sections: tuple[SectionDifferences, ...]  # those with something to tell

    @property
    def all(self) -> tuple[Difference, ...]:
        """Every difference, in the order of sections."""
        return tuple(d for section in self.sections for d in section.differences)


def differences(before: Plan, after: Plan) -> PlanDifferences:
    """Compare two versions of one plan."""
    changes = {Place(c.section_id, c.target): c for c in after.changes}  # the last
    ours = frozenset(_ours(before)) | frozenset(_ours(after))
    found: dict[str, list[Difference]] = {}
    for place, old, new in _compared(said(before), said(after)):
        change = changes.get(place) or changes.get(_whole(place))
        why = _why(change) if change else {"origin": _origin(place, ours)}
        told = _told(place, old, new).model_copy(update=why)
        found.setdefault(place.section_id, []).append(told)
    titled = (*after.template.sections, *before.template.sections)
    ids = dict.fromkeys(section.section_id for section in titled)
    sections = (
        SectionDifferences(
            section_id=section_id,
            differences=tuple(found.get(section_id, ())),
            reading=after.section(section_id).reading,
        )
        for section_id in ids
    )
    return PlanDifferences(
        cpts_id=after.cpts_id,
        before=before.number,
        after=after.number,
        sections=tuple(s for s in sections if s.differences or s.reading),
    )


def said(plan: Plan) -> Said:
    """Gather all that a plan says, once each.

    What repeats the holders of roles, or tells the life of versions, is left out; so is
    how many cards a type has.
    """
    return {**dict(_written(plan)), **dict(_held(plan)), **dict(_played(plan))}


def _written(plan: Plan) -> Iterator[tuple[Place, JsonValue]]:
    for section in plan.sections:
        for field in section.fields:
            if not _is_told_elsewhere(section.section_id, field.name):
                value = json.loads(canonical(field.value))
                yield Place(section.section_id, field.name), value


def _held(plan: Plan) -> Iterator[tuple[Place, JsonValue]]:
    for holder in plan.holders:
        yield Place(HOLDERS, f"{holder.role}.{HOLDER}"), holder.person_id
        if holder.deputy_id:
            yield Place(HOLDERS, f"{holder.role}.{DEPUTY}"), holder.deputy_id
    if plan.bureau:
        yield Place(HOLDERS, BUREAU), [*plan.bureau]


def _played(plan: Plan) -> Iterator[tuple[Place, JsonValue]]:
    for sheet in plan.template.types:
        written = sheet.model_dump(mode="json")
        document = {k: v for k, v in written.items() if k not in _TOLD_BY_SECTIONS}
        yield Place(CARDS, sheet.code), document
    for card in plan.template.cards:
        yield Place(CARDS, card.card_id), _document(card)
    for gone in plan.disabled:
        document = {**_document(gone.card), DISABLED: gone.reason}
        yield Place(CARDS, gone.card_id), document


def _document(card: ActionCard) -> dict[str, JsonValue]:
    return card.model_dump(mode="json", exclude_none=True, exclude={"card_id"})


def _is_told_elsewhere(section_id: str, name: str) -> bool:
    fill = FILLS.get((section_id, name))
    return fill is not None and (section_id == CARDS or fill.source in _TOLD_ELSEWHERE)


def _compared(
    before: Said, after: Said
) -> Iterator[tuple[Place, JsonValue, JsonValue]]:
    for place in dict.fromkeys((*before, *after)):
        old, new = before.get(place), after.get(place)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys((*old, *new)):
                if old.get(key) != new.get(key):
                    inner = Place(place.section_id, f"{place.target}.{key}")
                    yield inner, old.get(key), new.get(key)
        else:
            yield place, old, new


def _told(place: Place, old: JsonValue, new: JsonValue) -> Difference:
    kind = ChangeKind.CHANGED
    if old is None or new is None:
        kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    return Difference(
        section_id=place.section_id,
        target=place.target,
        kind=kind,
        old=None if old is None else canonical(old),
        new=None if new is None else canonical(new),
    )


def _why(change: Change) -> Mapping[str, object]:
    """Say who changed something, when and why, as the version carries it."""
    return change.model_dump(include={"origin", "author", "on", "detail"})


def _ours(plan: Plan) -> Iterator[Place]:
    """List what the CPTS itself changed in its cards."""
    for card_id in plan.local_cards:
        yield Place(CARDS, card_id)
    for gone in plan.disabled:
        yield Place(CARDS, f"{gone.card_id}.{DISABLED}")
    for edit in plan.edits:
        if edit.layer is Layer.CPTS:
            yield Place(CARDS, f"{edit.card_id}.{edit.field}")


def _whole(place: Place) -> Place:
    return Place(place.section_id, place.target.partition(".")[0])


def _origin(place: Place, ours: frozenset[Place]) -> ChangeOrigin:
    """Say where something comes from that nobody explained."""
    fill = FILLS.get(place)
    if fill:
        return _ORIGINS.get(fill.source, ChangeOrigin.DIRECTORY)
    if place.section_id == HOLDERS and place.target.endswith((HOLDER, DEPUTY, BUREAU)):
        return ChangeOrigin.DIRECTORY
    if place.section_id != CARDS or place in ours or _whole(place) in ours:
        return ChangeOrigin.DRAFTING
    return ChangeOrigin.TEMPLATE
