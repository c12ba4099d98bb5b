"""Read a roster from an Excel file, as coordinators keep it."""

import re
import warnings
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import EmptyRosterError, RosterFileError
from domain.folding import folded
from domain.merged_cells import OF_A_GROUP, Spans, spans
from domain.roster import RosterRow
from domain.roster_table import (
    LARGEST_ROWS,
    NEEDED,
    TOO_MANY_ROWS,
    Headings,
    missing_columns,
    row_of,
    two_levels,
)

LARGEST_BYTES = 20_000_000
LARGEST_UNPACKED_BYTES = 200_000_000
HEADINGS_WITHIN = 30  # lines: a title and a note may stand above
FEWEST_HEADINGS = 2  # below, the sheet is no table of people

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TELLING_PARTS = {
    "xl/vbaProject.bin": "il contient des macros : enregistrez-le en .xlsx, sans macro",
    "xl/workbook.bin": "format .xlsb : enregistrez-le en .xlsx",
    "content.xml": "format LibreOffice : enregistrez-le en .xlsx",
}
_NOT_EXCEL = "ce n'est pas un fichier Excel (.xlsx) lisible : enregistrez-le de nouveau"
_BROKEN = (
    *(BadZipFile, EOFError, InvalidFileException, NotImplementedError, OSError),
    *(ParseError, RuntimeError, zlib.error),
    *(AttributeError, LookupError, TypeError, ValueError),  # of openpyxl, on odd XML
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]+)(\d+):[A-Z]+(\d+)")
_NAMED_BY_DEFAULT = ("feuil", "sheet", "tableau", "table")


class _Cell(Protocol):
    """What openpyxl tells of a cell."""

    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that says something; `unreadable`: why, by place of the cell."""

    number: int
    cells: tuple[str, ...]
    unreadable: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet of the workbook."""

    title: str
    hidden: bool
    lines: tuple[_Line, ...]
    merged: Spans

    @property
    def names_a_profession(self) -> bool:
        """Is the sheet named by someone: « IDEL », « MG », not « Feuil1 »?"""
        return folded(self.title).rstrip(" 0123456789") not in _NAMED_BY_DEFAULT


def read_xlsx(path: Path) -> tuple[RosterRow, ...]:
    """Read the lines of every sheet that is a table of people.

    The line of headings is found, not supposed; a sheet without a column for the
    profession is named by it; results of formulas are read, never the formulas. A
    sheet that is hidden or lacks a column is one bad line; a line of one cell is a
    title or a note, and no person.

    Raises:
        RosterFileError: No readable workbook, or no sheet has the needed columns; the
            facts name the file and what to do.
        EmptyRosterError: Headings and nobody below.
    """
    _check(path)
    try:
        sheets = tuple(_sheets(path))
    except _BROKEN as failed:
        raise RosterFileError(file=path.name, rule=_NOT_EXCEL) from failed
    if not sheets:
        raise RosterFileError(file=path.name, rule=_NOT_EXCEL)
    if sum(len(sheet.lines) for sheet in sheets) > LARGEST_ROWS:
        raise RosterFileError(file=path.name, rule=TOO_MANY_ROWS)
    rows = tuple(row for sheet in sheets for row in _rows(sheet))
    if all(row.defect for row in rows):
        _refuse(path, sheets)
    if len(sheets) == 1:
        return tuple(replace(row, sheet="") for row in rows)
    return rows


def _refuse(path: Path, sheets: Sequence[_Sheet]) -> None:
    """Say why nobody can be read.

    Raises:
        RosterFileError: Always, unless there is nothing at all.
        EmptyRosterError: There is nothing at all.
    """
    tables = [_headings(sheet.lines)[1] for sheet in sheets if not sheet.hidden]
    if all(not sheet.lines for sheet in sheets) or any(not t.missing for t in tables):
        raise EmptyRosterError(file=path.name)
    nothing = Headings({}, 0)
    best = max(tables, key=lambda t: len(t.places), default=nothing)
    raise RosterFileError(file=path.name, rule=missing_columns(best.missing))


def _check(path: Path) -> None:
    """Refuse, before anything is parsed, what is no Excel file or would be huge."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            rule = "fichier trop gros : 20 Mo au plus"
            raise RosterFileError(file=path.name, rule=rule)
        data = path.read_bytes()
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if data.startswith(_OLE):
        rule = "ancien format .xls : enregistrez-le en .xlsx"
        if _ENCRYPTED in data:
            rule = "il est protégé par un mot de passe : enregistrez-le sans"
        raise RosterFileError(file=path.name, rule=rule)
    try:
        with ZipFile(path) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
    except BadZipFile as failed:
        raise RosterFileError(file=path.name, rule=_NOT_EXCEL) from failed
    if told := next((_TELLING_PARTS[p] for p in _TELLING_PARTS if p in parts), None):
        raise RosterFileError(file=path.name, rule=told)
    if sum(parts.values()) > LARGEST_UNPACKED_BYTES:
        rule = "il se déplie en plus de 200 Mo : n'y laissez que l'annuaire"
        raise RosterFileError(file=path.name, rule=rule)


def _sheets(path: Path) -> Iterator[_Sheet]:
    """Read twice: a formula without a result is an empty cell among the values."""
    with (
        warnings.catch_warnings(),
        path.open("rb") as one,
        path.open("rb") as other,
    ):
        warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep
        reader = ExcelReader(one, read_only=True, data_only=True, keep_links=False)
        reader.read()
        results = reader.wb
        parts = {sheet.name: rel.target for sheet, rel in reader.parser.find_sheets()}
        written = load_workbook(other, read_only=True, keep_links=False)
        for values, texts in zip(results.worksheets, written.worksheets, strict=True):
            values.reset_dimensions()  # some programs write wrong ones
            texts.reset_dimensions()
            lines = _lines(values.iter_rows(), texts.iter_rows())
            hidden = values.sheet_state != "visible"
            kept = tuple(islice(lines, LARGEST_ROWS + HEADINGS_WITHIN))
            merged = _merged(reader.archive.read(parts[values.title]))
            yield _Sheet(values.title, hidden, kept, merged)


def _merged(part: bytes) -> Spans:
    """Find the cells of a sheet that are merged over several lines."""
    return spans(
        (column_index_from_string(column.decode()) - 1, int(first), int(last))
        for column, first, last in _MERGED.findall(part)
    )


def _lines(
    values: Iterable[Sequence[_Cell]], texts: Iterable[Sequence[_Cell]]
) -> Iterator[_Line]:
    for number, (row, formulas) in enumerate(zip(values, texts, strict=True), start=1):
        unreadable = {
            at: why
            for at, (cell, formula) in enumerate(zip(row, formulas, strict=True))
            if (why := _trouble(cell, formula))
        }
        cells = tuple(_text(cell.value) for cell in row)
        if any(cells) or unreadable:
            yield _Line(number, cells, unreadable)


def _trouble(cell: _Cell, formula: _Cell) -> str:
    if formula.data_type == "f" and cell.value is None:
        return "formule sans résultat : ouvrez le fichier, enregistrez-le de nouveau"
    return f"erreur {cell.value}" if cell.data_type == "e" else ""


def _text(value: object) -> str:
    """Write a value as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # an RPPS, a telephone
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value).strip()


def _rows(sheet: _Sheet) -> Iterator[RosterRow]:
    at, heads = _headings(sheet.lines)
    if len(heads.places) < FEWEST_HEADINGS:
        return
    number = sheet.lines[at].number
    by_title = heads.missing == (NEEDED["profession"],) and sheet.names_a_profession
    if sheet.hidden:
        why = "feuille masquée, donc pas lue : affichez-la si elle compte"
        yield RosterRow(number, sheet=sheet.title, defect=why)
    elif heads.missing and not by_title:
        why = f"feuille laissée de côté : {missing_columns(heads.missing)}"
        yield RosterRow(number, sheet=sheet.title, defect=why)
    else:
        title = sheet.title if by_title else ""
        below = {line.number: line for line in sheet.lines[at + 1 :]}
        for line in below.values():
            held = _held_above(line, heads, sheet.merged, below)
            if _is_of_someone(line, sheet.lines[at], held):
                row = _row(_filled(line, heads, held), sheet.lines[at], heads)
                yield replace(
                    row,
                    sheet=sheet.title,
                    profession=row.profession or title,
                    merged=tuple(held),
                )


def _held_above(
    line: _Line, heads: Headings, merged: Spans, below: Mapping[int, _Line]
) -> dict[str, tuple[str, str]]:
    """By field of a cell merged with one above: its text, or why it is unreadable."""
    held: dict[str, tuple[str, str]] = {}
    for field, at in heads.places.items():
        if top := below.get(merged.first_line(at, line.number) or 0):
            said = dict(enumerate(top.cells)).get(at, ""), top.unreadable.get(at, "")
            held |= {field: said} if any(said) else {}
    return held


def _filled(line: _Line, heads: Headings, held: Mapping[str, tuple[str, str]]) -> _Line:
    """Write on a line what merged cells say of everybody beside them."""
    cells = [*line.cells, *[""] * (heads.width - len(line.cells))]
    unreadable = dict(line.unreadable)
    for field in OF_A_GROUP.intersection(held):
        cells[heads.places[field]], why = held[field]
        unreadable |= {heads.places[field]: why} if why else {}
    return _Line(line.number, tuple(cells), unreadable)


def _is_of_someone(line: _Line, header: _Line, held: Collection[str]) -> bool:
    """Is it neither a title, a note, nor the headings repeated on each page?"""
    said = sum(map(bool, line.cells)) + len(line.unreadable) + len(held)
    return said > 1 and line.cells != header.cells


def _headings(lines: Sequence[_Line]) -> tuple[int, Headings]:
    """Find the line that names most columns, with the level above it."""
    found = [
        two_levels(lines[at - 1].cells if at else (), line.cells)
        for at, line in enumerate(lines[:HEADINGS_WITHIN])
    ]
    if not found:
        return 0, Headings({}, 0)
    at = max(range(len(found)), key=lambda rank: len(found[rank].places))
    return at, found[at]


def _row(line: _Line, header: _Line, heads: Headings) -> RosterRow:
    for at in heads.places.values():
        if why := line.unreadable.get(at):
            name = header.cells[at] if at < len(header.cells) else ""
            return RosterRow(line.number, defect=f"« {name} » : {why}")
    return row_of(line.number, line.cells[: heads.width], heads)
