"""A section of the plan as a form holds it: one text a field, one a cell."""

import re
from collections.abc import Mapping

from domain.content import Row, SectionContent, Value
from domain.form import ROWS, SectionForm, Shape

SPARE = 2
"""Empty rows at the end of each table, to add to it."""
MOST_FIELDS = 10_000
"""Of one form: a table of 500 lines and its 15 columns."""
Table = tuple[str, tuple[tuple[str, str, str], ...]]
"""A field, and its columns: name, label, hint."""


def tables(form: SectionForm) -> tuple[Table, ...]:
    """List the tables that people fill; a whole section may be one."""
    if form.table:
        fields = ((f.name, f.label, f.hint or "") for f in form.fields)
        return ((ROWS, tuple(fields)),)
    return tuple(
        (field.name, tuple((c.name, c.label, "") for c in field.columns))
        for field in form.fields
        if field.shape is Shape.TABLE and not field.known
    )


def as_form(form: SectionForm, said: Mapping[str, Value]) -> dict[str, str]:
    """Write values as the fields of a form, with spare rows, by name."""
    shown: dict[str, str] = {}
    for name, columns in tables(form):
        rows = _rows(said.get(name, ()))
        for rank, row in enumerate((*rows, *({} for _ in range(SPARE)))):
            shown |= {f"{name}.{rank}.{c}": row.get(c, "") for c, _, _ in columns}
    for field in () if form.table else form.fields:
        if field.known or field.shape is Shape.TABLE:
            continue
        value = said.get(field.name, "")
        lines = (line for line in value if isinstance(line, str))
        shown[field.name] = value if isinstance(value, str) else "\n".join(lines)
    return shown


def _rows(value: Value) -> tuple[Row, ...]:
    return tuple(row for row in value if not isinstance(row, str))


def said_in(form: SectionForm, content: SectionContent) -> dict[str, Value]:
    """Give what people wrote in a section, by field."""
    names = {name for name, _ in tables(form)}
    if not form.table:
        names |= {field.name for field in form.fields if not field.known}
    return {f.name: f.value for f in content.fields if f.name in names}


def typed_in(form: SectionForm, posted: Mapping[str, str]) -> dict[str, Value]:
    """Read what a form posts; a row left empty is no row."""
    typed: dict[str, Value] = {name: _posted(name, posted) for name, _ in tables(form)}
    for field in () if form.table else form.fields:
        if field.known or field.name not in posted:
            continue
        text = posted[field.name]
        many = field.shape is Shape.LIST
        typed[field.name] = tuple(text.splitlines()) if many else text
    return typed


def _posted(table: str, posted: Mapping[str, str]) -> tuple[Row, ...]:
    rows: dict[int, dict[str, str]] = {}
    for name, text in posted.items():
        cell = re.fullmatch(rf"{table}\.([0-9]{{1,4}})\.([a-z0-9_]+)", name)
        if cell and text.strip():
            rows.setdefault(int(cell[1]), {})[cell[2]] = text
    return tuple(row for _, row in sorted(rows.items()))
