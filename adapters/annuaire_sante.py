"""Read the national extraction: two million lines, a few hundred of them ours."""

import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, is_zipfile

import yaml

from domain.errors import RosterFileError
from domain.folding import folded
from domain.national_directory import (
    Activity,
    ProfessionTable,
    columns,
    missing,
    people_of,
)
from domain.roster import RosterRow

SEPARATOR = b"|"
LONGEST_LINE = 65_536  # bytes
LARGEST_BYTES = 8_000_000_000  # unpacked: ten times the file of 2026
MOST_ACTIVITIES = 50_000  # kept in memory
MOST_CUT_LINES = 1_000
_BLOCK = 1 << 20
_NOT_IT = "ce n'est pas l'extraction « PS_LibreAcces_Personne_activite » : prenez-la"
_CUT = "ligne coupée, il manque des champs : téléchargez de nouveau le fichier"


def load_table(path: Path) -> ProfessionTable:
    """Read which profession of the plans each national profession is."""
    said = yaml.CBaseLoader(path.read_text("utf-8")).get_single_data()
    return ProfessionTable.model_validate(said)


def read_extraction(
    path: Path, communes: Collection[str], table: ProfessionTable
) -> tuple[RosterRow, ...]:
    """Read who works in these communes, self-employed first; each person once.

    The text is streamed, out of its zip if it is in one: memory holds the lines of
    the communes only.

    Raises:
        RosterFileError: Not that file, a needed column is missing, or nobody works in
            these communes; the facts name the file and what to do.
    """
    activities: list[Activity] = []
    cut: list[RosterRow] = []
    try:
        with ExitStack() as stack:
            for read in _lines(_opened(path, stack), path, communes):
                if isinstance(read, Activity):
                    activities.append(read)
                else:
                    cut.append(read)
                _check_sizes(path, activities, cut)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as bad:
        rule = "archive abîmée ou protégée : téléchargez-la de nouveau"
        raise RosterFileError(file=path.name, rule=rule) from bad
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise RosterFileError(file=path.name, rule=rule) from failed
    if not activities:
        rule = (
            f"personne n'y exerce dans les {len(communes)} communes demandées ; "
            "leurs codes sont ceux de l'INSEE, pas des codes postaux"
        )
        raise RosterFileError(file=path.name, rule=rule)
    return (*people_of(activities, table), *cut)


def _check_sizes(path: Path, activities: list[Activity], cut: list[RosterRow]) -> None:
    if len(activities) > MOST_ACTIVITIES:
        rule = f"plus de {MOST_ACTIVITIES} lignes dans ces communes : donnez-en moins"
        raise RosterFileError(file=path.name, rule=rule)
    if len(cut) > MOST_CUT_LINES:
        rule = f"plus de {MOST_CUT_LINES} lignes coupées : téléchargez-le de nouveau"
        raise RosterFileError(file=path.name, rule=rule)


def _opened(path: Path, stack: ExitStack) -> IO[bytes]:
    """The text, in its zip or not.

    Raises:
        RosterFileError: The zip holds no such text, or a monstrous one.
    """
    if not is_zipfile(path):
        return stack.enter_context(path.open("rb"))
    archive = stack.enter_context(ZipFile(path))
    texts = [part for part in archive.infolist() if part.filename.endswith(".txt")]
    wanted = [t for t in texts if "personne activite" in folded(t.filename)]
    part = next(iter(wanted or texts), None)
    if part is None or part.file_size > LARGEST_BYTES:
        raise RosterFileError(file=path.name, rule=_NOT_IT)
    return stack.enter_context(archive.open(part))


def _lines(
    stream: IO[bytes], path: Path, communes: Collection[str]
) -> Iterator[Activity | RosterRow]:
    """Split what is needed to know the commune, decode the lines that are ours."""
    lines = _unended(stream, path)
    names = _text(next(lines)).removeprefix("\ufeff").split("|")
    places = columns(names)
    if not places:
        raise RosterFileError(file=path.name, rule=_NOT_IT)
    if absent := missing(places):
        rule = f"colonne absente : {', '.join(absent)}"
        raise RosterFileError(file=path.name, rule=rule)
    wanted = frozenset(code.encode() for code in communes)
    commune = places["commune"]
    for number, line in enumerate(lines, start=2):
        fields = line.split(SEPARATOR, commune + 1)
        if len(fields) <= commune:
            if line:
                yield RosterRow(number, defect=_CUT)
        elif fields[commune] in wanted:
            yield _activity(number, line, places)


def _unended(stream: IO[bytes], path: Path) -> Iterator[bytes]:
    """Give the lines without their ends; one that has none is no text.

    Raises:
        RosterFileError: A line is longer than any line of the file may be.
    """
    rest = b""
    for block in iter(partial(stream.read, _BLOCK), b""):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
        if len(rest) > LONGEST_LINE:
            raise RosterFileError(file=path.name, rule=_NOT_IT)
    yield rest.removesuffix(b"\r")


def _activity(number: int, line: bytes, places: dict[str, int]) -> Activity | RosterRow:
    cells = _text(line).split("|")
    if len(cells) <= max(places.values()):
        return RosterRow(number, defect=_CUT)
    return Activity(number, **{f: cells[at].strip() for f, at in places.items()})


def _text(line: bytes) -> str:
    """Decode a line: UTF-8 in some publications, Windows-1252 in others."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
