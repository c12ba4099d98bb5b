"""What the crisis log says of places and partners: asked, and what they answer."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.answer import PartnerAnswer
from domain.partner import PARTNER
from domain.wording import PLACE_STATE_LABELS

Facts = Mapping[str, Any]

_FEW = 2  # French counts from two


def places(number: int) -> str:
    """Count places, in words."""
    return f"{number} {'lieux' if number >= _FEW else 'lieu'}"


def _surveyed(facts: Facts) -> str:
    told = [f"{places(facts['asked'])} à interroger"]
    if later := facts.get("in_the_morning"):
        told.append(f"au matin : {places(later)}")
    if left := facts["not_asked"]:
        told.append(f"non interrogés : {places(left)}")
    return f"Enquête flash décidée : {' ; '.join(told)}."


def _answered_for_place(facts: Facts) -> str:
    corrected = " (réponse corrigée)" if facts["changed"] else ""
    return f"Un lieu répond : {PLACE_STATE_LABELS[facts['answer']]}{corrected}."


def partners(number: int) -> str:
    """Count partners, in words."""
    return f"{number} partenaire{'s' if number >= _FEW else ''}"


def _answered_as_partner(facts: Facts) -> str:
    """Who it is and what they need are sealed: without them, only the answer."""
    who = facts.get("partner", "Un partenaire")
    role = facts.get("role", PARTNER)
    if role != PARTNER:
        who = f"Au téléphone (inscrit par {role}), {who}"
    if facts["answer"] == PartnerAnswer.NOTHING:
        return f"{who} n'a rien à signaler."
    need = f" : {facts['need']}" if "need" in facts else "."
    return f"{who} signale un besoin{need}"


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "survey.opened": _surveyed,
    "survey.answer": _answered_for_place,
    "partner.answer": _answered_as_partner,
}
