"""Read a roster from a CSV file, whatever the spreadsheet that wrote it."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from domain.errors import EmptyRosterError, RosterFileError
from domain.roster import RosterRow
from domain.roster_table import (
    LARGEST_ROWS,
    TOO_MANY_ROWS,
    headings,
    missing_columns,
    row_of,
)

LARGEST_BYTES = 20_000_000
DELIMITERS = (";", ",", "\t", "|")
NOT_TEXT = "ce n'est pas un fichier CSV : depuis le tableur, « Enregistrer sous » CSV"


def read_csv(path: Path) -> tuple[RosterRow, ...]:
    """Read the lines of a roster, as they are written.

    Raises:
        RosterFileError: No readable table, or a needed column is missing; the facts
            name the file and what to do.
        EmptyRosterError: A header and nobody below.
    """
    text = _text(path)
    if not text.strip():
        raise EmptyRosterError(file=path.name)
    lines = list(StringIO(text, newline=""))
    first = 1 if lines[0].casefold().startswith("sep=") else 0
    try:
        rows = tuple(islice(_rows(lines, first, path), LARGEST_ROWS + 1))
    except csv.Error as failed:
        rule = "guillemets mal fermés ou cellule démesurée : enregistrez de nouveau"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if not rows:
        raise EmptyRosterError(file=path.name)
    if len(rows) > LARGEST_ROWS:
        raise RosterFileError(file=path.name, rule=TOO_MANY_ROWS)
    return rows


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            rule = "fichier trop gros : 20 Mo au plus"
            raise RosterFileError(file=path.name, rule=rule)
        data = path.read_bytes()
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if b"\x00" in data or data.startswith(b"PK\x03\x04"):
        raise RosterFileError(file=path.name, rule=NOT_TEXT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows(data, path)


def _windows(data: bytes, path: Path) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as failed:
        raise RosterFileError(file=path.name, rule=NOT_TEXT) from failed


def _rows(lines: list[str], first: int, path: Path) -> Iterator[RosterRow]:
    heads = {d: headings(_cut(lines[first], d)) for d in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda d: len(heads[d].places))
    if missing := heads[delimiter].missing:
        raise RosterFileError(file=path.name, rule=missing_columns(missing))
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    next(reader)
    line = first + reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield row_of(line, cells, heads[delimiter])
        line = first + reader.line_num + 1


def _cut(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter))
