"""Read a roster from a CSV file, whatever the spreadsheet that wrote it."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from domain.errors import EmptyRosterError, RosterFileError
from domain.folding import folded
from domain.roster import RosterRow

LARGEST_BYTES = 20_000_000
DELIMITERS = (";", ",", "\t", "|")
COLUMNS = {
    "last_name": ("nom", "nom d exercice", "nom de famille"),
    "first_name": ("prenom", "prenom d exercice"),
    "profession": ("profession", "libelle profession", "metier"),
    "rpps": ("rpps", "numero rpps", "n rpps", "identifiant pp"),
    "commune": ("commune", "ville", "code commune"),
    "zone": ("zone", "secteur"),
    "email": ("courriel", "email", "e mail", "mail", "adresse mail"),
    "mobile": ("mobile", "portable", "telephone", "telephone mobile", "tel"),
}
"""By field of a row: the headers that name it, folded, the best first."""
NEEDED = {"last_name": "Nom", "first_name": "Prénom", "profession": "Profession"}
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
        rows = tuple(_rows(lines, first, path))
    except csv.Error as failed:
        rule = "guillemets mal fermés ou cellule démesurée : enregistrez de nouveau"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if not rows:
        raise EmptyRosterError(file=path.name)
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
    delimiter = max(DELIMITERS, key=lambda d: len(_places(_cut(lines[first], d))))
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    header = next(reader)
    places = _places(header)
    _check_columns(places, path)
    line = first + reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _row(line, cells, places, len(header))
        line = first + reader.line_num + 1


def _cut(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter))


def _places(header: Iterable[str]) -> dict[str, int]:
    """The place of each field among the cells, by name of field."""
    names = [folded(name) for name in header]
    found: dict[str, int] = {}
    for field, known in COLUMNS.items():
        if name := next((name for name in known if name in names), None):
            found[field] = names.index(name)
    return found


def _check_columns(places: dict[str, int], path: Path) -> None:
    missing = [name for field, name in NEEDED.items() if field not in places]
    if "email" not in places and "mobile" not in places:
        missing.append("Courriel")
    if missing:
        rule = (
            f"colonne absente : {', '.join(missing)} ; ajoutez-la à la première ligne"
        )
        raise RosterFileError(file=path.name, rule=rule)


def _row(line: int, cells: list[str], places: dict[str, int], width: int) -> RosterRow:
    said = {f: cells[at] for f, at in places.items() if at < len(cells)}
    if any(cell.strip() for cell in cells[width:]):
        return RosterRow(line, defect="plus de cellules que de colonnes")
    return RosterRow(line, **said)
