"""Recognise the kind of a roster by what the file holds, whatever its name."""

from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from domain.errors import RosterFileError
from domain.folding import folded

_BEGINNING = 4096
_OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or an .xlsx under a password
_ZIP = b"PK\x03\x04"
_NATIONAL = "identification nationale pp"


class RosterFormat(StrEnum):
    """The kinds of files that people bring."""

    AUTO = "auto"
    ANNUAIRE_SANTE = "annuaire-sante"
    CSV = "csv"
    XLSX = "xlsx"


def recognised(path: Path) -> RosterFormat:
    """Look at the beginning of the file: the readers then say what is wrong with it.

    Raises:
        RosterFileError: It cannot be opened.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if beginning.startswith(_OLE):
        return RosterFormat.XLSX
    if beginning.startswith(_ZIP):
        return RosterFormat.ANNUAIRE_SANTE if _holds_text(path) else RosterFormat.XLSX
    if _NATIONAL in folded(beginning.decode(errors="replace").partition("\n")[0]):
        return RosterFormat.ANNUAIRE_SANTE
    return RosterFormat.CSV


def _holds_text(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return any(name.endswith(".txt") for name in archive.namelist())
    except BadZipFile:
        return False
