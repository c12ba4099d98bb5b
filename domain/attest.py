"""« Tout relu, sauf… » : a named person vouches for what no machine can check.

Source: docs/sources.md#plan-checks
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.check_errors import NotAttestableError, UnknownExceptionError
from domain.content import Attestation, Reading
from domain.form import SectionForm
from domain.person import Person
from domain.plan import Plan
from domain.plan_check import BY_PEOPLE, CARDS_READ, SIGNALLED
from domain.section import Section
from domain.section_edit import form_of, with_section


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who vouches, and when."""

    person_id: str
    person: Person
    on: date

    def role(self, plan: Plan, section: Section) -> str:
        """In which role: the owner's if it is theirs, else one of theirs, else none."""
        roles = plan.roles_of(self.person_id)
        owned = (section.owner,) if section.owner in roles else ()
        found: tuple[str, ...] = (*owned, *roles, self.person.link.value)
        return found[0]


@dataclass(frozen=True, slots=True)
class Vouched:
    """The plan once vouched for, and the checks that were, as `SEC-06.2`."""

    plan: Plan
    checks: tuple[str, ...]


def attest(plan: Plan, section_id: str, rank: int | None, who: Voucher) -> Vouched:
    """Vouch for one check of a section, or for all that people make.

    Args:
        plan: The draft.
        section_id: Of the section.
        rank: Of the check, from 0; None: every check that only people make.
        who: Somebody of the directory.

    Raises:
        NotAttestableError: The section has no such check, or a machine makes it.
        UnknownSectionError: The plan has no such section.
    """
    ranks = _ranks(form_of(plan, section_id), rank)
    if not ranks:
        check = "—" if rank is None else rank + 1
        raise NotAttestableError(section=section_id, check=check)
    return _vouched(plan, {section_id: ranks}, who, "")


def attest_all(plan: Plan, exceptions: Iterable[str], who: Voucher) -> Vouched:
    """Vouch for everything that only people check, but some sections and cards.

    A section that this version did not change is « relu, sans changement » as well.

    Raises:
        UnknownExceptionError: An exception is neither a section nor a card.
    """
    sections = {section.section_id for section in plan.template.sections}
    cards = {card.card_id for card in plan.template.cards}
    excepted = tuple(dict.fromkeys(exceptions))
    if unknown := next((e for e in excepted if e not in sections | cards), None):
        raise UnknownExceptionError(exception=unknown)
    read = [f for f in plan.template.forms if f.section_id not in excepted]
    wanted = {form.section_id: _ranks(form, None) for form in read}
    left = ", ".join(each for each in excepted if each in cards)
    vouched = _vouched(plan, wanted, who, left)
    return Vouched(_read(vouched.plan, wanted, who), vouched.checks)


def _ranks(form: SectionForm, rank: int | None) -> tuple[int, ...]:
    """List the checks to vouch for: one that people may, else all that only they do."""
    allowed = BY_PEOPLE if rank is None else BY_PEOPLE | SIGNALLED
    return tuple(
        at
        for at, code in enumerate(form.checks)
        if code in allowed and rank in {None, at}
    )


def _vouched(
    plan: Plan, wanted: dict[str, tuple[int, ...]], who: Voucher, left: str
) -> Vouched:
    codes = {form.section_id: form.checks for form in plan.template.forms}
    made: list[str] = []
    for section in plan.template.sections:
        content = plan.section(section.section_id)
        ranks = wanted.get(section.section_id, ())
        kept = [a for a in content.attestations if a.check not in ranks]
        for rank in ranks:
            of_cards = codes[section.section_id][rank] == CARDS_READ
            kept.append(
                Attestation(
                    check=rank,
                    person_id=who.person_id,
                    role=who.role(plan, section),
                    on=who.on,
                    note=left if of_cards and left else None,
                )
            )
            made.append(f"{section.section_id}.{rank + 1}")
        if ranks:
            said = sorted(kept, key=lambda each: each.check)
            plan = with_section(
                plan, content.model_copy(update={"attestations": tuple(said)})
            )
    return Vouched(plan, tuple(made))


def _read(plan: Plan, section_ids: Iterable[str], who: Voucher) -> Plan:
    """Say of each of these sections that did not change who read it again."""
    changed = {change.section_id for change in plan.changes}
    sections = {section.section_id: section for section in plan.template.sections}
    for section_id in section_ids:
        if section_id not in changed:
            role = who.role(plan, sections[section_id])
            reading = Reading(person_id=who.person_id, role=role, on=who.on)
            content = plan.section(section_id)
            plan = with_section(plan, content.model_copy(update={"reading": reading}))
    return plan
