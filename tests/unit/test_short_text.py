"""What a text and a call ask for is what is understood when it comes back."""

import re

import pytest

from domain.answer import AVAILABLE_OR_NOT, SAFE_OR_NOT, Availability
from domain.gsm7 import ONE_MESSAGE, outside_gsm7
from domain.letter import Offer
from domain.reply import Meaning, Understood, read_key, read_text
from domain.short_text import invitation
from tests.national import national
from tests.unit.test_letter import TEXT

CELL = (Availability.RECEIVED, Availability.UNAVAILABLE)
EVERY = pytest.mark.parametrize("offered", [AVAILABLE_OR_NOT, CELL, SAFE_OR_NOT])
_KEY = re.compile(r"(\d) : ([^.]+)\.")


@EVERY
def test_each_key_said_aloud_is_the_answer_it_is_said_to_be(
    offered: tuple[Availability, ...],
) -> None:
    protects = offered is SAFE_OR_NOT
    proposed = _KEY.findall(national().voice.keys(offered))

    *answers, (last, again) = proposed
    assert again == "réécouter"
    assert read_key(last, protects=protects) == Understood(Meaning.AGAIN)
    for key, words in answers:
        heard, written = read_key(key, protects=protects), read_text(words)
        assert heard is not None
        assert heard == written
        assert heard.answer(offered) is not None
    assert len(answers) == (3 if protects else 2)


@EVERY
def test_each_word_that_a_text_asks_for_is_an_answer_of_its_wave(
    offered: tuple[Availability, ...],
) -> None:
    offers = tuple(Offer(answer=each, button="x") for each in offered)
    said = TEXT.model_copy(update={"offers": offers})

    asking = invitation(said, "CPTS : disponible ?")
    words = re.split(r", | ou ", asking.removeprefix("Ou repondez ").rstrip("."))

    answers = [heard and heard.answer(offered) for heard in map(read_text, words)]
    assert len(answers) >= 2
    assert None not in answers
    assert not outside_gsm7(asking)


def test_what_only_informs_asks_for_nothing_and_no_invitation_costs_a_segment() -> None:
    assert national().voice.keys(()) == ""
    assert invitation(TEXT, "CPTS : information.") == ""
    offers = (Offer(answer=Availability.IMMEDIATE, button="Oui"),)
    full = "x" * ONE_MESSAGE
    assert invitation(TEXT.model_copy(update={"offers": offers}), full) == ""
