"""What a wave or a notice says in a text message, and in a call.

Source: docs/sources.md#messages
"""

import re

from domain.gsm7 import ONE_MESSAGE, TWO_SEGMENTS, septets, spelled
from domain.letter import EXERCISE_MARK, NoticeText, WaveText, fill
from domain.message import ROOM, cut_at_word

_LINK = re.compile(r"\s*:?\s*\{lien\}")
_SENDER = "CPTS "
_REPLY = "Ou repondez OUI ou NON."
_REPLY_SAFE = "Ou repondez A L'ABRI, HORS ZONE ou AIDE."


def written(said: WaveText, link: str, sharing: str = "") -> str:
    """Write the text message: the alphabet of text messages, values in their room.

    Args:
        said: What the wave says.
        link: The page of whom it goes to.
        sharing: The names of those who share the telephone; nobody: empty.
    """
    values = {
        name: cut_at_word(value, ROOM.get(name, len(value)))
        for name, value in said.values().items()
    }
    text = fill(_headed(said.message), {**values, "lien": link})
    mark = EXERCISE_MARK if said.exercise else ""
    return spelled(f"{mark}{_who(said, sharing)}{text}")


def invitation(said: WaveText, text: str) -> str:
    """Ask for an answer by text, if the wave wants one and no segment is added."""
    if not said.offers:
        return ""
    size = septets(text)
    room = ONE_MESSAGE if size <= ONE_MESSAGE else TWO_SEGMENTS
    words = _REPLY_SAFE if said.protects else _REPLY
    return words if size + 1 + septets(words) <= room else ""


def spoken(said: WaveText, sharing: str = "") -> str:
    """Say the whole sentence aloud: who calls, what, on whose order, when, where."""
    message = _LINK.sub("", _headed(said.message)).removeprefix("CPTS {cpts}")
    told = fill(message, said.values()).lstrip(" :")
    mark = "Ceci est un exercice. " if said.exercise else ""
    where = f" Périmètre : {said.perimeter}." if said.perimeter else ""
    return (
        f"{mark}{said.cpts_name}. {_who(said, sharing)}{told.rstrip('. ')}. "
        f"Demande {said.of_authority}, à {said.hour}.{where} "
        f"Pour nous joindre : {said.phone}."
    )


def noted(said: NoticeText, link: str) -> str:
    """Write a notice as a text message, or say it aloud: who writes, then all of it."""
    mark = EXERCISE_MARK if said.exercise else ""
    words = (*said.paragraphs, link) if said.button else said.paragraphs
    return spelled(f"{mark}CPTS {said.cpts_short} : {' '.join(words)}")


def _headed(message: str) -> str:
    """Say who writes: some sentences are those of pages, which say it elsewhere."""
    if message.startswith(_SENDER):
        return message
    return f"CPTS {{cpts}} : {message} {{lien}}"


def _who(said: WaveText, sharing: str) -> str:
    asks = " Qui répond ?" if said.offers else ""  # an information asks nothing
    return f"Pour {sharing}.{asks} " if sharing else ""
