"""The national extraction of health professionals: its columns, people of its lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from pydantic import Field

from domain.contact import mail, phone
from domain.folding import folded
from domain.roster import RosterRow
from domain.roster_table import telephones, without_capitals
from domain.sheet import Code, Sheet, Text

COLUMNS: Mapping[str, str] = {
    "id_type": "Type d'identifiant PP",
    "number": "Identifiant PP",
    "national_id": "Identification nationale PP",
    "last_name": "Nom d'exercice",
    "first_name": "Prénom d'exercice",
    "profession_code": "Code profession",
    "profession_label": "Libellé profession",
    "category": "Code catégorie professionnelle",
    "skill_code": "Code savoir-faire",
    "skill_label": "Libellé savoir-faire",
    "mode": "Code mode exercice",
    "commune": "Code commune (coord. structure)",
    "phone": "Téléphone (coord. structure)",
    "phone2": "Téléphone 2 (coord. structure)",
    "email": "Adresse e-mail (coord. structure)",
}
"""By field of an activity: its column, as usually written."""

_RPPS = "8"
_STUDENT = "E"
_STATUSES = {"L": "LIBERAL", "S": "SALARIE"}
_MODES = ("L", "S", "B")  # who is proposed first
_ON_THE_TERRITORY = "TERRITOIRE"  # known to exercise here, never enrolled


@dataclass(frozen=True, slots=True)
class Activity:
    """One line: a person at one place of work, as the file writes it."""

    line: int
    id_type: str
    number: str
    national_id: str
    last_name: str
    first_name: str
    profession_code: str
    profession_label: str
    category: str
    skill_code: str
    skill_label: str
    mode: str
    commune: str
    phone: str
    phone2: str
    email: str

    @property
    def rank(self) -> tuple[int, int]:
        """Self-employed first, salaried next, then as the file has them."""
        modes = (*_MODES, self.mode)
        return modes.index(self.mode), self.line

    @property
    def skill(self) -> str:
        """Code and label of the savoir-faire, folded, a space before each word."""
        return f" {folded(self.skill_code)} {folded(self.skill_label)}"


class ProfessionRule(Sheet):
    """Which profession of the plans a national one is, given a savoir-faire."""

    code: Text
    label: Text = Field(alias="libelle")
    skills: tuple[Text, ...] = Field(default=(), alias="savoir_faire")
    profession: Code | None = None

    def fits(self, activity: Activity) -> bool:
        """Has the activity a savoir-faire of the rule, or asks the rule for none?"""
        return not self.skills or any(
            f" {folded(skill)}" in activity.skill for skill in self.skills
        )


class ProfessionTable(Sheet):
    """The national professions, most particular rule first."""

    rules: tuple[ProfessionRule, ...] = Field(alias="regles", min_length=1)

    def profession(self, activities: Sequence[Activity]) -> str | None:
        """Give the code of the plans, or what the file says when no rule knows it.

        Returns:
            None for a profession that the plans leave out.
        """
        one = activities[0]
        label = folded(one.profession_label)
        rules = [rule for rule in self.rules if folded(rule.label) == label]
        rules = rules or [r for r in self.rules if r.code == one.profession_code]
        for rule in rules:
            if any(rule.fits(activity) for activity in activities):
                return rule.profession
        return f"{one.profession_label} ({one.profession_code})"


def columns(names: Iterable[str]) -> dict[str, int]:
    """Give the place of each known column, whatever the spelling of the year."""
    known = {_heading(name): field for field, name in COLUMNS.items()}
    return {
        field: place
        for place, name in enumerate(names)
        if (field := known.get(_heading(name)))
    }


def missing(places: Mapping[str, int]) -> tuple[str, ...]:
    """Name the columns that are not there."""
    return tuple(name for field, name in COLUMNS.items() if field not in places)


def people_of(
    activities: Iterable[Activity], table: ProfessionTable
) -> tuple[RosterRow, ...]:
    """Join activities into one row a person; students are left out.

    What is known of reaching them is what the structure published: no number here was
    given by the person, so nobody is more than a professional of the territory.
    """
    kept = (a for a in activities if a.category != _STUDENT)
    by_person = sorted(kept, key=attrgetter("national_id"))
    groups = (
        sorted(group, key=attrgetter("rank"))
        for _, group in groupby(by_person, key=attrgetter("national_id"))
    )
    rows = (
        _row(group, profession)
        for group in sorted(groups, key=lambda group: group[0].rank)
        if (profession := table.profession(group))
    )
    return tuple(rows)


def _row(activities: Sequence[Activity], profession: str) -> RosterRow:
    main = activities[0]
    numbers = [n for a in activities for n in (a.phone, a.phone2) if _is(phone, n)]
    mobile, other = telephones("", " / ".join(numbers))
    return RosterRow(
        line=main.line,
        last_name=without_capitals(main.last_name),
        first_name=without_capitals(main.first_name),
        profession=profession,
        rpps=main.number if main.id_type == _RPPS else "",
        commune=main.commune,
        email=next((a.email for a in activities if _is(mail, a.email)), ""),
        mobile=mobile,
        phone2=other,
        link=_ON_THE_TERRITORY,
        status=_STATUSES.get(main.mode),
    )


def _heading(name: str) -> str:
    """« Code mode d'exercice » and « Code mode exercice » are the same column."""
    words = (word for word in folded(name).split() if word not in {"d", "l"})
    return " ".join(words).replace("e mail", "email")


def _is(kind: Callable[[str], str], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
