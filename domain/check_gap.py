"""What a check of a plan looks at, and what it finds missing.

Source: docs/sources.md#plan-checks
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.content import Attestation, Row, SectionContent
from domain.duration import Period
from domain.folding import folded
from domain.form import ROWS
from domain.known_facts import KnownFacts
from domain.person import Person
from domain.plan import Holder, Plan
from domain.section import Section


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: a French sentence, and the field to fill."""

    sentence: str
    field: str


@dataclass(frozen=True, slots=True)
class Checking:
    """One check of one section, and all that it may look at."""

    plan: Plan
    facts: KnownFacts
    people: dict[str, Person]  # of the directory, by id
    section: Section
    rank: int  # of the check, from 0

    @property
    def content(self) -> SectionContent:
        """What the plan says in the section."""
        return self.plan.section(self.section.section_id)

    def text(self, name: str) -> str:
        """What a field of the section says, if it is a text."""
        value = self.content.value(name)
        return value if isinstance(value, str) else ""

    def rows(self, name: str = ROWS) -> tuple[Row, ...]:
        """The rows of a field of the section."""
        found = self.content.value(name) or ()
        return tuple(row for row in found if not isinstance(row, str))

    def holder(self, role: str) -> Holder | None:
        """Who holds a role of the plan."""
        return next((h for h in self.plan.holders if h.role == role), None)

    def older(self, on: date, period: Period) -> bool:
        """Was this day longer ago than the period?"""
        return period.after(on) < self.facts.on

    def attestation(self) -> Attestation | None:
        """The last attestation of this check by somebody of the directory."""
        made = (
            a
            for a in self.content.attestations
            if a.check == self.rank and a.person_id in self.people
        )
        return max(made, key=lambda a: a.on, default=None)


Rule = Callable[[Checking], Iterator[Gap]]
"""Says what is missing; nothing: the check is satisfied."""


def same(one: str, other: str) -> bool:
    """Do people mean the same by these words?"""
    return folded(one) == folded(other)


def day_in(text: str) -> date | None:
    """Read a day as sections keep them; None: it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
