"""What is missing in a plan: each check one pure rule, a score by section.

Source: docs/sources.md#plan-checks
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain import check_directory, check_sections
from domain.adoption import EXPECTED
from domain.calendar import french_date
from domain.check_gap import Checking, Gap, Rule
from domain.content import Attestation
from domain.directory_check import without_card
from domain.duration import Period
from domain.form import ATTESTED
from domain.known_facts import KnownFacts, count_of
from domain.plan import Plan
from domain.plan_edition import PAPER_LIVES
from domain.section import Section

PAPER_TREE = "ARBRE_D_APPEL"
CARDS_READ = "FICHES_RELUES"
SIGNALLED = frozenset({"EFFECTIF_PAR_TYPE", "DOUBLE_ENGAGEMENT"})
"""Checks that are satisfied too by whoever vouches that the gap is known."""
TOLD = frozenset({"EFFECTIF_PAR_TYPE", "LIEU_PAR_ZONE_ET_TYPE"})
"""Checks whose gaps are told one by one to the ARS."""
VOLUNTEERS = "VOLONTAIRES_COMPLETS"
BY_PEOPLE = frozenset({ATTESTED, PAPER_TREE, CARDS_READ, VOLUNTEERS})
"""Checks that only a named person can make, for a part at least."""
RULES: Mapping[str, Rule] = {**check_directory.RULES, **check_sections.RULES}
_A_YEAR = Period(1, "Y")
_TO_VOUCH = {
    VOLUNTEERS: "Date d'accord : à attester, l'annuaire ne la garde pas.",
}


class CheckState(StrEnum):
    """What a check found."""

    SATISFIED = "SATISFAIT"
    MISSING = "MANQUE"
    TO_ATTEST = "A_ATTESTER"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of a section: its text in the template, and what it found."""

    rank: int  # from 0
    code: str
    text: str
    state: CheckState
    gaps: tuple[Gap, ...] = ()
    attestation: Attestation | None = None  # that still holds

    @property
    def by_people(self) -> bool:
        """May somebody vouch for it?"""
        return self.code in BY_PEOPLE | SIGNALLED


@dataclass(frozen=True, slots=True)
class SectionCheck:
    """The checks of a section, and who fills it."""

    section: Section
    results: tuple[CheckResult, ...]

    @property
    def satisfied(self) -> int:
        """How many checks are satisfied."""
        return sum(each.state is CheckState.SATISFIED for each in self.results)

    @property
    def percent(self) -> int:
        """The share of satisfied checks."""
        return 100 * self.satisfied // len(self.results)

    @property
    def complete(self) -> bool:
        """Is every check satisfied?"""
        return self.satisfied == len(self.results)

    @property
    def summary(self) -> str:
        """Say how much of it is missing: « Communication : 1 contrôle sur 3. »."""
        checks = count_of(self.satisfied, "contrôle")
        return f"{self.section.title} : {checks} sur {len(self.results)}."

    @property
    def warns(self) -> bool:
        """Does the agreement expect the section, and is it incomplete?"""
        return self.section.mark in EXPECTED and not self.complete


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What is missing in a version, section by section."""

    sections: tuple[SectionCheck, ...]
    idle: tuple[str, ...]  # professions that no card names: « Orthoptiste (2) »

    @property
    def satisfied(self) -> int:
        """How many checks are satisfied."""
        return sum(each.satisfied for each in self.sections)

    @property
    def total(self) -> int:
        """How many checks there are."""
        return sum(len(each.results) for each in self.sections)

    @property
    def percent(self) -> int:
        """The share of satisfied checks; nothing to check is whole."""
        return 100 * self.satisfied // self.total if self.total else 100

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The sections that the agreement expects, and that lack something."""
        return tuple(s.section.section_id for s in self.sections if s.warns)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Say what the ARS is told: incomplete sections, too few people or places."""
        return (
            *(each.summary for each in self.sections if each.warns),
            *(
                gap.sentence
                for each in self.sections
                for result in each.results
                for gap in result.gaps
                if result.code in TOLD
            ),
        )


def check_plan(plan: Plan, facts: KnownFacts) -> PlanCheck:
    """Check a version against the directory, the exercises and the day."""
    people = dict(facts.roster)
    codes = {form.section_id: form.checks for form in plan.template.forms}
    return PlanCheck(
        sections=tuple(
            SectionCheck(
                section,
                tuple(
                    _result(Checking(plan, facts, people, section, rank), code)
                    for rank, code in enumerate(codes[section.section_id])
                ),
            )
            for section in plan.template.sections
        ),
        idle=without_card(facts.people, plan.template),
    )


def _result(on: Checking, code: str) -> CheckResult:
    rule = RULES.get(code)
    gaps = tuple(rule(on)) if rule else ()
    attestation, outdated = _vouched(on, code)
    if code in SIGNALLED and attestation:
        gaps = ()
    state = CheckState.MISSING if gaps else CheckState.SATISFIED
    if code in BY_PEOPLE and not gaps:
        gaps = tuple(_unvouched(on, code, attestation, outdated))
        state = CheckState.TO_ATTEST if gaps else CheckState.SATISFIED
    text = on.section.checks[on.rank]
    return CheckResult(on.rank, code, text, state, gaps, attestation)


def _vouched(on: Checking, code: str) -> tuple[Attestation | None, Attestation | None]:
    """Give the attestation that holds; else the one that held."""
    last = on.attestation()
    lives = {PAPER_TREE: PAPER_LIVES, CARDS_READ: _A_YEAR, VOLUNTEERS: _A_YEAR}
    if last is None or on.older(last.on, lives.get(code, on.section.reviewed_every)):
        return None, last
    return last, None


def _unvouched(
    on: Checking,
    code: str,
    attestation: Attestation | None,
    outdated: Attestation | None,
) -> Iterator[Gap]:
    field = on.section.fields[0]
    if outdated:
        on_day = french_date(outdated.on)
        yield Gap(f"Attesté le {on_day} : à relire, puis à attester.", field)
    elif attestation is None:
        yield Gap(
            _TO_VOUCH.get(code, "Une personne de l'annuaire doit l'attester."), field
        )
    elif attestation.note:
        yield Gap(f"Reste à relire : {attestation.note}.", field)
