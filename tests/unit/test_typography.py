"""French spaces and apostrophes, wherever people read."""

import pytest

from domain.typography import typeset

NBSP = "\N{NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Vrai ? Oui !", f"Vrai{NBSP}? Oui{NBSP}!"),
        ("besoin : 4 ; pourvu : 2", f"besoin{NBSP}: 4{NBSP}; pourvu{NBSP}: 2"),
        ("16 875 €, soit 80 %", f"16 875{NBSP}€, soit 80{NBSP}%"),
        ("« non »", f"«{NBSP}non{NBSP}»"),
        ("l'ordre d'aujourd'hui", "l*ordre d*aujourd*hui".replace("*", APOSTROPHE)),
        ("l&#39;ordre", f"l{APOSTROPHE}ordre"),
        ("à 22 h 40", f"à 22{NBSP}h{NBSP}40"),
        ("05 36 49 00 12", NBSP.join(("05", "36", "49", "00", "12"))),
    ],
)
def test_text_is_set_as_french_is(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


@pytest.mark.parametrize(
    "text",
    ["a:hover;", "https://exemple.test/?q=1", "22 novembre 2026", "'cité'", ""],
)
def test_text_that_needs_nothing_is_left_alone(text: str) -> None:
    assert typeset(text) == text


def test_text_is_set_once() -> None:
    text = typeset("l'heure : 22 h 40 ; « oui » ?")

    assert typeset(text) == text
