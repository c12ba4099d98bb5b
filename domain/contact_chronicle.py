"""What the ledger says of the contacts of members: proved, refused, asked."""

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]

KINDS = {
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


def _said(facts: Facts) -> str:
    return f"{_SCOPES[facts['scope']]} ({_VIA[facts['via']]})"


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "contact.stopped": lambda facts: f"Une personne arrête {_said(facts)}.",
    "contact.resumed": lambda facts: f"Une personne reprend {_said(facts)}.",
}
