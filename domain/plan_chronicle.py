"""What the ledger says of the life of a plan: submitted, answered, decided, sent."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from domain.calendar import french_date
from domain.known_facts import count_of
from domain.plan_version import Opinion

Facts = Mapping[str, Any]

KINDS = {
    "plan.made": "plan établi",
    "plan.edited": "section du plan modifiée",
    "plan.read": "section du plan relue, sans changement",
    "plan.imported": "document importé à côté du plan",
    "plan.part_closed": "partie importée écartée",
    "plan.submitted": "plan soumis à l'ARS",
    "plan.opinion": "avis de l'ARS sur le plan",
    "plan.decided": "décision du bureau sur le plan",
    "plan.printed": "exemplaire du plan imprimé",
    "plan.circulated": "plan diffusé",
    "plan.reading": "lecture du plan",
    "plan.card_edited": "fiche du plan modifiée",
    "plan.card_added": "fiche ajoutée au plan",
    "plan.card_disabled": "fiche du plan désactivée",
    "plan.card_enabled": "fiche du plan réactivée",
    "plan.conflicts_decided": "points tranchés entre le plan et son modèle",
}
_OPINIONS = {
    Opinion.FAVOURABLE: "favorable",
    Opinion.REMARKS: "avec des remarques",
    Opinion.REFUSED: "défavorable",
}


def _day(text: str) -> str:
    return french_date(date.fromisoformat(text))


def _submitted(facts: Facts) -> str:
    left = facts["incomplete"]
    despite = (
        f" Sections incomplètes : {', '.join(left)} ; motif : "
        f"{facts['despite'].rstrip('.')}."
        if left
        else ""
    )
    return f"Version {facts['number']} du plan soumise à l'ARS.{despite}"


def _opinion(facts: Facts) -> str:
    number, on = facts["number"], _day(facts["on"])
    if facts["opinion"] == Opinion.SILENCE:
        return f"Version {number} du plan : aucun avis de l'ARS dans le délai ({on})."
    said = _OPINIONS[facts["opinion"]]
    return f"Version {number} du plan : avis {said} de l'ARS, le {on}."


def _decided(facts: Facts) -> str:
    done = "adoptée" if facts["adopted"] else "refusée"
    by = "suppléance de la présidence" if facts["deputy"] else "présidence"
    why = f" Motif : {facts['reason'].rstrip('.')}." if facts["reason"] else ""
    return (
        f"Version {facts['number']} du plan {done} par le bureau le "
        f"{_day(facts['on'])} ({by} ; {facts['present']} présents, quorum "
        f"{facts['quorum']}).{why}"
    )


def _circulated(facts: Facts) -> str:
    left = facts["without_address"]
    missed = f" ; sans adresse : {left}" if left else ""
    return (
        f"Version {facts['number']} du plan diffusée : {facts['members']} membres, "
        f"{facts['partners']} partenaires{missed}."
    )


def _imported(facts: Facts) -> str:
    return (
        f"Document importé à côté de la version {facts['number']} du plan : "
        f"{facts['parts']} parties attendent leur place."
    )


def _part_closed(facts: Facts) -> str:
    return f"Partie importée {facts['part']} : écartée, gardée à côté du plan."


def _card(done: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        why = f" Motif : {facts['reason'].rstrip('.')}." if facts["reason"] else ""
        return f"Fiche {facts['about']} {done} (version {facts['number']}).{why}"

    return said


def _settled(facts: Facts) -> str:
    return (
        f"Version {facts['number']} du plan : tranché entre le plan et son modèle "
        f"pour {facts['about']}."
    )


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "plan.edited": lambda facts: (
        f"Section {facts['section']} du plan modifiée : "
        f"{count_of(len(facts['fields']), 'champ')}."
    ),
    "plan.read": lambda facts: (
        f"Section {facts['section']} du plan relue, sans changement."
    ),
    "plan.imported": _imported,
    "plan.part_closed": _part_closed,
    "plan.submitted": _submitted,
    "plan.opinion": _opinion,
    "plan.decided": _decided,
    "plan.printed": lambda facts: (
        f"Version {facts['number']} du plan, exemplaire n° {facts['copy']} imprimé."
    ),
    "plan.circulated": _circulated,
    "plan.reading": lambda facts: f"Version {facts['number']} du plan lue une fois.",
    "plan.card_edited": _card("modifiée"),
    "plan.card_added": _card("ajoutée"),
    "plan.card_disabled": _card("désactivée"),
    "plan.card_enabled": _card("réactivée"),
    "plan.conflicts_decided": _settled,
}
