"""The checks of a plan in French: what the terminal and the page both say."""

from dataclasses import dataclass

from domain.plan import Plan
from domain.plan_check import CheckResult, CheckState, PlanCheck, SectionCheck
from domain.plan_version import VersionKind

_STAKES = {
    VersionKind.FIRST_WRITING: "la première rédaction",
    VersionKind.UPDATE: "la mise à jour de l'année",
}
_OWNERS = {"COORDINATEUR": "Coordination"}  # an employee: no role of a crisis
STATE_LABELS = {
    CheckState.SATISFIED: "satisfait",
    CheckState.MISSING: "manque",
    CheckState.TO_ATTEST: "à attester",
}


@dataclass(frozen=True, slots=True)
class SectionWords:
    """A section of the check: what it is, what it lacks, who fills it."""

    section_id: str
    title: str
    score: str  # « 1 sur 3 »
    warns: bool  # the agreement expects it: a payment is at stake
    owner: str
    results: tuple[CheckResult, ...]


def total(check: PlanCheck) -> str:
    """Say the score of the whole plan."""
    return (
        f"{check.satisfied} contrôles satisfaits sur {check.total}, {check.percent} %"
    )


def stake(plan: Plan) -> str:
    """Say which payment an incomplete section puts at stake."""
    return f"Paiement en jeu : {_STAKES[plan.kind]}."


def to_fill(plan: Plan, check: PlanCheck) -> tuple[SectionWords, ...]:
    """List what is incomplete, what the agreement expects and lacks most first."""
    labels = {role.code: role.label for role in plan.template.roles} | _OWNERS
    lacking = (each for each in check.sections if not each.complete)
    return tuple(
        _section(each, labels[each.section.owner])
        for each in sorted(lacking, key=lambda s: (not s.warns, s.percent))
    )


def _section(each: SectionCheck, owner: str) -> SectionWords:
    return SectionWords(
        section_id=each.section.section_id,
        title=each.section.title,
        score=f"{each.satisfied} sur {len(each.results)}",
        warns=each.warns,
        owner=owner,
        results=each.results,
    )


def idle(check: PlanCheck) -> str:
    """Say which professions no card names: the CPTS decides what they do."""
    if not check.idle:
        return ""
    return f"Aucune fiche ne nomme : {', '.join(check.idle)}. Décidez de leur part."
