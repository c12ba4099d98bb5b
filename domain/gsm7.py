"""The GSM-7 alphabet of text messages (3GPP TS 23.038): what fits, and in how much."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ALPHABET = _BASIC | _EXTENDED
_SPELLED = str.maketrans(
    {
        **dict.fromkeys("\u2019\u2018\u02bc", "'"),
        **dict.fromkeys("«»“”", '"'),
        **dict.fromkeys("\u2013\u2014\u2011", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "ç": "c",
        "·": ".",
    }
)

ONE_MESSAGE = 160
"""Septets in a text message that is not cut in segments."""
TWO_SEGMENTS = 306
"""Septets in two segments, each of which carries a header."""


def outside_gsm7(text: str) -> tuple[str, ...]:
    """List the characters that no GSM-7 message can carry, each once, in order."""
    return tuple(dict.fromkeys(c for c in text if c not in _ALPHABET))


def septets(text: str) -> int:
    """Count what a text of the alphabet takes: an extended character takes two."""
    return len(text) + sum(c in _EXTENDED for c in text)


def spelled(text: str) -> str:
    """Write a text in the alphabet: « Fenêtre » is « Fenetre », é stays."""
    return "".join(c if c in _ALPHABET else _bare(c) for c in text.translate(_SPELLED))


def _bare(character: str) -> str:
    bare = unicodedata.normalize("NFKD", character)
    return "".join(c for c in bare if c in _ALPHABET) or "?"
