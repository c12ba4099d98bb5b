"""The tables that people bring: what a column says, a line as its cells say it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.contact import is_mobile, phone
from domain.folding import folded
from domain.roster import RosterRow

LARGEST_ROWS = 20_000
TOO_MANY_ROWS = (
    f"plus de {LARGEST_ROWS} lignes, bien plus qu'une CPTS : n'y laissez que la vôtre"
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "last_name": ("nom", "nom d exercice", "nom de famille", "nom usuel", "noms"),
    "first_name": ("prenom", "prenom d exercice", "prenom usuel", "prenoms"),
    "profession": ("profession", "libelle profession", "metier", "professions"),
    "rpps": ("rpps", "numero rpps", "n rpps", "no rpps", "identifiant pp"),
    "commune": ("commune", "ville", "code commune", "commune d exercice", "code insee"),
    "zone": ("zone", "secteur"),
    "email": (
        *("courriel", "email", "e mail", "mail", "adresse mail", "adresse email"),
        *("adresse e mail", "adresse courriel", "courriel professionnel", "mel"),
    ),
    "mobile": (
        *("mobile", "portable", "telephone mobile", "telephone portable"),
        *("tel mobile", "tel portable", "numero de portable", "gsm"),
        *("telephone", "tel", "telephone 1", "tel 1", "numero de telephone"),
    ),
    "phone2": (
        *("telephone 2", "tel 2", "fixe", "telephone fixe", "tel fixe"),
        *("telephone cabinet", "tel cabinet", "telephone du cabinet"),
        *("telephone professionnel", "tel pro", "telephone", "tel"),
    ),
    "link": ("lien", "lien avec la cpts"),
    "status": ("statut", "mode d exercice"),
    "skills": ("competences", "competence"),
    "accepted_types": ("types acceptes", "mobilisable types", "types de crise"),
    "double_commitment": ("double engagement",),
    "reachable_at_night": ("joignable la nuit", "joignable nuit"),
    "employer_agreement": ("accord employeur", "accord de l employeur"),
    "structure": ("structure", "lieu de soins", "structures"),
    "absent_from": ("absent du", "absence du", "debut d absence"),
    "absent_to": ("absent au", "absence au", "fin d absence"),
    "locum_name": ("remplacant", "nom du remplacant"),
    "locum_mobile": ("mobile du remplacant", "telephone du remplacant"),
}
"""By field of a row: the headings that name it, folded, the best first."""
NEEDED = {"last_name": "Nom", "first_name": "Prénom", "profession": "Profession"}

_COMMENT = re.compile(r"\([^)]*\)|\*")  # « Profession (IDEL, MG…) »
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+|00)33[\s.]*(?:\(0\))?[\s.]*|0)?[1-9](?:[\s./-]*\d\d){4}(?!\d)"
)
_SHORT_COMMUNE = re.compile(r"[1-9]\d{3}")


@dataclass(frozen=True, slots=True)
class Headings:
    """The place of each field among the cells of a table, by name of field."""

    places: Mapping[str, int]
    width: int

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns without which no line says who and how to reach them."""
        absent = [name for field, name in NEEDED.items() if field not in self.places]
        if self.places.keys().isdisjoint(("email", "mobile", "phone2")):
            absent.append("Courriel")
        return tuple(absent)


def headings(names: Sequence[str], groups: Sequence[str] = ()) -> Headings:
    """Find what each column says.

    Args:
        names: The cells of the line of headings.
        groups: By column, the heading that stands above, if the file has two levels:
            « Coordonnées » above « Mobile », « Téléphone » above « 1 » and « 2 ».
    """
    above = (*groups, *("" for _ in names))
    known = [_readings(name, group) for name, group in zip(names, above, strict=False)]
    places: dict[str, int] = {}
    for field, wanted in COLUMNS.items():
        found = (
            at
            for name in wanted
            for at, readings in enumerate(known)
            if name in readings and at not in places.values()
        )
        if (at := next(found, None)) is not None:
            places[field] = at
    return Headings(places, len(names))


def two_levels(above: Sequence[str], names: Sequence[str]) -> Headings:
    """Read headings under others; a merged one stands above those it spans."""
    width = max(len(above), len(names))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*names, *[""] * (width - len(names))]
    groups = list(upper)
    for at in range(1, width):
        groups[at] = groups[at] or groups[at - 1]
    both = [name or top for name, top in zip(lower, upper, strict=True)]
    return headings(both, groups)


def missing_columns(missing: Sequence[str]) -> str:
    """Say in French which columns a table lacks."""
    return f"colonne absente : {', '.join(missing)} ; ajoutez-la à la première ligne"


def row_of(line: int, cells: Sequence[str], heads: Headings) -> RosterRow:
    """Make a row of the cells of a line.

    What hands and spreadsheets do to cells is undone: capitals, the zero lost by the
    code of a commune, two numbers in a cell. A mobile comes before a landline.
    """
    if any(cell.strip() for cell in cells[heads.width :]):
        return RosterRow(line, defect="plus de cellules que de colonnes")
    said: dict[str, Any] = {
        field: cells[at] if at < len(cells) else ""
        for field, at in heads.places.items()
    }
    for name in ("last_name", "first_name"):
        said[name] = without_capitals(said.get(name, ""))
    if said.get("email", "").isupper():
        said["email"] = said["email"].lower()
    if _SHORT_COMMUNE.fullmatch(said.get("commune", "").strip()):
        said["commune"] = f"0{said['commune'].strip()}"
    mobile, other = telephones(said.get("mobile", ""), said.get("phone2", ""))
    if mobile or "mobile" in said:
        said["mobile"] = mobile
    if other or "phone2" in said:
        said["phone2"] = other
    return RosterRow(line, **said)


def telephones(first: str, second: str) -> tuple[str, str]:
    """Give the mobile to write to, and the other number: « 05… / 06… » holds both."""
    numbers = (*_numbers(first), *_numbers(second))
    mobile = next(filter(_is_mobile, numbers), None)
    if mobile is None:
        mobile = next(iter(_numbers(first)), "")
    others = (number for number in numbers if number != mobile)
    return mobile, next(others, "")


def without_capitals(name: str) -> str:
    """Write « DUPONT-D'ARC » as « Dupont-D'Arc »; leave other writings alone."""
    if not name.isupper():
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)


def _readings(name: str, group: str) -> frozenset[str]:
    plain = (folded(name), folded(_COMMENT.sub("", name)))
    under = folded(f"{group} {_COMMENT.sub('', name)}")
    return frozenset((*plain, under)) - {""}


def _numbers(cell: str) -> tuple[str, ...]:
    """The telephone numbers of a cell; the cell itself when it is not only that."""
    found = tuple(match[0] for match in _NUMBER.finditer(cell))
    if found and not any(c.isdigit() for c in _NUMBER.sub("", cell)):
        return found
    return (cell,) if cell.strip() else ()


def _is_mobile(number: str) -> bool:
    try:
        return is_mobile(phone(number))
    except ValueError:
        return False
