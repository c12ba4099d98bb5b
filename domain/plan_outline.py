"""A plan in a line a section: who owns it, what is written, since when."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.calendar import french_date
from domain.card_words import labels
from domain.known_facts import count_of
from domain.person import Person
from domain.plan import Plan
from domain.printed_plan import PrintedSection
from domain.printed_section import OWNERS, SectionWords


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One section in a line."""

    section_id: str
    title: str
    owner: str
    written: str  # « 6 champs sur 10 », « 3 lignes »
    empty: bool  # is there something that nobody has written yet?
    since: str  # what this version did to it; empty: nothing yet


def outline(plan: Plan, people: Mapping[str, Person]) -> tuple[OutlineLine, ...]:
    """Say where each section stands.

    Args:
        plan: The version.
        people: The directory, by id.
    """
    words = SectionWords(plan.template, people, public=False)
    sections = plan.template.sections
    printed = (words.printed(s, plan.section(s.section_id)) for s in sections)
    return tuple(_line(plan, section) for section in printed)


def _line(plan: Plan, section: PrintedSection) -> OutlineLine:
    filled = [field for field in section.fields if not field.is_empty]
    tables = [field.table for field in section.fields if not field.label]
    written = f"{count_of(len(filled), 'champ')} sur {len(section.fields)}"
    for table in filter(None, tables):  # the whole section is one table
        written = count_of(len(table.rows), "ligne")
    return OutlineLine(
        section_id=section.section_id,
        title=section.title,
        owner=section.owner,
        written=written,
        empty=len(filled) < len(section.fields),
        since=_since(plan, section),
    )


def _since(plan: Plan, section: PrintedSection) -> str:
    mine = [c for c in plan.changes if c.section_id == section.section_id]
    if not mine:
        return section.read or ""
    last = max(mine, key=lambda change: change.on)
    roles = OWNERS | labels(plan.template.roles)
    by = roles.get(last.author, last.author)
    return f"Modifiée le {french_date(last.on)} : {by}."
