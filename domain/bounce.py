"""What a mail that came back says: it did not arrive, why, and what to do.

Source: docs/sources.md#bounces
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNSAID = ("0", "0")  # « 5.0.0 »: something, somewhere


class BounceReason(StrEnum):
    """Why a mail did not arrive."""

    NO_SUCH_ADDRESS = "ADRESSE_INCONNUE"
    NO_SUCH_DOMAIN = "DOMAINE_INCONNU"
    DISABLED = "BOITE_FERMEE"
    FULL = "BOITE_PLEINE"
    TOO_LARGE = "TROP_LOURD"
    REFUSED = "REFUSE_A_L_ARRIVEE"
    UNREACHABLE = "SERVEUR_INJOIGNABLE"
    UNSAID = "RAISON_INCONNUE"

    @property
    def told(self) -> str:
        """The reason, then what to do."""
        return _TOLD[self]

    @property
    def blames_address(self) -> bool:
        """Is it the address that must be checked, not what was sent or how?"""
        return self in _OF_ADDRESS


_TOLD = {
    BounceReason.NO_SUCH_ADDRESS: "adresse inconnue ; corrigez l'annuaire",
    BounceReason.NO_SUCH_DOMAIN: "domaine inconnu ; corrigez l'annuaire",
    BounceReason.DISABLED: "boîte fermée ; demandez une autre adresse",
    BounceReason.FULL: "boîte pleine ; prévenez la personne",
    BounceReason.TOO_LARGE: "message trop lourd pour cette boîte",
    BounceReason.REFUSED: (
        "refusé par le serveur du destinataire ; vérifiez SPF, DKIM et DMARC"
    ),
    BounceReason.UNREACHABLE: "serveur du destinataire injoignable",
    BounceReason.UNSAID: "raison inconnue ; vérifiez l'adresse",
}
_OF_ADDRESS = frozenset(
    {
        BounceReason.NO_SUCH_ADDRESS,
        BounceReason.NO_SUCH_DOMAIN,
        BounceReason.DISABLED,
        BounceReason.FULL,
        BounceReason.UNSAID,
    }
)
_BY_DETAIL = {
    ("1", "2"): BounceReason.NO_SUCH_DOMAIN,
    ("1", "7"): BounceReason.REFUSED,  # our own address, says the server
    ("1", "8"): BounceReason.REFUSED,
    ("1", "10"): BounceReason.NO_SUCH_DOMAIN,  # it says that it takes no mail
    ("2", "2"): BounceReason.FULL,
    ("2", "3"): BounceReason.TOO_LARGE,
    ("3", "4"): BounceReason.TOO_LARGE,
    ("4", "4"): BounceReason.NO_SUCH_DOMAIN,
}
_BY_SUBJECT = {
    "1": BounceReason.NO_SUCH_ADDRESS,
    "2": BounceReason.DISABLED,
    "4": BounceReason.UNREACHABLE,
    "7": BounceReason.REFUSED,
}


def reason_of(status: str, diagnostic: str) -> BounceReason:
    """Read the enhanced status of a failure (RFC 3463), else that of its diagnostic."""
    for text in (status, diagnostic):
        for _, subject, detail in _STATUS.findall(text):
            if (subject, detail) != _UNSAID:
                return _BY_DETAIL.get(
                    (subject, detail), _BY_SUBJECT.get(subject, BounceReason.UNSAID)
                )
    return BounceReason.UNSAID


class Returned(StrEnum):
    """What a mail sent to a return path is."""

    FAILED = "ECHEC"
    DELAYED = "RETARD"  # the server still tries
    AUTOMATIC = "AUTOMATIQUE"  # an absence: neither an answer nor a failure
    OTHER = "AUTRE"


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A mail that came to a return path, read."""

    recipients: tuple[str, ...]  # addresses that it was sent to, the surest first
    says: Returned
    reason: BounceReason = BounceReason.UNSAID
