"""Words compared as people write them: without case, accents or punctuation."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def folded(text: str) -> str:
    """Fold a text: « Médecin-Généraliste » becomes `medecin generaliste`."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", plain).casefold()  # some fold only then
    kept = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def in_order(*words: str) -> tuple[str, ...]:
    """Give what sorts words as a French reader does: « Élise » before « Zoé »."""
    return (*map(folded, words), *words)


def tidy(text: str) -> str:
    """Compose accents, and make every run of blanks one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def nearest(text: str, choices: Iterable[str]) -> str:
    """The choice that looks most like the text, or an empty string."""
    by_fold = {folded(choice): choice for choice in choices}
    found = get_close_matches(folded(text), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""
