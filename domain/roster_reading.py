"""Read the lines of a roster: people kept, lines refused, doubts told."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from domain import cells
from domain import roster_line as line
from domain.contact import mail
from domain.cpts import Cpts
from domain.folding import folded, nearest, tidy
from domain.person import Link, Person
from domain.roster import HEADINGS, BadLine, Roster, RosterRow
from domain.roster_line import RefusedLineError
from domain.template import Template

_PRESUMED = {
    "link": "chaque personne nouvelle est comptée volontaire, donc sollicitée",
    "reachable_at_night": "chaque volontaire nouveau est compté joignable la nuit",
}
"""What somebody new is taken for when the file has no column that says it."""
_SEVERAL = re.compile(r"[/,;+&(\n]")  # « IDEL / MG »


def read_rows(rows: Iterable[RosterRow], cpts: Cpts, template: Template) -> Roster:
    """Keep the good lines, and say what is wrong with the others."""
    reading = _Reading(cpts, template)
    for row in rows:
        reading.add(row)
    return Roster(
        people=tuple(reading.people),
        bad_lines=tuple(reading.bad_lines),
        warnings=(*reading.presumed(), *reading.warnings),
    )


class _Reading:
    """One reading of a roster: what was seen so far, by whom."""

    def __init__(self, cpts: Cpts, template: Template) -> None:
        self.people: list[Person] = []
        self.bad_lines: list[BadLine] = []
        self.warnings: list[BadLine] = []
        self._rows: dict[str, RosterRow] = {}  # by identity
        self._first_with: dict[str, RosterRow] = {}  # by mail, by mobile
        self._zones = {folded(zone): zone for zone in cpts.zones}
        names = Counter(folded(commune.name) for commune in cpts.communes)
        self._communes = {
            key: commune
            for commune in cpts.communes
            for key in (folded(commune.code), folded(commune.name))
            if names[key] <= 1  # two communes of one name: the code tells them apart
        }
        self._professions = {
            folded(name): p
            for p in template.professions
            for name in (p.code, p.label, *p.other_names)
        }
        self._facts = _readers(cpts, template)
        self._presumed: set[str] = set()  # fields of rows, of volunteers

    def add(self, row: RosterRow) -> None:
        """Read one line: a person, or a bad line."""
        doubts: list[BadLine] = []
        try:
            person = self._person(row, doubts)
            self._only_once(row, person)
        except RefusedLineError as refused:
            self.bad_lines.append(replace(refused.bad, sheet=row.sheet))
            return
        doubts.extend(line.merged(row))
        if person.link is not Link.TERRITORY:  # the others are not written to
            self._tell_reach(row, person, doubts)
        if person.link is Link.VOLUNTEER:
            self._presumed |= {f for f in _PRESUMED if getattr(row, f) is None}
        self.people.append(person)
        self.warnings.extend(replace(doubt, sheet=row.sheet) for doubt in doubts)

    def presumed(self) -> Iterator[BadLine]:
        """Say what volunteers are taken for, for want of a column."""
        for name, presumed in _PRESUMED.items():
            if name in self._presumed:
                reason = f"colonne absente : {presumed}"
                yield BadLine(1, HEADINGS[name], "", reason)

    def _person(self, row: RosterRow, doubts: list[BadLine]) -> Person:
        if row.defect:
            raise RefusedLineError(BadLine(row.line, "ligne", "", row.defect))
        commune, zone = self._place(row, doubts)
        facts: dict[str, Any] = {
            "rpps": line.rpps(row, doubts),
            "last_name": line.name(row, "Nom", row.last_name),
            "first_name": line.name(row, "Prénom", row.first_name),
            "profession": self._profession(row, doubts),
            "commune": commune,
            "zone": zone,
            "email": line.normal(row, "Courriel", row.email, mail),
            **line.phones(row, doubts),
        }
        said, unsaid = self._optional(row, doubts)
        return Person(**(said | facts), unsaid=line.unsaid(row, facts) | unsaid)

    def _optional(
        self, row: RosterRow, doubts: list[BadLine]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """Read what a line may say besides, and name what it leaves unsaid.

        A cell that makes no sense is unsaid too, and empty for somebody new.
        """
        said: dict[str, Any] = {}
        unsaid: set[str] = set()
        for name, (fact, read) in self._facts.items():
            cell = getattr(row, name)
            if cell is None:
                unsaid.add(fact)
                continue
            try:
                said[fact] = read(cell)
            except ValueError as refused:
                reason = f"{refused} : cellule ignorée, personne gardée"
                doubts.append(BadLine(row.line, HEADINGS[name], tidy(cell), reason))
                said[fact] = read("")
                unsaid.add(fact)
        away = line.absences(row, doubts)
        if away is None:
            unsaid.add("absences")
        return {**said, "absences": away or ()}, frozenset(unsaid)

    def _profession(self, row: RosterRow, doubts: list[BadLine]) -> str:
        if whole := self._professions.get(folded(row.profession)):
            return whole.code
        parts = map(folded, _SEVERAL.split(row.profession))
        if found := next(filter(None, map(self._professions.get, parts)), None):
            reason = f"plusieurs mots : « {found.label} » est gardé"
            written = tidy(row.profession)
            doubts.append(BadLine(row.line, "Profession", written, reason))
            return found.code
        known = {name: p.label for name, p in self._professions.items()}
        suggestion = known.get(nearest(row.profession, known), "")
        reason = (
            "profession inconnue" if row.profession.strip() else "profession absente"
        )
        value = tidy(row.profession)
        raise RefusedLineError(
            BadLine(row.line, "Profession", value, reason, suggestion)
        )

    def _place(
        self, row: RosterRow, doubts: list[BadLine]
    ) -> tuple[str | None, str | None]:
        """The commune's code and the zone: the line's own, else the commune's."""
        said_commune, said_zone = tidy(row.commune or ""), tidy(row.zone or "")
        commune = self._communes.get(folded(said_commune))
        zone = self._zones.get(folded(said_zone))
        if said_commune and commune is None:
            close = nearest(said_commune, (c.name for c in self._communes.values()))
            reason = (
                "commune absente du fichier de la CPTS : personne gardée sans commune"
            )
            doubts.append(BadLine(row.line, "Commune", said_commune, reason, close))
        if said_zone and zone is None:
            close = nearest(said_zone, self._zones.values())
            reason = "zone absente du fichier de la CPTS"
            doubts.append(BadLine(row.line, "Zone", said_zone, reason, close))
        if zone is None and commune is not None:
            zone = commune.zone
        return (commune.code if commune else None), zone

    def _only_once(self, row: RosterRow, person: Person) -> None:
        first = self._rows.setdefault(person.identity, row)
        if first is row:
            return
        both = f"lignes {first.where} et {row.where}"
        if person.rpps:
            column, value = "RPPS", person.rpps
            reason = f"RPPS donné deux fois : {both}"
        else:
            column, value = "Nom", f"{person.last_name} {person.first_name}"
            reason = f"même personne, sans RPPS : {both}"
        suggestion = "corrigez ou retirez l'une des deux"
        raise RefusedLineError(BadLine(row.line, column, value, reason, suggestion))

    def _tell_reach(
        self, row: RosterRow, person: Person, doubts: list[BadLine]
    ) -> None:
        if person.out_of_reach and not {"email", "mobile"} <= person.unsaid:
            reason = "ni courriel ni mobile : cette personne ne sera pas prévenue"
            doubts.append(BadLine(row.line, "Courriel", "", reason))
        told = {"Courriel": person.email, "Mobile": person.mobile}
        for column, address in told.items():
            if address is None:
                continue
            first = self._first_with.setdefault(address.casefold(), row)
            merged = column in {HEADINGS[field] for field in row.merged}  # told already
            if first is not row and not merged:
                place = f"ligne {first.where}"
                reason = f"aussi donné {place} : partagé, les deux sont gardés"
                doubts.append(BadLine(row.line, column, address, reason))


def _readers(
    cpts: Cpts, template: Template
) -> Mapping[str, tuple[str, Callable[[str], object]]]:
    """By field of a row: the fact about the person, and how its cell is read."""
    skills = cells.by_name((skill.code, skill.label) for skill in template.skills)
    places = cells.by_name((place.code, place.name) for place in cpts.structures)
    return {
        "link": ("link", cells.link),
        "status": ("status", cells.status),
        "skills": (
            "skills",
            partial(cells.codes, known=skills, what="compétence inconnue"),
        ),
        "accepted_types": ("accepted_types", cells.crisis_types),
        "double_commitment": ("double_commitment", cells.yes),
        "reachable_at_night": ("reachable_at_night", cells.yes),
        "employer_agreement": ("employer_agrees", cells.yes_or_no),
        "structure": (
            "structures",
            partial(
                cells.codes, known=places, what="lieu absent du fichier de la CPTS"
            ),
        ),
    }
