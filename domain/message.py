"""The short messages of a template, and what may be written in them."""

import re
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from domain.gsm7 import ONE_MESSAGE, TWO_SEGMENTS, outside_gsm7, septets
from domain.sheet import Sheet, Text

PlaceholderName = Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
MessageCode = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,30}$")]

ROOM = {
    "cpts": 18,
    "scenario": 28,
    "lieu": 20,
    "zone": 12,
    "autorite": 11,
    "de_autorite": 11,
    "heure": 5,
    "jour": 5,
    "debut": 5,
    "fin": 5,
    "nom": 20,
    "contact": 20,
    "tel": 14,
    "salle": 9,
    "fiche": 20,
    "titre": 60,
    "retard": 13,
    "motif": 20,
    "lien": 26,
}
"""The room that each value of a message may take: less would hide what overflows."""

_LONE_BRACE = re.compile(r"[{}]")
_PLACEHOLDER = re.compile(r"\{([a-z_]{1,20})\}")
_WORDS = re.compile(r"(.*\w)[ ,-]")
_HANGING = re.compile(r"(?:[ -](?:de|du|des|en|et|la|le|les|sous|sur))+$")


def placeholders(text: str) -> tuple[str, ...]:
    """List the {placeholders} of a text, in order, each once.

    Raises:
        ValueError: A brace opens or closes nothing; the sentence is in French.
    """
    if _LONE_BRACE.search(_PLACEHOLDER.sub("", text)):
        message = f"accolade mal placée dans « {text} »"
        raise ValueError(message)
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def _in_gsm7(text: str) -> str:
    """Refuse what a text message cannot carry.

    Raises:
        ValueError: Some character is outside GSM-7; the sentence is in French.
    """
    if outside := outside_gsm7(_PLACEHOLDER.sub("", text)):
        message = f"hors de l'alphabet GSM-7 : {' '.join(outside)}"
        raise ValueError(message)
    return text


InGsm7 = AfterValidator(_in_gsm7)
"""The text is carried by a text message: its alphabet is checked."""


class Variable(Sheet):
    """A placeholder that texts may hold, and the room it may take."""

    code: PlaceholderName
    longest: int = Field(alias="max", ge=1, le=100)
    example: Text | None = Field(default=None, alias="exemple")
    values: tuple[Text, ...] = Field(default=(), alias="valeurs")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shown = (self.example, *self.values)
        too_long = [text for text in shown if text and len(text) > self.longest]
        if too_long:
            message = f"« {too_long[0]} » dépasse {self.longest} caractères"
            raise ValueError(message)
        return self


class Message(Sheet):
    """One short message; the mail of the same code carries the full sentence."""

    code: MessageCode
    text: Annotated[Text, InGsm7] = Field(alias="texte")

    @field_validator("text")
    @classmethod
    def _has_its_braces(cls, text: str) -> str:
        placeholders(text)
        return text

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The {placeholders} of the text, in order."""
        return placeholders(self.text)

    def longest(self, variables: tuple[Variable, ...]) -> int:
        """Count the septets when every value takes all the room it may."""
        rooms = {v.code: v.longest for v in variables}
        text = _PLACEHOLDER.sub(lambda found: "x" * rooms[found[1]], self.text)
        return septets(text)


def overflow(message: Message, prefix: str, variables: tuple[Variable, ...]) -> str:
    """Say in French what does not fit in a text message; empty when all fits."""
    known = {v.code for v in variables}
    if unknown := [name for name in message.placeholders if name not in known]:
        return f"variable inconnue : {{{unknown[0]}}}"
    size = message.longest(variables)
    if size > ONE_MESSAGE:
        return f"{size} caractères au plus long ; {ONE_MESSAGE} permis"
    if size + septets(prefix) > TWO_SEGMENTS:
        return f"avec le préfixe d'exercice, plus de {TWO_SEGMENTS} caractères"
    return ""


def cut_at_word(text: str, room: int) -> str:
    """Keep the words that fit, none hanging: « Val de la Lirène » is « Val »."""
    if len(text) <= room:
        return text
    found = _WORDS.match(text[: room + 1])
    return _HANGING.sub("", found[1] if found else text[:room])


def zones_in_short(zones: Sequence[str], several: str) -> str:
    """Name zones in the room of {zone}: naming some of them only would mislead.

    Args:
        zones: In the order of the crisis.
        several: What to say of several that do not fit.
    """
    named = ", ".join(zones)
    if len(zones) == 1 or len(named) <= ROOM["zone"]:
        return cut_at_word(named, ROOM["zone"])
    return several
