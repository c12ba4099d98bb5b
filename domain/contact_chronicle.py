"""What the ledger says of the contacts of members: proved, refused, asked."""

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]

KINDS = {
    "contact.verified": "coordonnée vérifiée",
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


def _said(facts: Facts) -> str:
    return f"{_SCOPES[facts['scope']]} ({_VIA[facts['via']]})"


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "contact.verified": lambda facts: (
        f"{_MEDIA[facts['medium']]} d'une personne vérifié, {_HOW[facts['how']]}."
    ),
    "contact.stopped": lambda facts: f"Une personne arrête {_said(facts)}.",
    "contact.resumed": lambda facts: f"Une personne reprend {_said(facts)}.",
}
