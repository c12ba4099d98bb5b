"""What the ledger says of the contacts of members: proved, refused, asked."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.bounce import BounceReason

Facts = Mapping[str, Any]

KINDS = {
    "contact.verified": "coordonnée vérifiée",
    "contact.returned": "courriel revenu",
    "member.confirmed": "coordonnées confirmées par leur personne",
    "poster.made": "affiche d'inscription",
    "join.proved": "inscription par l'affiche",
    "join.settled": "demande d'inscription tranchée",
    "roll_call.opened": "demande à tous les membres",
    "roll_call.ended": "fin d'une demande à tous",
    "contact.stopped": "messages arrêtés à la demande d'une personne",
    "contact.resumed": "messages repris à la demande d'une personne",
}
_SCOPES = {
    "ALERTE": "les sollicitations de cette alerte",
    "NON_URGENT": "les courriels non urgents",
    "TOUJOURS": "tous les messages",
}
_VIA = {
    "PAGE": "par sa page",
    "COURRIEL": "depuis sa messagerie",
    "SMS": "par SMS",
    "APPEL": "par téléphone",
    "COORDINATION": "dit à la coordination",
}
_MEDIA = {"COURRIEL": "Courriel", "MOBILE": "Mobile", "TELEPHONE": "Téléphone"}
_HOW = {
    "CODE": "par un code",
    "REPONSE": "par une réponse",
    "RAPPEL": "par un appel",
    "SAISIE": "dit à la coordination",
}
_CALLS = {
    "INSCRIPTION": "Invitation à s'inscrire",
    "EXACT": "« Toujours exact ? »",
    "ESSAI": "Essai d'alerte",
}


def _opened(facts: Facts) -> str:
    without = facts["without_address"]
    left = f", dont {without} sans adresse" if without else ""
    return f"{_CALLS[facts['kind']]} : {_people(facts['people'])}{left}."


def _ended(facts: Facts) -> str:
    late = f", dont {facts['in_time']} à temps" if facts["kind"] == "ESSAI" else ""
    asked, answered = _people(facts["people"]), facts["answered"]
    return f"{_CALLS[facts['kind']]}, bilan : {asked}, réponses : {answered}{late}."


def _confirmed(facts: Facts) -> str:
    agreed = ", accord donné" if facts["consents"] else ""
    changed = "corrigées" if facts["changed"] else "confirmées"
    return f"Coordonnées {changed} par leur personne{agreed}."


def _proved(facts: Facts) -> str:
    said = f"{_MEDIA[facts['medium']]} vérifié par un code, depuis l'affiche"
    return f"{said} ; la coordination tranche." if facts["waits"] else f"{said}."


def _settled(facts: Facts) -> str:
    how = "acceptée" if facts["accepted"] else "refusée"
    return f"Demande d'inscription {how} par la coordination."


def _people(number: int) -> str:
    return f"{number} {'personne' if number <= 1 else 'personnes'}"


def _said(facts: Facts) -> str:
    return f"{_SCOPES[facts['scope']]} ({_VIA[facts['via']]})"


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "contact.verified": lambda facts: (
        f"{_MEDIA[facts['medium']]} d'une personne vérifié, {_HOW[facts['how']]}."
    ),
    "contact.returned": lambda facts: (
        "Un courriel à une personne n'a pas été remis : "
        f"{BounceReason(facts['why']).told}."
    ),
    "member.confirmed": _confirmed,
    "poster.made": lambda _: "Affiche d'inscription imprimée.",
    "join.proved": _proved,
    "join.settled": _settled,
    "roll_call.opened": _opened,
    "roll_call.ended": _ended,
    "contact.stopped": lambda facts: f"Une personne arrête {_said(facts)}.",
    "contact.resumed": lambda facts: f"Une personne reprend {_said(facts)}.",
}
