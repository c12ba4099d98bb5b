"""Fill the Excel of an authority with our numbers, its formatting kept."""

import re
import warnings
import zlib
from collections.abc import Collection, Mapping
from io import BytesIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import WorkbookError
from domain.folding import nearest
from domain.situation_numbers import UNCOLLECTED, Value, value_of

LARGEST_BYTES = 5_000_000
LARGEST_UNPACKED_BYTES = 50_000_000

_PLACE = re.compile(r"(?:'(?P<quoted>[^']+)'|(?P<plain>[^'!]+))!(?P<cell>\S+)")
_CELL = re.compile(r"\$?([A-Z]{1,2})\$?([1-9]\d{0,4})")
_BROKEN = (
    *(BadZipFile, EOFError, InvalidFileException, NotImplementedError, OSError),
    *(ParseError, RuntimeError, zlib.error),
    *(AttributeError, LookupError, TypeError, ValueError),  # of openpyxl, on odd XML
)
_NOT_EXCEL = "ce n'est pas un fichier Excel (.xlsx) lisible : enregistrez-le de nouveau"
_LOST = {  # what a copy would not keep
    "xl/vbaProject.bin": "il contient des macros : enregistrez-le en .xlsx, sans macro",
    "xl/media/": "il contient une image, que la copie perdrait : retirez-la",
}


def check_mapping(
    file: str, content: bytes, mapping: Mapping[str, str], names: Collection[str]
) -> None:
    """Refuse what could not be filled.

    Args:
        file: The name of the workbook, for the refusal.
        content: The workbook.
        mapping: Where each number goes: `Feuil1!C7`, keyed by its name.
        names: Every name of a number.

    Raises:
        WorkbookError: No such number, sheet or cell; a merged cell, a formula, a cell
            given twice; or a workbook that a copy would damage.
    """
    book = _opened(file, content)
    taken: dict[tuple[str, str], str] = {}
    for name, place in mapping.items():
        if name not in names:
            close = nearest(name, names)
            advice = f" ; vouliez-vous dire « {close} » ?" if close else ""
            raise WorkbookError(file=file, rule=f"nombre inconnu « {name} »{advice}")
        sheet, cell = _found(file, book, place)
        _check_free(file, sheet, cell)
        other = taken.setdefault((sheet.title, cell), name)
        if other != name:
            rule = f"« {place} » reçoit deux nombres, « {other} » et « {name} »"
            raise WorkbookError(file=file, rule=rule)


def filled(
    file: str, content: bytes, mapping: Mapping[str, str], values: Mapping[str, Value]
) -> bytes:
    """Fill a copy of a workbook; what was not collected says so.

    Raises:
        WorkbookError: The workbook or a place is not what was checked.
    """
    book = _opened(file, content)
    for name, place in mapping.items():
        sheet, cell = _found(file, book, place)
        value = value_of(name, values)
        sheet[cell].value = UNCOLLECTED if value is None else value
    copy = BytesIO()
    book.save(copy)
    return copy.getvalue()


def _opened(file: str, content: bytes) -> Workbook:
    if len(content) > LARGEST_BYTES:
        raise WorkbookError(file=file, rule="il est trop gros : 5 Mo au plus")
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
                raise WorkbookError(file=file, rule="il se déplie en plus de 50 Mo")
            book = load_workbook(BytesIO(content))
    except _BROKEN as failed:
        raise WorkbookError(file=file, rule=_NOT_EXCEL) from failed
    for start, rule in _LOST.items():
        if any(part.filename.startswith(start) for part in parts):
            raise WorkbookError(file=file, rule=rule)
    return book


def _found(file: str, book: Workbook, place: str) -> tuple[Worksheet, str]:
    """Read « Feuil1!C7 » or « 'Mon onglet'!C7 »."""
    read = _PLACE.fullmatch(place.strip())
    cell = _CELL.fullmatch(read["cell"].upper()) if read else None
    if read is None or cell is None:
        rule = f"« {place} » n'est pas une cellule : écrivez par exemple Feuil1!C7"
        raise WorkbookError(file=file, rule=rule)
    title = read["quoted"] or read["plain"]
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if title not in sheets:
        known = ", ".join(sheets)
        rule = f"il n'a pas de feuille « {title} » ; ses feuilles : {known}"
        raise WorkbookError(file=file, rule=rule)
    return sheets[title], "".join(cell.groups())


def _check_free(file: str, sheet: Worksheet, cell: str) -> None:
    place = f"{sheet.title}!{cell}"
    held = sheet[cell]
    if isinstance(held, MergedCell):
        whole = next(r for r in sheet.merged_cells.ranges if cell in r)
        first = whole.coord.partition(":")[0]
        rule = f"« {place} » est dans une cellule fusionnée : donnez sa première, "
        raise WorkbookError(file=file, rule=f"{rule}{sheet.title}!{first}")
    if held.data_type == "f":
        rule = f"« {place} » contient une formule, qui serait perdue"
        raise WorkbookError(file=file, rule=rule)
