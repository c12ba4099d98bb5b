"""The letter that asks for recognition says who asked, and counts as French does."""

from datetime import timedelta

import pytest

from domain.calendar import NBSP
from domain.crisis import OrderChannel, Origin
from domain.recognition import ASK_AFTER, is_due
from domain.recognition_letter import LETTER, Counts, body
from tests.world import OPENED, activation, cpts, template

SHEET = next(each for each in template().letters if each.code == LETTER)
LOCAL: dict[str, object] = {
    "origin": Origin.LOCAL,
    "authority": None,
    "called_back_at": None,
}


TWELVE = Counts(participants=12, actions=3)


def letter(counts: Counts = TWELVE, **changes: object) -> str:
    said = activation(OPENED, **changes)
    return body(SHEET, said, counts, cpts()).replace(NBSP, " ")


def test_the_letter_says_who_asked_what_and_when() -> None:
    assert letter().startswith(
        "Le 22 novembre 2026 à 21 h 50, Dominique Fictif, cadre d'astreinte, nous a "
        "demandé par téléphone : appuyer les EHPAD touchés par les fumées. 12 "
        "professionnels ont participé, 3 actions ont été menées."
    )
    assert "que la CPTS Val d'Essai y a été mobilisée" in letter()


@pytest.mark.parametrize(
    ("participants", "actions", "words"),
    [
        (None, 0, "Des professionnels ont participé, des actions ont été menées."),
        (1, 1, "1 professionnel a participé, 1 action a été menée."),
        (21, 11, "21 professionnels ont participé, 11 actions ont été menées."),
    ],
)
def test_what_was_not_recorded_is_given_no_number(
    participants: int | None, actions: int, words: str
) -> None:
    counts = Counts(participants=participants, actions=actions)

    assert words in letter(counts)


def test_nobody_is_said_to_have_asked_for_an_initiative() -> None:
    said = letter(TWELVE, **LOCAL)

    assert "Dominique" not in said
    assert "la présidence de la CPTS, de sa propre initiative, nous" in said


@pytest.mark.parametrize("channel", OrderChannel)
def test_every_channel_goes_after_by(channel: OrderChannel) -> None:
    said = letter(channel=channel)

    assert "nous a demandé par " in said
    assert channel.value not in said


def test_a_caller_without_a_function_speaks_for_the_authority() -> None:
    assert "Dominique Fictif, au nom de l'ARS, nous" in letter(caller_function="")


@pytest.mark.parametrize("mission", ["EHPAD à appuyer.", "..", "À voir"])
def test_a_mission_keeps_its_acronym(mission: str) -> None:
    assert f" : {mission.rstrip(' .')}. 12 prof" in letter(mission=mission)


@pytest.mark.parametrize("pace", [1, 60])
def test_the_letter_is_due_at_the_lifting_or_after_three_days(pace: int) -> None:
    said = activation(pace=pace)
    waited = said.received_at + ASK_AFTER / pace

    assert is_due(said, lifted=False, now=waited)
    assert not is_due(said, lifted=False, now=waited - timedelta(seconds=1))
    assert is_due(said, lifted=True, now=OPENED)
