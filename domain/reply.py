"""What a short text message or a key of the telephone means.

Every word must be known: whatever says more than a yes or a no is read by a person.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.answer import Availability
from domain.folding import folded


class ReplyState(StrEnum):
    """What became of a message that came."""

    ANSWERED = "REPONSE"
    STOPPED = "ARRET"
    COURTESY = "POLITESSE"  # nothing to write: « merci »
    WAITING = "A_TRIER"
    SETTLED = "TRIE"


class Waits(StrEnum):
    """Why a message waits for a person of the cell."""

    UNCLEAR = "PAS_CLAIR"
    SHARED = "QUI_REPOND"  # a number of several people, or asked by several crises
    UNKNOWN = "NUMERO_INCONNU"
    LATE = "TROP_TARD"  # nothing is asked any more
    MISSION = "MISSION"  # one awaits an answer: a yes may be to it


class Meaning(StrEnum):
    """What somebody says in a word or two, whatever the wave offers."""

    YES = "OUI"
    NOTED = "ENTENDU"  # « ok »: a yes to what asks, a courtesy once answered
    RECEIVED = "RECU"
    ON_SITE = "DEPUIS_MON_LIEU"
    LATER = "PLUS_TARD"
    NO = "NON"
    ELSEWHERE = "PRIS_AILLEURS"
    SHELTERED = "A_L_ABRI"
    OUT_OF_ZONE = "HORS_ZONE"
    HELP = "BESOIN_AIDE"
    THANKS = "MERCI"
    STOP = "STOP"
    AGAIN = "REECOUTER"  # a key: the call says it again


_ANSWERS = {
    Meaning.YES: (Availability.IMMEDIATE, Availability.RECEIVED),
    Meaning.NOTED: (Availability.IMMEDIATE, Availability.RECEIVED),
    Meaning.RECEIVED: (Availability.RECEIVED,),
    Meaning.ON_SITE: (Availability.ON_SITE,),
    Meaning.LATER: (Availability.LATER,),
    Meaning.NO: (Availability.UNAVAILABLE,),
    Meaning.ELSEWHERE: (Availability.ENGAGED_ELSEWHERE,),
    Meaning.SHELTERED: (Availability.SHELTERED,),
    Meaning.OUT_OF_ZONE: (Availability.OUT_OF_ZONE,),
    Meaning.HELP: (Availability.NEEDS_HELP,),
    Meaning.THANKS: (),
    Meaning.STOP: (),
    Meaning.AGAIN: (),
}


@dataclass(frozen=True, slots=True)
class Understood:
    """A message that was understood."""

    meaning: Meaning
    delay_minutes: int | None = None  # « dispo 20 min »

    def answer(self, offered: Collection[str]) -> Availability | None:
        """Give the answer that a wave offers for this; None: it offers none such."""
        return next((each for each in _ANSWERS[self.meaning] if each in offered), None)


@dataclass(frozen=True, slots=True)
class WasAsked:
    """What somebody who writes was asked, and whether they answered."""

    offered: Collection[str]  # answers of their wave
    answered: bool = False
    proposed: bool = False  # a mission awaits their answer
    over: bool = False


def settle(reply: Understood | None, asked: WasAsked) -> Availability | Waits | None:
    """Give the answer that a message is, or why it waits; None: a courtesy.

    Source: docs/sources.md#replies
    """
    if reply is None:
        return Waits.UNCLEAR
    if reply.meaning is Meaning.AGAIN:
        return None
    if asked.proposed and not asked.over:
        return Waits.MISSION
    done = asked.over or asked.answered
    if reply.meaning is Meaning.THANKS or (reply.meaning is Meaning.NOTED and done):
        return None
    if asked.over:
        return Waits.LATE
    return reply.answer(asked.offered) or Waits.UNCLEAR


_PHRASES = tuple(  # of folded words; in this order: « pas dispo » is no « dispo »
    (re.compile(rf"\b(?:{words})\b"), meaning)
    for words, meaning in (
        (
            r"(?:(?:ne )?suis )?(?:pas|plus|non) (?:dispo|disponible|possible|libre)",
            Meaning.NO,
        ),
        (r"(?:ne )?(?:peux|pourrai|viens|viendrai) pas(?: venir)?", Meaning.NO),
        (r"(?:deja )?(?:prise?|mobilisee?|engagee?) ailleurs", Meaning.ELSEWHERE),
        (r"deja (?:mobilisee?|engagee?)", Meaning.ELSEWHERE),
        (r"sur place|(?:depuis|a|dans) mon (?:lieu|cabinet)", Meaning.ON_SITE),
        (r"depuis ma pharmacie", Meaning.ON_SITE),
        (r"plus tard", Meaning.LATER),
        (r"a l abri", Meaning.SHELTERED),
        (r"hors (?:de )?(?:la )?zone", Meaning.OUT_OF_ZONE),
        (r"besoin d aide|au secours|aide", Meaning.HELP),
        (r"d accord|ok|okay|entendu|compris|bien note", Meaning.NOTED),
        (r"(?:bien )?recue?", Meaning.RECEIVED),
        (r"oui|yes|dispo|disponible|presente?|partante?|volontaire", Meaning.YES),
        (r"(?:je|j) (?:viens|arrive|peux venir|peux)", Meaning.YES),
        (r"non|indispo|indisponible|impossible|absente?", Meaning.NO),
        (r"merci", Meaning.THANKS),
        (r"stop(?: sms)?|arret|arretez", Meaning.STOP),
    )
)
_DELAY = re.compile(r"\b(?:dans |d ici )?(\d{1,3}) ?(?:min|mn|minutes?)\b")
_LONGEST_DELAY = 240
_COURTESIES = frozenset(
    folded(
        "Bonjour bonsoir salut, je suis, moi, c'est, tout de suite, maintenant, "
        "immédiatement, désolé, désolée, Dr docteur, svp cordialement"
    ).split()
)
_POLITE = frozenset("👍👌🙏✅🙂😊")  # with a word, they change nothing
_ALSO = {  # said together, they mean the second
    frozenset({Meaning.YES, Meaning.NOTED}): Meaning.YES,
    frozenset({Meaning.RECEIVED, Meaning.NOTED}): Meaning.RECEIVED,
    frozenset({Meaning.YES, Meaning.ON_SITE}): Meaning.ON_SITE,
    frozenset({Meaning.NOTED, Meaning.ON_SITE}): Meaning.ON_SITE,
    frozenset({Meaning.YES, Meaning.LATER}): Meaning.LATER,
    frozenset({Meaning.NOTED, Meaning.LATER}): Meaning.LATER,
    frozenset({Meaning.NO, Meaning.ELSEWHERE}): Meaning.ELSEWHERE,
}


def read_text(text: str, signed: Collection[str] = ()) -> Understood | None:
    """Understand a text message; None: a person has to read it.

    Args:
        text: As it came, with or without capitals, accents and punctuation.
        signed: Names of who may have signed it, folded, one word each.
    """
    if "?" in text:
        return None  # it asks, it does not answer
    if any(_says_more(sign) for sign in text):
        return None
    left = f" {folded(text)} "
    delays = [int(found[1]) for found in _DELAY.finditer(left)]
    left = _DELAY.sub(" ", left)
    heard: set[Meaning] = set()
    for phrase, said in _PHRASES:
        left, times = phrase.subn(" ", left)
        if times:
            heard.add(said)
    if not _COURTESIES.union(signed).issuperset(left.split()):
        return None
    meaning = _together(heard)
    return _with_delay(meaning, delays) if meaning else None


def _says_more(sign: str) -> bool:
    """Is it a picture that may change the answer: « dispo ❌ »?"""
    return unicodedata.category(sign) == "So" and sign not in _POLITE


def _together(heard: Collection[Meaning]) -> Meaning | None:
    said = frozenset(heard) - {Meaning.THANKS} or frozenset(heard)
    return next(iter(said)) if len(said) == 1 else _ALSO.get(said)


def _with_delay(meaning: Meaning, delays: list[int]) -> Understood | None:
    if not delays:
        return Understood(meaning)
    if meaning not in {Meaning.YES, Meaning.NOTED} or len(delays) > 1:
        return None
    return (
        Understood(Meaning.YES, delays[0]) if 0 < delays[0] <= _LONGEST_DELAY else None
    )


_KEYS = {"1": Meaning.YES, "2": Meaning.NO, "3": Meaning.AGAIN}
_SAFETY_KEYS = {
    "1": Meaning.SHELTERED,
    "2": Meaning.OUT_OF_ZONE,
    "3": Meaning.HELP,
    "4": Meaning.AGAIN,
}


def read_key(key: str, *, protects: bool) -> Understood | None:
    """Understand a key of the telephone; None: one that was not proposed.

    Args:
        key: As the provider gives it.
        protects: Is it the call of a safety message?

    Source: docs/sources.md#replies
    """
    meaning = (_SAFETY_KEYS if protects else _KEYS).get(key)
    return Understood(meaning) if meaning else None
