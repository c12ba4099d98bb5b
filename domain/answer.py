"""What a member may answer to a request for help."""

from enum import StrEnum


class Availability(StrEnum):
    """An answer to a wave; the last one given counts, silence is written down."""

    IMMEDIATE = "DISPONIBLE_IMMEDIAT"
    ON_SITE = "DISPONIBLE_SUR_PLACE"
    LATER = "DISPONIBLE_DIFFERE"
    UNAVAILABLE = "INDISPONIBLE"
    ENGAGED_ELSEWHERE = "DEJA_MOBILISE_AILLEURS"
    SILENT = "NON_REPONSE"

    @property
    def offers_help(self) -> bool:
        """Is it a yes of any kind, counted as help offered?"""
        return self in _HELP

    @property
    def takes_seat(self) -> bool:
        """Does it ask for a seat? Help from one's own practice takes none."""
        return self is Availability.IMMEDIATE


_HELP = frozenset({Availability.IMMEDIATE, Availability.ON_SITE, Availability.LATER})
