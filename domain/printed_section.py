"""A section of the plan in words: labels on codes, names on ids, days as said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.calendar import french_date
from domain.card_words import labels
from domain.content import Attestation, Row, SectionContent, Value
from domain.form import ROWS, FieldForm, SectionForm, Shape
from domain.person import Person
from domain.printed_plan import PrintedField, PrintedSection, PrintedTable
from domain.section import Section
from domain.template import Template
from domain.wording import MESSAGE_LABELS, WAVE_LABELS

PERSON = "personne"
"""The column of a table that holds ids."""
GONE = "personne qui a quitté l'annuaire"
OWNERS = {"COORDINATEUR": "Coordination de la CPTS"}
"""Who owns a section and is no role of the crisis."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIST = ("types_possibles",)  # codes separated by commas, of the types


@dataclass(frozen=True, slots=True)
class SectionWords:
    """What turns the content of a section into words."""

    template: Template
    people: Mapping[str, Person]
    public: bool

    def printed(self, section: Section, content: SectionContent) -> PrintedSection:
        """Write a section, whole: what is empty is shown too."""
        form = next(
            each
            for each in self.template.forms
            if each.section_id == section.section_id
        )
        return PrintedSection(
            section_id=section.section_id,
            title=section.title,
            owner=self._owner(section.owner),
            fields=tuple(self._fields(form, content)),
            attested=tuple(
                self._attested(section.checks[each.check], each)
                for each in content.attestations
                if each.check < len(section.checks)
            ),
            read=content.reading
            and f"Relu le {french_date(content.reading.on)} par "
            f"{self.who(content.reading.person_id)}, sans changement.",
        )

    def who(self, person_id: str) -> str:
        """Put a name on an id; in public, nobody is named."""
        if self.public:
            return "une personne nommée dans l'édition de crise"
        known = self.people.get(person_id)
        return known.full_name if known else GONE

    def _attested(self, check: str, by: Attestation) -> str:
        said = f"{check} : attesté par {self.who(by.person_id)} le {french_date(by.on)}"
        return f"{said} ({by.note})" if by.note else said

    def _owner(self, code: str) -> str:
        return OWNERS.get(code) or labels(self.template.roles).get(code, code)

    def _fields(
        self, form: SectionForm, content: SectionContent
    ) -> Iterable[PrintedField]:
        if form.table:
            columns = {f.name: f.label for f in form.fields if self._shown(f)}
            rows = content.value(ROWS) or ()
            yield PrintedField(label="", table=self._table(columns, rows))
            return
        for field in form.fields:
            if self._shown(field):
                yield self._field(field, content.value(field.name))
            else:
                yield PrintedField(label=field.label, withheld=True)

    def _shown(self, field: FieldForm) -> bool:
        people = field.shape is Shape.PERSON or PERSON in {
            c.name for c in field.columns
        }
        return not (self.public and (field.private or people))

    def _field(self, field: FieldForm, value: Value | None) -> PrintedField:
        said = PrintedField(label=field.label, known=field.known)
        if not value:
            return said
        if field.shape is Shape.TABLE:
            columns = {each.name: each.label for each in field.columns}
            return said.model_copy(update={"table": self._table(columns, value)})
        if isinstance(value, str):
            text = self.who(value) if field.shape is Shape.PERSON else _text(value)
            return said.model_copy(update={"text": text})
        items = tuple(_text(each) for each in value if isinstance(each, str))
        return said.model_copy(update={"items": items})

    def _table(self, columns: Mapping[str, str], rows: Value) -> PrintedTable:
        words = _words(self.template)
        return PrintedTable(
            columns=tuple(columns.values()),
            rows=tuple(
                tuple(self._cell(name, row, words) for name in columns)
                for row in rows
                if isinstance(row, Mapping)
            ),
        )

    def _cell(
        self, column: str, row: Row, words: Mapping[str, Mapping[str, str]]
    ) -> str:
        value = row.get(column, "")
        if column == PERSON:
            return self.who(value) if value else ""
        known = words.get(column, {})
        if column in _LIST:
            parts = (part.strip() for part in value.split(","))
            return " ; ".join(known.get(part, part) for part in parts)
        return known.get(value) or _text(value)


def _words(template: Template) -> Mapping[str, Mapping[str, str]]:
    """Labels of the codes that a column may hold, by its name."""
    types = {sheet.code: sheet.label for sheet in template.types}
    return {
        "role": labels(template.roles),
        "profession": labels(template.professions),
        "code": labels(template.partners) | WAVE_LABELS | MESSAGE_LABELS,
        "competence": labels(template.skills),
        "nature": labels(template.structures) | labels(template.partners),
        "type": types,
        "types_possibles": types,
    }


def _text(value: str) -> str:
    """Write a day as people say it; leave anything else as it is."""
    if not _DAY.fullmatch(value):
        return value
    try:
        return french_date(date.fromisoformat(value))
    except ValueError:
        return value
