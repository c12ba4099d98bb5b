"""What may be written in a section: shapes, codes, days, telephones, no patient."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from domain.contact import phone, readable
from domain.content import Row, SectionContent, Value
from domain.form import ROWS, SectionForm, Shape
from domain.privacy import names_patient
from domain.shape import shape_of, unfit

Place: TypeAlias = tuple[str | int, ...]
"""Where something is written: a field, then the rank of a line, then a column."""
LONGEST_TEXT, LONGEST_CELL, MOST_LINES = 10_000, 1_000, 500
_PATIENT = "ce texte semble contenir l'identité d'un patient : retirez-la"
_DAYS = frozenset({"date", "date_visite", "signee_le", "close_le"})  # behind us
_NO_EXPIRY = "sans"
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBER = re.compile(r"\+?\d(?:[ .\-\u00a0\u202f]?\d){5,}")
_CODE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What may not be written, where, and why in French."""

    place: Place
    rule: str

    @property
    def name(self) -> str:
        """The place as a page names it: `lignes.2.zone`."""
        return ".".join(map(str, self.place))

    @property
    def label(self) -> str:
        """The place as people say it: « zone » (n° 3)."""
        named = [part for part in self.place if isinstance(part, str)]
        ranks = [f" (n° {part + 1})" for part in self.place if isinstance(part, int)]
        return f"« {named[-1]} »{''.join(ranks)}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of a section are checked with."""

    zones: tuple[str, ...]
    types: tuple[str, ...]
    roles: tuple[str, ...]
    today: date


Cell: TypeAlias = Callable[[str, Vocabulary], str]


def day_of(text: str) -> date:
    """Read `2026-11-22` or `22/11/2026`.

    Raises:
        ValueError: It is no day; the sentence is in French.
    """
    french = _FRENCH_DAY.fullmatch(text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date.fromisoformat(text)
    except ValueError:
        message = f"« {text} » n'est pas une date : écrivez par exemple 2026-11-22"
        raise ValueError(message) from None


def _past(text: str, words: Vocabulary) -> str:
    day = day_of(text)
    if day > words.today:
        message = f"« {text} » est à venir : une date passée est attendue"
        raise ValueError(message)
    return day.isoformat()


def _day(text: str, _words: Vocabulary) -> str:
    return day_of(text).isoformat()


def _expiry(text: str, _words: Vocabulary) -> str:
    low = text.casefold()
    return _NO_EXPIRY if low == _NO_EXPIRY else day_of(text).isoformat()


def _zone(text: str, words: Vocabulary) -> str:
    return _one_of(text, words.zones, "zone inconnue")


def _types(text: str, words: Vocabulary) -> str:
    codes = (part.strip() for part in text.split(","))
    known = (_one_of(c, words.types, "type de crise inconnu") for c in codes if c)
    return ", ".join(known)


def _one_of(text: str, known: Iterable[str], what: str) -> str:
    found = {each.casefold(): each for each in known}
    if text.casefold() not in found:
        message = f"{what} : « {text} » ; attendu : {', '.join(found.values())}"
        raise ValueError(message)
    return found[text.casefold()]


def _whoever(text: str, words: Vocabulary) -> str:
    """Take a role by its code, or anybody's words; refuse a code that is no role."""
    return _one_of(text, words.roles, "rôle inconnu") if _CODE.fullmatch(text) else text


def _contact(text: str, _words: Vocabulary) -> str:
    """Write the telephones of a text one way, and refuse what is none."""
    return _NUMBER.sub(lambda found: _one_way(found[0]), text)


def _one_way(text: str) -> str:
    """Write a number as people read it; one from abroad keeps its country."""
    e164 = phone(text)
    with suppress(ValueError):
        if phone(readable(e164)) == e164:
            return readable(e164)
    return e164


_CELLS: Mapping[str, Cell] = {
    **dict.fromkeys(_DAYS, _past),
    "echeance": _day,
    "peremption": _expiry,
    "zone": _zone,
    "types_possibles": _types,
    "responsable": _whoever,
    "contact": _contact,
    "contact_ouverture_24h": _contact,
}
"""Columns that hold more than words, by name."""


def checked(
    form: SectionForm,
    standing: SectionContent,
    typed: Mapping[str, Value],
    words: Vocabulary,
) -> tuple[dict[str, Value], tuple[Wrong, ...]]:
    """Read what was typed: the values as they are kept, and what is refused."""
    values: dict[str, Value] = {}
    wrongs: list[Wrong] = []
    for name, value in typed.items():
        if refused := _unfit(form, name, value):
            wrongs.append(Wrong((name,), refused))
            continue
        said = standing.value(name) or ()
        rows = tuple(row for row in said if not isinstance(row, str))
        reader = _Reader(words, _columns(form, name), rows)
        values[name] = reader.value(name, value)
        wrongs += reader.wrongs
    return values, tuple(wrongs)


def _unfit(form: SectionForm, name: str, value: Value) -> str | None:
    whole = form.table and name == ROWS and value
    if whole and shape_of(value) is not Shape.TABLE:
        return "un tableau est attendu"
    return unfit(form, name, value)


def _columns(form: SectionForm, name: str) -> tuple[str, ...]:
    if form.table and name == ROWS:
        return tuple(each.name for each in form.fields)
    return tuple(column.name for column in form.field(name).columns)


@dataclass(frozen=True, slots=True)
class _Reader:
    words: Vocabulary
    columns: tuple[str, ...]
    before: tuple[Row, ...]  # the rows of this field as they stood
    wrongs: list[Wrong] = field(default_factory=list)

    def value(self, name: str, value: Value) -> Value:
        if isinstance(value, str):
            return self._text((name,), value, LONGEST_TEXT)
        if len(value) > MOST_LINES:
            self._refuse((name,), f"trop de lignes : {MOST_LINES} au plus")
            return ()
        lines: Sequence[str | Row] = value
        texts, rows = [], []
        for rank, line in enumerate(lines):
            if isinstance(line, str):
                texts.append(self._text((name, rank), line, LONGEST_CELL))
            else:
                rows.append(self._row((name, rank), line))
        return tuple(filter(None, rows)) or tuple(filter(None, texts))

    def _row(self, place: Place, row: Row) -> Row:
        said = dict(self._cells(place, row))
        due = said.get("echeance", "")
        late = due < self.words.today.isoformat() and "close_le" not in said
        if due and late and said not in self.before:
            rule = f"« {due} » est passée : donnez une date à venir"
            self._refuse((*place, "echeance"), rule)
        return said

    def _cells(self, place: Place, row: Row) -> Iterator[tuple[str, str]]:
        for column, cell in row.items():
            if column not in self.columns:
                rule = f"colonne inconnue ; attendu : {', '.join(self.columns)}"
                self._refuse((*place, column), rule)
            elif said := self._text((*place, column), cell, LONGEST_CELL):
                yield column, said

    def _text(self, place: Place, text: str, longest: int) -> str:
        said = _plain(text)
        read = _CELLS.get(str(place[-1])) if len(place) > 1 else None
        try:
            _check(said, longest)
            return read(said, self.words) if read and said else said
        except ValueError as refused:
            self._refuse(place, str(refused))
            return said

    def _refuse(self, place: Place, rule: str) -> None:
        self.wrongs.append(Wrong(place, rule))


def _check(text: str, longest: int) -> None:
    if len(text) > longest:
        message = f"texte trop long : {longest} caractères au plus"
        raise ValueError(message)
    if names_patient(text):
        raise ValueError(_PATIENT)


def _plain(text: str) -> str:
    """Drop what no page and no print shows, and blanks around."""
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    composed = unicodedata.normalize("NFC", lines)
    shown = (c for c in composed if c == "\n" or unicodedata.category(c)[0] != "C")
    return "".join(shown).strip()
