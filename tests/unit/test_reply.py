"""What a short text or a key means: a yes is never guessed."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answer import AVAILABLE_OR_NOT, SAFE_OR_NOT, Availability
from domain.reply import (
    Meaning,
    Understood,
    Waits,
    WasAsked,
    read_key,
    read_text,
    settle,
)

CELL = (Availability.RECEIVED, Availability.UNAVAILABLE)
CLEAR = {
    "OUI": Meaning.YES,
    "oui merci": Meaning.YES,
    "Je suis disponible": Meaning.YES,
    "j'arrive tout de suite": Meaning.YES,
    "ok": Meaning.NOTED,
    "D'accord, merci !": Meaning.NOTED,
    "Bien reçu": Meaning.RECEIVED,
    "ok, bien reçu": Meaning.RECEIVED,
    "Oui depuis mon cabinet": Meaning.ON_SITE,
    "oui, plus tard": Meaning.LATER,
    "NON": Meaning.NO,
    "Désolée, je ne peux pas venir": Meaning.NO,
    "je ne suis pas dispo": Meaning.NO,
    "Non disponible": Meaning.NO,
    "plus dispo": Meaning.NO,
    "déjà mobilisée ailleurs": Meaning.ELSEWHERE,
    "non, pris ailleurs": Meaning.ELSEWHERE,
    "À l'abri": Meaning.SHELTERED,
    "hors de la zone": Meaning.OUT_OF_ZONE,
    "Besoin d'aide !": Meaning.HELP,
    "Merci !": Meaning.THANKS,
    "OK 👍🏽": Meaning.NOTED,
    "STOP": Meaning.STOP,
    "Stop SMS": Meaning.STOP,
}
UNCLEAR = (
    "",
    "👍",
    "Oui mais demain",
    "oui ou non",
    "dispo ?",
    "Dispo demain 8h",
    "je ne viens",
    "qui est-ce",
    "non, 20 min",
    "dispo 20 min ou 30 min",
    "dispo 0 min",
    "dispo 500 min",
    "20 min",
    "stop, oui",
    "Oui, Martin",
    "Dispo ❌",
    "OK 👎",
    "Oui 🚫",
)


@pytest.mark.parametrize(("text", "meaning"), CLEAR.items())
def test_what_is_clear_is_understood(text: str, meaning: Meaning) -> None:
    assert read_text(text) == Understood(meaning)


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_clear_is_left_to_a_person(text: str) -> None:
    assert read_text(text) is None


@pytest.mark.parametrize("text", ["dispo 20 min", "OK, dans 20mn", "Oui. 20 minutes"])
def test_a_delay_goes_with_a_yes(text: str) -> None:
    assert read_text(text) == Understood(Meaning.YES, 20)


def test_a_signature_says_nothing_more() -> None:
    assert read_text("Oui, Dr Martin", signed=("martin",)) == Understood(Meaning.YES)


def _plain(text: str) -> str:
    marks = unicodedata.normalize("NFD", text)
    return "".join(c for c in marks if not unicodedata.combining(c))


@given(
    st.sampled_from(sorted(CLEAR)),
    st.sampled_from((str.upper, str.lower, str.title, _plain)),
    st.sampled_from(("", ".", " !", "…", "\n")),
)
def test_capitals_accents_and_points_change_nothing(
    text: str, written: Callable[[str], str], end: str
) -> None:
    assert read_text(f"{written(text)}{end}") == read_text(text)


@given(st.sampled_from(sorted(CLEAR)), st.text("bcdfghjklmpqrvwxz", min_size=4))
def test_a_word_that_nobody_knows_leaves_it_to_a_person(text: str, word: str) -> None:
    assert read_text(f"{text} {word}") is None
    assert read_text(f"{word} {text}") is None


def test_a_yes_is_the_yes_that_the_wave_offers() -> None:
    assert Understood(Meaning.YES).answer(AVAILABLE_OR_NOT) is Availability.IMMEDIATE
    assert Understood(Meaning.NOTED).answer(CELL) is Availability.RECEIVED
    assert Understood(Meaning.YES).answer(SAFE_OR_NOT) is None
    assert Understood(Meaning.STOP).answer(AVAILABLE_OR_NOT) is None


@pytest.mark.parametrize(
    ("key", "protects", "meaning"),
    [
        ("1", False, Meaning.YES),
        ("2", False, Meaning.NO),
        ("1", True, Meaning.SHELTERED),
        ("2", True, Meaning.OUT_OF_ZONE),
        ("3", True, Meaning.HELP),
    ],
)
def test_a_key_says_what_the_voice_proposed(
    key: str, *, protects: bool, meaning: Meaning
) -> None:
    assert read_key(key, protects=protects) == Understood(meaning)


@pytest.mark.parametrize(("key", "protects"), [("3", False), ("4", True)])
def test_the_key_that_says_it_again_answers_nothing_and_waits_for_nobody(
    key: str, *, protects: bool
) -> None:
    again = read_key(key, protects=protects)

    assert again == Understood(Meaning.AGAIN)
    assert settle(again, ASKED) is None
    assert settle(again, PROPOSED) is None
    assert read_key("#", protects=protects) is None


ASKED = WasAsked(AVAILABLE_OR_NOT)
ANSWERED = WasAsked(AVAILABLE_OR_NOT, answered=True)
OVER = WasAsked(AVAILABLE_OR_NOT, over=True)
PROPOSED = WasAsked(AVAILABLE_OR_NOT, answered=True, proposed=True)


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("ok", ASKED, Availability.IMMEDIATE),
        ("ok", ANSWERED, None),
        ("ok", OVER, None),
        ("merci", ASKED, None),
        ("oui", ANSWERED, Availability.IMMEDIATE),
        ("non", ANSWERED, Availability.UNAVAILABLE),
        ("oui", OVER, Waits.LATE),
        ("oui", PROPOSED, Waits.MISSION),
        ("à l'abri", ASKED, Waits.UNCLEAR),
        ("peut-être", ASKED, Waits.UNCLEAR),
    ],
)
def test_a_message_is_an_answer_a_courtesy_or_waits(
    text: str, asked: WasAsked, found: Availability | Waits | None
) -> None:
    assert settle(read_text(text), asked) is found
