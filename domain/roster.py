"""A roster as people wrote it: its columns, its lines, what was read of them."""

from dataclasses import dataclass

from domain.person import Person

HEADINGS = {
    "rpps": "RPPS",
    "last_name": "Nom",
    "first_name": "Prénom",
    "profession": "Profession",
    "commune": "Commune",
    "zone": "Zone",
    "email": "Courriel",
    "mobile": "Mobile",
    "phone2": "Téléphone 2",
    "link": "Lien",
    "status": "Statut",
    "skills": "Compétences",
    "accepted_types": "Types acceptés",
    "double_commitment": "Double engagement",
    "reachable_at_night": "Joignable la nuit",
    "employer_agreement": "Accord de l'employeur",
    "structure": "Structure",
    "absent_from": "Absent du",
    "absent_to": "Absent au",
    "locum_name": "Remplaçant",
    "locum_mobile": "Mobile du remplaçant",
}
"""What a column is called, by field of a row, in the order of an export."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line as it was written; None: the file has no such column."""

    line: int
    last_name: str = ""
    first_name: str = ""
    profession: str = ""
    rpps: str | None = None
    commune: str | None = None
    zone: str | None = None
    email: str | None = None
    mobile: str | None = None
    phone2: str | None = None
    link: str | None = None
    status: str | None = None
    skills: str | None = None
    accepted_types: str | None = None
    double_commitment: str | None = None
    reachable_at_night: str | None = None
    employer_agreement: str | None = None
    structure: str | None = None
    absent_from: str | None = None
    absent_to: str | None = None
    locum_name: str | None = None
    locum_mobile: str | None = None
    sheet: str = ""  # of a workbook that has several
    merged: tuple[str, ...] = ()  # fields whose cell is merged with a line above
    defect: str = ""  # why the line could not be cut into cells

    @property
    def where(self) -> str:
        """The line, and its sheet if the file has several."""
        return f"{self.line} de « {self.sheet} »" if self.sheet else f"{self.line}"


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong on a line, and what to write instead when we can tell."""

    line: int
    column: str
    value: str
    reason: str
    suggestion: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read: people kept, lines refused, doubts about lines kept."""

    people: tuple[Person, ...]
    bad_lines: tuple[BadLine, ...]
    warnings: tuple[BadLine, ...]
