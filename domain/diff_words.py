"""The differences between two versions in French words: labels, names, delays.

Source: docs/sources.md#plan-differences
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from domain.calendar import french_date
from domain.card_words import PHASE_LABELS, CardWords, span
from domain.content import Reading
from domain.diff_labels import (
    CARD_LABELS,
    DISABLED_LABELS,
    KIND_LABELS,
    ORIGIN_LABELS,
)
from domain.duration import parse_duration
from domain.form import ROWS, FieldForm, Shape
from domain.person import Person
from domain.plan import Plan
from domain.plan_diff import (
    BUREAU,
    CARDS,
    DEPUTY,
    DISABLED,
    HOLDER,
    HOLDERS,
    Difference,
    Place,
    PlanDifferences,
    SectionDifferences,
)
from domain.printed_plan import PrintedDifference
from domain.printed_section import GONE, OWNERS, PERSON
from domain.proof_label import proof_label
from domain.wording import ORDER_LABELS

WITHHELD = "une personne nommée dans l'édition de crise"
_LABELS = {ROWS: "Tableau", BUREAU: "Bureau"}
_SEATS = {HOLDER: "titulaire", DEPUTY: "suppléant"}
_BOTH = {"rapide", "lente"}
_PEOPLE = {"min", "cible"}
_DELAY = re.compile(r"P(?=\d|T)(\d+D)?(T(\d+H)?(\d+M)?)?")


@dataclass(frozen=True, slots=True)
class DiffWords:
    """What turns differences into words; in public, nobody is named."""

    fields: Mapping[tuple[str, str], FieldForm]
    sections: Mapping[str, str]
    codes: Mapping[str, str]  # any code of the templates to its label
    cards: Mapping[str, str]  # and types, to their titles
    people: Mapping[str, Person]
    public: bool

    @classmethod
    def of(
        cls,
        before: Plan,
        after: Plan,
        people: Mapping[str, Person],
        *,
        public: bool = False,
    ) -> "DiffWords":
        """Take the words of both versions; those of the later win."""
        fields: dict[tuple[str, str], FieldForm] = {}
        sections: dict[str, str] = {}
        codes: dict[str, str] = {**OWNERS, **ORDER_LABELS}
        cards: dict[str, str] = {}
        codes |= {phase.value: label for phase, label in PHASE_LABELS.items()}
        for plan in (before, after):
            template = plan.template
            words = CardWords.of(template)
            for form in template.forms:
                fields |= {
                    (form.section_id, field.name): field for field in form.fields
                }
            sections |= {s.section_id: s.title for s in template.sections}
            for known in (words.roles, words.professions, words.skills):
                codes |= known
            codes |= {**words.partners, **words.proofs, **words.scenarios}
            cards |= {t.code: f"Type {t.number}, {t.label}" for t in template.types}
            cards |= {g.card_id: f"{g.card_id} {g.card.title}" for g in plan.disabled}
            cards |= {c.card_id: f"{c.card_id} {c.title}" for c in template.cards}
        return cls(fields, sections, codes, cards, people, public)

    def told(self, found: PlanDifferences) -> tuple[PrintedDifference, ...]:
        """Say every difference; in public, nothing of a private field."""
        return tuple(self.one(each) for each in found.all if self._shown(each))

    def one(self, each: Difference) -> PrintedDifference:
        """Say one difference."""
        old, new = (self._read(each.place, text) for text in (each.old, each.new))
        if isinstance(old, list) and isinstance(new, list):
            old, new = _only_in(old, new), _only_in(new, old)
        said, now = self._said(each.place, old), self._said(each.place, new)
        origin = ORIGIN_LABELS[each.origin]
        explained = each.detail and each.detail not in {said, now}
        return PrintedDifference(
            section=f"{each.section_id} {self.sections[each.section_id]}",
            target=self.label(each.place),
            kind=_kind(each),
            before=said or None,
            after=now or None,
            origin=f"{origin} : {each.detail}" if explained else origin,
            author=each.author and self.codes.get(each.author, each.author),
            on=each.on,
        )

    def value(self, place: Place, text: str) -> str:
        """Say the canonical JSON of what stands there; nothing is said empty."""
        return self._said(place, self._read(place, text))

    def label(self, place: Place) -> str:
        """Name a field, a role, a card, or a field of a card."""
        name, _, field = place.target.partition(".")
        if place.section_id == CARDS and name in self.cards:
            if field in {"", DISABLED}:
                return self.cards[name]
            return f"{self.cards[name]} : {CARD_LABELS.get(field, field)}"
        if place.section_id == HOLDERS and field in _SEATS:
            return f"{self.codes.get(name, name)} : {_SEATS[field]}"
        if name in _LABELS:
            return _LABELS[name]
        form = self.fields.get((place.section_id, name))
        return form.label if form else name

    def title(self, section: SectionDifferences) -> str:
        """Name a section."""
        return f"{section.section_id} {self.sections[section.section_id]}"

    def read(self, reading: Reading) -> str:
        """Say that a section was read, and nothing changed."""
        on, who = french_date(reading.on), self.who(reading.person_id)
        return f"Relu le {on} par {who}, sans changement."

    def who(self, person_id: str) -> str:
        """Put a name on an id."""
        if self.public:
            return WITHHELD
        known = self.people.get(person_id)
        return known.full_name if known else GONE

    def _shown(self, each: Difference) -> bool:
        form = self.fields.get(each.place)
        return not (self.public and form and form.private)

    def _read(self, place: Place, text: str | None) -> JsonValue:
        value: JsonValue = None if text is None else json.loads(text)
        if self.public and place.target == ROWS and isinstance(value, list):
            return [self._without_private(place.section_id, row) for row in value]
        return value

    def _without_private(self, section_id: str, row: JsonValue) -> JsonValue:
        if not isinstance(row, dict):
            return row
        hidden = {
            n for (s, n), f in self.fields.items() if s == section_id and f.private
        }
        return {key: cell for key, cell in row.items() if key not in hidden}

    def _said(self, place: Place, value: JsonValue) -> str:
        form = self.fields.get(place)
        field = place.target.partition(".")[2]
        if place.target == BUREAU and isinstance(value, list):
            return " ; ".join(self.who(str(person_id)) for person_id in value)
        is_person = (form and form.shape is Shape.PERSON) or (
            place.section_id == HOLDERS and field in _SEATS
        )
        if is_person and isinstance(value, str):
            return self.who(value)
        if place.section_id == CARDS and not field and isinstance(value, dict):
            return self._card(value)
        return self._words(value)

    def _card(self, document: Mapping[str, JsonValue]) -> str:
        """Say a whole card, or type, that comes or goes."""
        shown = ("roles", "echeance", "quoi", "prudence", "role_de_la_cpts", DISABLED)
        return "\n".join(
            f"{CARD_LABELS[key]} : {self._words(document[key])}"
            for key in shown
            if key in document
        )

    def _words(self, value: JsonValue) -> str:
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, dict):
            return self._pairs(value)
        if isinstance(value, list):
            words = [self._words(each) for each in value]
            return ("\n" if any(map(_is_sentence, words)) else " ; ").join(words)
        if not isinstance(value, str):
            return "" if value is None else str(value)
        if _DELAY.fullmatch(value):
            return span(parse_duration(value))
        return self.codes.get(value) or self.cards.get(value, value)

    def _pairs(self, value: Mapping[str, JsonValue]) -> str:
        """Say a row, a delay for each kinetic, a number of people, a proof."""
        if value.keys() == _BOTH:
            fast, slow = (self._words(value[key]) for key in ("rapide", "lente"))
            said = f"{fast} (crise rapide), {slow} (crise lente)"
            return fast if fast == slow else said
        if value.keys() == _PEOPLE:
            least, most = value["min"], value["cible"]
            return f"{least}" if least == most else f"{least} à {most}"
        cells = [
            self.who(str(cell)) if key == PERSON else self._cell(key, cell)
            for key, cell in value.items()
            if cell not in ("", [], None)
        ]
        return " · ".join(cells)

    def _cell(self, key: str, cell: JsonValue) -> str:
        if key == "champs" and isinstance(cell, list):
            return ", ".join(proof_label(str(name)) for name in cell)
        return self._words(cell)


def _kind(each: Difference) -> str:
    disabled = each.section_id == CARDS and each.target.endswith(f".{DISABLED}")
    return (DISABLED_LABELS if disabled else KIND_LABELS)[each.kind]


def _is_sentence(words: str) -> bool:
    return words.endswith((".", "?", "!")) or " · " in words


def _only_in(some: Iterable[JsonValue], others: Iterable[JsonValue]) -> list[JsonValue]:
    known = tuple(others)
    return [each for each in some if each not in known]
