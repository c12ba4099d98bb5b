"""The roster of a CPTS: who may be called, read from lines that people wrote."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from domain.contact import is_mobile, mail, phone
from domain.cpts import Cpts
from domain.folding import folded, nearest, tidy
from domain.template import Profession

RPPS_DIGITS = 11
ADELI_DIGITS = 9
LONGEST_NAME = 60
LONGEST_IDENTITY = 200


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line as it was written; None: the file has no such column."""

    line: int
    last_name: str = ""
    first_name: str = ""
    profession: str = ""
    rpps: str = ""
    commune: str = ""
    zone: str = ""
    email: str = ""
    mobile: str = ""
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
    defect: str = ""  # why the line could not be cut into cells


@dataclass(frozen=True, slots=True)
class Person:
    """A professional of the roster: codes of the template and of the CPTS."""

    rpps: str | None
    last_name: str
    first_name: str
    profession: str
    commune: str | None = None
    zone: str | None = None
    email: str | None = None
    mobile: str | None = None  # E.164

    @property
    def identity(self) -> str:
        """What makes two lines the same person: RPPS, else mail, else name."""
        if self.rpps:
            return self.rpps
        if self.email:
            return self.email.casefold()
        name = f"{self.last_name} {self.first_name}"
        return f"{folded(name)} {self.profession}"[:LONGEST_IDENTITY]

    @property
    def out_of_reach(self) -> bool:
        """Has the person neither mail nor mobile?"""
        return self.email is None and self.mobile is None


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong on a line, and what to write instead when we can tell."""

    line: int
    column: str
    value: str
    reason: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read: people kept, lines refused, doubts about lines kept."""

    people: tuple[Person, ...]
    bad_lines: tuple[BadLine, ...]
    warnings: tuple[BadLine, ...]


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What a new roster changes; `changed` holds pairs (before, after)."""

    new: tuple[Person, ...]
    changed: tuple[tuple[Person, Person], ...]
    gone: tuple[Person, ...]


def read_rows(
    rows: Iterable[RosterRow], cpts: Cpts, professions: tuple[Profession, ...]
) -> Roster:
    """Keep the good lines, and say what is wrong with the others."""
    reading = _Reading(cpts, professions)
    for row in rows:
        reading.add(row)
    return Roster(
        people=tuple(reading.people),
        bad_lines=tuple(reading.bad_lines),
        warnings=tuple(reading.warnings),
    )


def diff(old: Iterable[Person], new: Iterable[Person]) -> RosterDiff:
    """Compare two rosters, person by person, by `Person.identity`."""
    before = {person.identity: person for person in old}
    after = {person.identity: person for person in new}
    common = [(before[key], after[key]) for key in before if key in after]
    return RosterDiff(
        new=tuple(person for key, person in after.items() if key not in before),
        changed=tuple((was, now) for was, now in common if was != now),
        gone=tuple(person for key, person in before.items() if key not in after),
    )


def person_named(people: Iterable[Person], named: str) -> Person | None:
    """Find who the file of the CPTS names, by RPPS or mail.

    A mail that several people share names nobody.
    """
    wanted = named.strip().casefold()
    found = [p for p in people if wanted in {p.rpps, p.email and p.email.casefold()}]
    return found[0] if len(found) == 1 else None


class _RefusedError(Exception):
    """A line is refused; the bad line is its argument."""

    def __init__(self, bad: BadLine) -> None:
        super().__init__(bad)
        self.bad = bad


class _Reading:
    """One reading of a roster: what was seen so far, by whom."""

    def __init__(self, cpts: Cpts, professions: tuple[Profession, ...]) -> None:
        self.people: list[Person] = []
        self.bad_lines: list[BadLine] = []
        self.warnings: list[BadLine] = []
        self._lines: dict[str, int] = {}  # line by identity
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
            for p in professions
            for name in (p.code, p.label, *p.other_names)
        }

    def add(self, row: RosterRow) -> None:
        """Read one line: a person, or a bad line."""
        doubts: list[BadLine] = []
        try:
            person = self._person(row, doubts)
            self._only_once(row, person)
        except _RefusedError as refused:
            self.bad_lines.append(refused.bad)
            return
        if person.out_of_reach:
            reason = "ni courriel ni mobile : cette personne ne sera pas prévenue"
            doubts.append(BadLine(row.line, "Courriel", "", reason))
        self.people.append(person)
        self.warnings.extend(doubts)

    def _person(self, row: RosterRow, doubts: list[BadLine]) -> Person:
        if row.defect:
            raise _RefusedError(BadLine(row.line, "ligne", "", row.defect))
        commune, zone = self._place(row, doubts)
        return Person(
            rpps=_rpps(row, doubts),
            last_name=_name(row, "Nom", row.last_name),
            first_name=_name(row, "Prénom", row.first_name),
            profession=self._profession(row),
            commune=commune,
            zone=zone,
            email=_normal(row, "Courriel", row.email, mail),
            mobile=_mobile(row, doubts),
        )

    def _profession(self, row: RosterRow) -> str:
        found = self._professions.get(folded(row.profession))
        if found:
            return found.code
        known = {name: p.label for name, p in self._professions.items()}
        suggestion = known.get(nearest(row.profession, known), "")
        reason = (
            "profession inconnue" if row.profession.strip() else "profession absente"
        )
        value = tidy(row.profession)
        raise _RefusedError(BadLine(row.line, "Profession", value, reason, suggestion))

    def _place(
        self, row: RosterRow, doubts: list[BadLine]
    ) -> tuple[str | None, str | None]:
        """The commune's code and the zone: the line's own, else the commune's."""
        commune = self._communes.get(folded(row.commune))
        zone = self._zones.get(folded(row.zone))
        if row.commune.strip() and commune is None:
            close = nearest(row.commune, (c.name for c in self._communes.values()))
            reason = (
                "commune absente du fichier de la CPTS : personne gardée sans commune"
            )
            doubts.append(
                BadLine(row.line, "Commune", tidy(row.commune), reason, close)
            )
        if row.zone.strip() and zone is None:
            close = nearest(row.zone, self._zones.values())
            reason = "zone absente du fichier de la CPTS"
            doubts.append(BadLine(row.line, "Zone", tidy(row.zone), reason, close))
        if zone is None and commune is not None:
            zone = commune.zone
        return (commune.code if commune else None), zone

    def _only_once(self, row: RosterRow, person: Person) -> None:
        first = self._lines.setdefault(person.identity, row.line)
        if first == row.line:
            return
        if person.rpps:
            column, value = "RPPS", person.rpps
            reason = f"RPPS donné deux fois : lignes {first} et {row.line}"
        elif person.email:
            column, value = "Courriel", person.email
            reason = f"même courriel sans RPPS : lignes {first} et {row.line}"
        else:
            column, value = "Nom", f"{person.last_name} {person.first_name}"
            reason = f"même nom et même profession : lignes {first} et {row.line}"
        suggestion = "corrigez ou retirez l'une des deux"
        raise _RefusedError(BadLine(row.line, column, value, reason, suggestion))


def _name(row: RosterRow, column: str, value: str) -> str:
    name = tidy(value)
    if not any(c.isalpha() for c in name):
        raise _RefusedError(BadLine(row.line, column, name, f"{column} absent"))
    if len(name) > LONGEST_NAME or not name.isprintable():
        reason = f"{column} illisible ou de plus de {LONGEST_NAME} caractères"
        raise _RefusedError(BadLine(row.line, column, name[:LONGEST_NAME], reason))
    return name


def _rpps(row: RosterRow, doubts: list[BadLine]) -> str | None:
    digits = "".join(row.rpps.split())
    if not digits:
        return None
    if len(digits) != RPPS_DIGITS or not (digits.isascii() and digits.isdigit()):
        reason = f"un RPPS a {RPPS_DIGITS} chiffres"
        adeli = len(digits) == ADELI_DIGITS and digits.isdigit()
        close = "numéro ADELI ? laissez la colonne vide" if adeli else ""
        raise _RefusedError(BadLine(row.line, "RPPS", digits, reason, close))
    if not _luhn(digits):
        reason = "clé de contrôle fausse : chiffre à vérifier, personne gardée"
        doubts.append(BadLine(row.line, "RPPS", digits, reason))
    return digits


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + rank % 2) for rank, d in enumerate(reversed(digits)))
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0


def _normal(
    row: RosterRow, column: str, value: str, write: Callable[[str], str]
) -> str | None:
    if not value.strip():
        return None
    try:
        return write(tidy(value))
    except ValueError as refused:
        bad = BadLine(row.line, column, tidy(value), str(refused))
        raise _RefusedError(bad) from refused


def _mobile(row: RosterRow, doubts: list[BadLine]) -> str | None:
    number = _normal(row, "Mobile", row.mobile, phone)
    if number is None or is_mobile(number):
        return number
    reason = "ce numéro n'est pas un mobile : il n'est pas gardé"
    doubts.append(BadLine(row.line, "Mobile", tidy(row.mobile), reason))
    return None
