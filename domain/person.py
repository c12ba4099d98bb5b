"""A professional of the directory, and what the CPTS may ask of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Self

from domain.folding import folded

LONGEST_IDENTITY = 200


class Link(StrEnum):
    """What ties a professional to the CPTS: three groups never added together."""

    TERRITORY = "TERRITOIRE"  # works here, no membership known: told, never asked
    MEMBER = "ADHERENT"
    VOLUNTEER = "VOLONTAIRE"  # enrolled: the only ones that V2 and V3 ask


class Status(StrEnum):
    """How a professional works."""

    SELF_EMPLOYED = "LIBERAL"
    SALARIED = "SALARIE"  # a seat needs the employer's agreement
    LOCUM = "REMPLACANT"
    STUDENT = "ETUDIANT"  # never alone, never counted in a need
    RETIRED = "RETRAITE"
    BENEVOLENT = "BENEVOLE"


class CrisisType(StrEnum):
    """The five national types of crisis, by number."""

    CASUALTIES = "CASUALTIES"
    SICK = "SICK"
    EMERGING_AGENT = "EMERGING_AGENT"
    NRC = "NRC"
    CARE_DISRUPTION = "CARE_DISRUPTION"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both included, never why; the locum receives the alerts of these."""

    first_on: date
    last_on: date
    locum_name: str | None = None
    locum_mobile: str | None = None  # E.164

    def covers(self, day: date) -> bool:
        """Is the person away on this day?"""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class Person:
    """A professional of the directory: codes of the template and of the CPTS."""

    rpps: str | None
    last_name: str
    first_name: str
    profession: str
    commune: str | None = None
    zone: str | None = None
    email: str | None = None
    mobile: str | None = None  # E.164
    phone2: str | None = None  # E.164, a landline or not
    link: Link = Link.VOLUNTEER
    status: Status = Status.SELF_EMPLOYED
    skills: tuple[str, ...] = ()
    accepted_types: tuple[str, ...] = ()  # none said: all
    double_commitment: bool = False  # owed elsewhere too when something happens
    reachable_at_night: bool = True
    employer_agrees: bool | None = None  # null: not asked yet
    structures: tuple[str, ...] = ()  # codes; the main one first
    absences: tuple[Absence, ...] = ()
    unsaid: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """Fields that the file had no column for: what was known of them stays."""

    @property
    def identity(self) -> str:
        """What makes two lines the same person: RPPS, else name and mail.

        Not the mail alone: people of one surgery may share it.
        """
        mail = (self.email or "").casefold()
        return self.rpps or f"{self.name_key} {mail}".strip()[:LONGEST_IDENTITY]

    @property
    def name_key(self) -> str:
        """Name and profession, as compared between files."""
        return f"{folded(f'{self.last_name} {self.first_name}')} {self.profession}"

    @property
    def full_name(self) -> str:
        """The name as people say it."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def out_of_reach(self) -> bool:
        """Has the person neither mail nor mobile?"""
        return self.email is None and self.mobile is None

    def accepts(self, type_code: str) -> bool:
        """May the person be asked for this type of crisis?"""
        return not self.accepted_types or type_code in self.accepted_types

    def absence_on(self, day: date) -> Absence | None:
        """The absence that covers this day, if any."""
        return next((a for a in self.absences if a.covers(day)), None)

    def completed(self, known: Self) -> Self:
        """Take from what was known the fields that the file had no column for."""
        kept = {name: getattr(known, name) for name in self.unsaid}
        return replace(self, **kept, unsaid=frozenset())


FACTS = tuple(each.name for each in fields(Person) if each.name != "unsaid")
"""Every fact kept about a person, by field."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A mail or a telephone that several people share, and who they are."""

    address: str
    people: tuple[Person, ...]


def shared_addresses(people: Iterable[Person]) -> tuple[Shared, ...]:
    """Group the people who share an address: one message, « Qui répond ? »."""
    groups: dict[str, list[Person]] = {}
    for person in people:
        for address in (person.email, person.mobile):
            if address:
                groups.setdefault(address.casefold(), []).append(person)
    return tuple(
        Shared(address, tuple(group))
        for address, group in groups.items()
        if len(group) > 1
    )
