"""Where each person asked stands, as the board of a crisis counts and lists them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.answer import Availability


class Place(StrEnum):
    """Where one person stands, those to act on first."""

    NEEDS_HELP = "BESOIN_AIDE"
    UNREACHED = "NON_JOINTE"
    SEATED = "RETENUE"
    RESTING = "AU_REPOS"  # after a post
    IMMEDIATE = "DISPONIBLE"
    ON_SITE = "SUR_PLACE"
    LATER = "PLUS_TARD"
    WAITING = "ATTENDUE"  # written to; nothing came back yet
    ENDED = "QUESTION_CLOSE"  # written to; the crisis ended before they spoke
    PENDING = "EN_PARTANCE"
    SILENT = "SANS_REPONSE"  # the wave closed on silence
    RECEIVED = "BIEN_RECU"  # the cell
    SAFE = "EN_SECURITE"
    DECLINED = "INDISPONIBLE"
    SPARED = "NON_SOLLICITEE"  # the need was met, or the crisis lifted, before


URGENT = (Place.NEEDS_HELP, Place.UNREACHED)
PLACE_LABELS = {
    Place.NEEDS_HELP: "à secourir : besoin d'aide signalé",
    Place.UNREACHED: "à appeler : aucun message n'a pu les atteindre",
    Place.SEATED: "retenues sur un poste",
    Place.RESTING: "au repos entre deux postes",
    Place.IMMEDIATE: "disponibles tout de suite, en réserve",
    Place.ON_SITE: "aident depuis leur lieu",
    Place.LATER: "disponibles plus tard",
    Place.WAITING: "prévenues, réponse attendue",
    Place.ENDED: "prévenues, alerte terminée avant leur réponse",
    Place.PENDING: "message en partance",
    Place.SILENT: "sans réponse",
    Place.RECEIVED: "ont bien reçu le message",
    Place.SAFE: "à l'abri ou hors de la zone",
    Place.DECLINED: "non disponibles ou déjà mobilisées",
    Place.SPARED: "non sollicitées : besoin couvert ou alerte terminée",
}
_SAID = {
    Availability.IMMEDIATE: Place.IMMEDIATE,
    Availability.ON_SITE: Place.ON_SITE,
    Availability.LATER: Place.LATER,
    Availability.UNAVAILABLE: Place.DECLINED,
    Availability.ENGAGED_ELSEWHERE: Place.DECLINED,
    Availability.RECEIVED: Place.RECEIVED,
    Availability.SHELTERED: Place.SAFE,
    Availability.OUT_OF_ZONE: Place.SAFE,
    Availability.NEEDS_HELP: Place.NEEDS_HELP,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """What happened between a crisis and one person."""

    person_id: str
    answer: Availability | None = None  # their last word
    whereabouts: str = ""  # as they said with « besoin d'aide »
    seated: bool = False
    resting: bool = False  # after a post
    awaited: bool = True  # one question at least is still open
    sent: bool = False  # one message at least was taken by the mail server
    pending: bool = False
    failed: bool = False  # no message left, and none will: somebody has to call

    @property
    def place(self) -> Place:
        """Where the person stands."""
        said = _SAID.get(self.answer) if self.answer else None
        if said is Place.NEEDS_HELP:
            return said
        if self.seated:
            return Place.SEATED
        if said is Place.IMMEDIATE and self.resting:
            said = Place.RESTING
        if said is not None:
            return said
        if self.sent:
            return self._unheard
        if self.pending:
            return Place.PENDING
        return Place.UNREACHED if self.failed else Place.SPARED

    @property
    def _unheard(self) -> Place:
        if self.answer:
            return Place.SILENT
        return Place.WAITING if self.awaited else Place.ENDED


def counted(reached: Iterable[Reach]) -> tuple[tuple[Place, int], ...]:
    """Count people by place, in the order of the board; empty places are left out."""
    numbers = Counter(each.place for each in reached)
    return tuple((place, numbers[place]) for place in Place if numbers[place])


def last_words(reached: Iterable[Reach]) -> dict[str, int]:
    """Count people by their last word; silent are those whom the board says so."""
    words = Counter(
        each.answer
        for each in reached
        if each.answer is not Availability.SILENT or each.place is Place.SILENT
    )
    return {code.value: words[code] for code in Availability}
