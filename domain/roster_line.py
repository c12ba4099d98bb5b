"""What a line of a roster says by itself, whatever the CPTS; doubts are told."""

from collections.abc import Callable, Iterator, Mapping

from domain import cells
from domain.contact import is_mobile, phone
from domain.folding import tidy
from domain.merged_cells import CONTACTS, OF_A_GROUP
from domain.person import Absence
from domain.roster import HEADINGS, BadLine, RosterRow

_COLUMNS = ("rpps", "commune", "zone", "email", "mobile", "phone2")


class RefusedLineError(Exception):
    """A line is refused; the bad line is its argument."""

    def __init__(self, bad: BadLine) -> None:
        super().__init__(bad)
        self.bad = bad


def absences(row: RosterRow, doubts: list[BadLine]) -> tuple[Absence, ...] | None:
    """When the person is away; None: the line does not say, or makes no sense."""
    period = (row.absent_from, row.absent_to, row.locum_name, row.locum_mobile)
    if all(cell is None for cell in period):
        return None
    try:
        return cells.absences(*(cell or "" for cell in period))
    except ValueError as refused:
        reason = f"{refused} : absence ignorée, personne gardée"
        value = tidy(row.absent_from or "")
        doubts.append(BadLine(row.line, HEADINGS["absent_from"], value, reason))
        return None


def merged(row: RosterRow) -> Iterator[BadLine]:
    """Tell what merged cells do: a number given to several, a fact of one alone."""
    for field in row.merged:
        if field in CONTACTS:
            reason = (
                "cellule fusionnée : partagé, donné à chaque personne qu'elle couvre"
            )
            value = tidy(getattr(row, field) or "")
            yield BadLine(row.line, HEADINGS[field], value, reason)
        elif field not in OF_A_GROUP:
            reason = "cellule fusionnée : lue pour sa première ligne seulement"
            yield BadLine(row.line, HEADINGS[field], "", reason)


def unsaid(row: RosterRow, facts: Mapping[str, object]) -> frozenset[str]:
    """Name the facts that the file has no column for."""
    away = {name for name in _COLUMNS if getattr(row, name) is None}
    if facts["commune"]:
        away.discard("zone")  # the commune says it
    if facts["phone2"]:
        away.discard("phone2")  # a landline among mobiles
    elif row.phone2 and row.phone2.strip():
        away.add("phone2")  # a number that makes no sense
    return frozenset(away)


def name(row: RosterRow, column: str, value: str) -> str:
    """A name that can be said.

    Raises:
        RefusedLineError: There is none, or it cannot be said.
    """
    try:
        return cells.proper_name(value)
    except ValueError as refused:
        value = tidy(value)[: cells.LONGEST_NAME]
        shared = column in {HEADINGS[field] for field in row.merged}
        suggestion = "cellule fusionnée : écrivez-le sur chaque ligne" if shared else ""
        bad = BadLine(row.line, column, value, f"{column} {refused}", suggestion)
        raise RefusedLineError(bad) from refused


def rpps(row: RosterRow, doubts: list[BadLine]) -> str | None:
    """Eleven digits; a wrong control digit is a doubt.

    Raises:
        RefusedLineError: No such number.
    """
    digits = "".join((row.rpps or "").split())
    if not digits:
        return None
    if len(digits) != cells.RPPS_DIGITS or not (digits.isascii() and digits.isdigit()):
        reason = f"un RPPS a {cells.RPPS_DIGITS} chiffres"
        adeli = len(digits) == cells.ADELI_DIGITS and digits.isdigit()
        close = "numéro ADELI ? laissez la colonne vide" if adeli else ""
        raise RefusedLineError(BadLine(row.line, "RPPS", digits, reason, close))
    if not cells.luhn(digits):
        reason = "clé de contrôle fausse : chiffre à vérifier, personne gardée"
        doubts.append(BadLine(row.line, "RPPS", digits, reason))
    return digits


def normal(
    row: RosterRow, column: str, value: str | None, write: Callable[[str], str]
) -> str | None:
    """What the cell says, written one way.

    Raises:
        RefusedLineError: `write` refused it.
    """
    if not value or not value.strip():
        return None
    try:
        return write(tidy(value))
    except ValueError as refused:
        bad = BadLine(row.line, column, tidy(value), str(refused))
        raise RefusedLineError(bad) from refused


def phones(row: RosterRow, doubts: list[BadLine]) -> dict[str, str | None]:
    """The mobile and the other number; a landline among mobiles is the other one."""
    mobile = normal(row, "Mobile", row.mobile, phone)
    other = _other_phone(row, doubts)
    if mobile is None or is_mobile(mobile):
        return {"mobile": mobile, "phone2": other}
    reason = "ce numéro n'est pas un mobile : gardé comme second téléphone"
    doubts.append(BadLine(row.line, "Mobile", tidy(row.mobile or ""), reason))
    return {"mobile": None, "phone2": other or mobile}


def _other_phone(row: RosterRow, doubts: list[BadLine]) -> str | None:
    try:
        return cells.second_phone(row.phone2 or "")
    except ValueError as refused:
        value = tidy(row.phone2 or "")
        doubts.append(BadLine(row.line, "Téléphone 2", value, str(refused)))
        return None
