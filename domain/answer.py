"""What somebody may answer to a wave."""

from collections.abc import Sequence
from enum import StrEnum


class Availability(StrEnum):
    """An answer to a wave; the last one given counts, silence is written down."""

    IMMEDIATE = "DISPONIBLE_IMMEDIAT"
    ON_SITE = "DISPONIBLE_SUR_PLACE"
    LATER = "DISPONIBLE_DIFFERE"
    UNAVAILABLE = "INDISPONIBLE"
    ENGAGED_ELSEWHERE = "DEJA_MOBILISE_AILLEURS"
    RECEIVED = "RECU"  # the cell: V0, V1
    SHELTERED = "A_L_ABRI"  # safety: VS
    OUT_OF_ZONE = "HORS_ZONE"
    NEEDS_HELP = "BESOIN_AIDE"
    SILENT = "NON_REPONSE"

    @property
    def offers_help(self) -> bool:
        """Is it a yes of any kind, counted as help offered?"""
        return self in _HELP

    @property
    def takes_seat(self) -> bool:
        """Does it ask for a seat? Help from one's own practice takes none."""
        return self is Availability.IMMEDIATE

    @property
    def says_if_available(self) -> bool:
        """Does it replace an earlier yes or no? « À l'abri » leaves a seat held."""
        return self in AVAILABLE_OR_NOT


_HELP = frozenset({Availability.IMMEDIATE, Availability.ON_SITE, Availability.LATER})
AVAILABLE_OR_NOT = (
    *(Availability.IMMEDIATE, Availability.ON_SITE, Availability.LATER),
    *(Availability.UNAVAILABLE, Availability.ENGAGED_ELSEWHERE),
)
SAFE_OR_NOT = (
    *(Availability.SHELTERED, Availability.OUT_OF_ZONE),
    Availability.NEEDS_HELP,
)


def last_word(said: Sequence[Availability]) -> Availability | None:
    """Sum up what somebody answered to several waves, the oldest first.

    A need of help stands until they say they are safe; a yes or a no stands whatever
    is said of safety or of a message received. None: nothing is written yet.

    Source: docs/sources.md#waves
    """
    heard = [each for each in said if each is not Availability.SILENT]
    safety = [each for each in heard if each in SAFE_OR_NOT]
    if safety and safety[-1] is Availability.NEEDS_HELP:
        return Availability.NEEDS_HELP
    available = [each for each in heard if each.says_if_available]
    return next(reversed(available or heard or said), None)


class PartnerAnswer(StrEnum):
    """What a partner of the territory answers."""

    NOTHING = "RIEN_A_SIGNALER"
    NEED = "BESOIN"
