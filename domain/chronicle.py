"""The crisis log: each ledger entry as one French sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.typography import typeset
from domain.wording import ANSWER_LABELS, AUTHORITY_LABELS

Facts = Mapping[str, Any]

KINDS = {
    "cpts.added": "CPTS inscrite",
    "roster.imported": "annuaire importé",
    "plan.made": "plan établi",
    "crisis.opened": "crise ouverte",
    "wave.opened": "vague ouverte",
    "wave.reminded": "relance",
    "wave.closed": "vague close",
    "batch.sent": "lot de messages",
    "answer": "réponse",
    "crisis.lifted": "crise levée",
    "request.link_made": "lien de demande remis à une autorité",
    "request.link_revoked": "lien de demande retiré",
    "document.made": "document établi",
    "document.sent": "document adressé",
    "document.received": "accusé de réception",
}
_WAVES = {
    "V2": "Appel aux professionnels",
    "COMPLET": "Remerciements",
    "LEVEE": "Annonce de la fin de l'alerte",
}
_WHY = {
    "BESOIN_COUVERT": "le besoin est couvert",
    "CRISE_LEVEE": "la crise est levée",
    "DELAI_ECOULE": "le délai est écoulé",
    "TOUT_ENVOYE": "tout est parti",
}
_DOCUMENTS = {
    "RAPPORT": "Compte rendu de crise",
    "DOSSIER": "Dossier de la part variable",
}


def _people(number: int) -> str:
    return f"{number} personne" if number < 2 else f"{number} personnes"  # noqa: PLR2004


def _opened(facts: Facts) -> str:
    reference = facts["reference"]
    written = f"référence {reference}" if reference else "référence écrite attendue"
    exercise = "EXERCICE. " if facts["exercise"] else ""
    giver = facts["authority"]
    why = f"sur ordre du {AUTHORITY_LABELS[giver]}" if giver else "à notre initiative"
    return (
        f"{exercise}Crise ouverte {why} "
        f"({written}) ; {_people(facts['people'])} dans l'annuaire."
    )


def _wave_opened(facts: Facts) -> str:
    return f"{_WAVES.get(facts['code'], facts['code'])} : {_people(facts['asked'])}."


def _batch(facts: Facts) -> str:
    not_sent = sum(facts["not_sent"].values())
    left = f", {not_sent} non partis" if not_sent else ""
    corrected = " (chiffres corrigés)" if facts.get("corrects") else ""
    return f"Messages remis au serveur : {facts['sent']}{left}{corrected}."


def _closed(facts: Facts) -> str:
    silent = f" Sans réponse : {facts['silent']}." if facts["silent"] else ""
    return f"Vague {facts['wave']} close : {_WHY[facts['why']]}.{silent}"


def _lifted(facts: Facts) -> str:
    who = AUTHORITY_LABELS[facts["authority"]]
    return (
        f"Fin de l'alerte décidée par le {who} ; {_people(facts['told'])} à prévenir."
    )


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "crisis.opened": _opened,
    "wave.opened": _wave_opened,
    "wave.reminded": lambda facts: f"Relance : {_people(facts['silent'])}.",
    "wave.closed": _closed,
    "batch.sent": _batch,
    "answer": lambda facts: f"Réponse reçue : {ANSWER_LABELS[facts['answer']]}.",
    "crisis.lifted": _lifted,
    "document.made": lambda facts: f"{_DOCUMENTS[facts['document']]} établi.",
    "document.sent": lambda facts: f"Document adressé : {facts['contact']}.",
    "document.received": lambda facts: f"Réception confirmée : {facts['contact']}.",
}


def told(kind: str, facts: Facts) -> str:
    """Tell one entry as a French sentence."""
    sentence = _SENTENCES.get(kind)
    return typeset(sentence(facts) if sentence else f"{KINDS[kind].capitalize()}.")
