"""What the ledger says of the year of a plan: opened, asked, answered, ended."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from domain.calendar import french_date

Facts = Mapping[str, Any]

KINDS = {
    "review.opened": "revue du plan ouverte",
    "review.joined": "sujet ajouté à la revue du plan",
    "review.asked": "demandes de la revue du plan",
    "review.answered": "réponse à la revue du plan",
    "review.ended": "revue du plan terminée",
    "review.missed": "revue du plan manquée",
    "contacts.opened": "contacts des autorités à vérifier",
    "cpts.changed": "fichier de la CPTS changé",
}
_TRIGGERS = {
    "CALENDRIER": "à sa date",
    "DECISION": "sur décision",
    "LEVEE": "après la levée d'une crise",
    "RESPONSABLES": "changement de responsables",
    "TRAME": "nouvelle trame",
    "TERRITOIRE": "changement de territoire ou de taille",
}
_ANSWERS = {
    "SANS_CHANGEMENT": "sans changement",
    "MODIFIE": "avec des changements",
    "VERIFIE": "vérifié",
    "NON_JOINT": "non joint",
    "RETRAIT": "retrait",
}
_ASKED = {"SECTION": "section", "PROFIL": "profil", "AUTORITE": "contact"}


def _day(text: str) -> str:
    return french_date(date.fromisoformat(text))


def _opened(facts: Facts) -> str:
    why, due = _TRIGGERS[facts["why"]], _day(facts["due_on"])
    return f"Revue {facts['year']} du plan ouverte, {why} ; échéance le {due}."


def _asked(facts: Facts) -> str:
    again = f", dont {facts['again']} après un silence" if facts["again"] else ""
    return f"Revue du plan : {facts['tasks']} demandes adressées{again}."


def _answered(facts: Facts) -> str:
    about = f" {facts['subject']}" if "subject" in facts else ""
    kind, answer = _ASKED[facts["kind"]], _ANSWERS[facts["answer"]]
    return f"Revue du plan, {kind}{about} : {answer}."


def _ended(facts: Facts) -> str:
    number, due = facts["number"], _day(facts["due_on"])
    late = ", après l'échéance" if facts["late"] else ""
    return (
        f"Revue {facts['year']} du plan terminée{late} : version {number} adoptée, "
        f"échéance le {due} ; {facts['answered']} réponses, {facts['silent']} silences "
        f"; copies envoyées : {facts['sent']}, reçues : {facts['received']} ; "
        f"lettres de diffusion : {facts['circulated']}."
    )


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "review.opened": _opened,
    "review.joined": lambda facts: (
        f"Revue {facts['year']} du plan : {_TRIGGERS[facts['why']]}."
    ),
    "review.asked": _asked,
    "review.answered": _answered,
    "review.ended": _ended,
    "review.missed": lambda facts: (
        f"Revue {facts['year']} du plan manquée : aucune version adoptée et envoyée à "
        "l'ARS depuis son ouverture."
    ),
    "cpts.changed": lambda facts: (
        f"Fichier de la CPTS changé : {', '.join(facts['keys'])}."
    ),
    "contacts.opened": lambda facts: (
        f"Contacts des autorités à vérifier : {facts['contacts']} ({facts['period']})."
    ),
}
