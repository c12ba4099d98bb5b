"""Where people stand: what they said comes before what was sent to them."""

import pytest

from domain.answer import Availability, last_word
from domain.board import PLACE_LABELS, Place, Reach, counted
from tests.national import national

SENT = Reach("p", sent=True)


@pytest.mark.parametrize(
    ("reach", "place"),
    [
        (Reach("p", failed=True), Place.UNREACHED),
        (Reach("p", failed=True, pending=True), Place.PENDING),
        (Reach("p"), Place.SPARED),
        (Reach("p", failed=True, answer=Availability.SILENT), Place.UNREACHED),
        (SENT, Place.WAITING),
        (Reach("p", sent=True, failed=True), Place.WAITING),
        (Reach("p", sent=True, awaited=False), Place.ENDED),
        (Reach("p", sent=True, answer=Availability.SILENT), Place.SILENT),
        (Reach("p", sent=True, answer=Availability.IMMEDIATE), Place.IMMEDIATE),
        (Reach("p", seated=True, answer=Availability.IMMEDIATE), Place.SEATED),
        (Reach("p", answer=Availability.ON_SITE), Place.ON_SITE),
        (Reach("p", answer=Availability.LATER), Place.LATER),
        (Reach("p", answer=Availability.UNAVAILABLE), Place.DECLINED),
        (Reach("p", answer=Availability.ENGAGED_ELSEWHERE), Place.DECLINED),
        (Reach("p", answer=Availability.RECEIVED), Place.RECEIVED),
        (Reach("p", answer=Availability.SHELTERED), Place.SAFE),
        (Reach("p", answer=Availability.OUT_OF_ZONE), Place.SAFE),
        (Reach("p", answer=Availability.NEEDS_HELP), Place.NEEDS_HELP),
        (Reach("p", seated=True, answer=Availability.NEEDS_HELP), Place.NEEDS_HELP),
    ],
)
def test_everyone_stands_in_one_place(reach: Reach, place: Place) -> None:
    assert reach.place is place


def test_every_answer_of_the_plan_to_a_wave_of_people_has_its_place() -> None:
    to_people = {"VS", "V0", "V1", "V2", "V3"}
    codes = {a.code for a in national().answers if to_people & set(a.waves)}

    assert codes == set(Availability)
    places = {code: Reach("p", answer=Availability(code)).place for code in codes}
    assert {code for code, place in places.items() if place is Place.DECLINED} == {
        Availability.UNAVAILABLE,
        Availability.ENGAGED_ELSEWHERE,
    }


@pytest.mark.parametrize("available", [*Availability])
@pytest.mark.parametrize("safe", [Availability.SHELTERED, Availability.OUT_OF_ZONE])
def test_who_is_safe_is_as_available_as_before(
    available: Availability, safe: Availability
) -> None:
    kept = available if available.says_if_available else safe

    assert last_word((available, safe)) is kept
    silent = available is Availability.SILENT
    assert last_word((safe, available)) is (safe if silent else available)


def test_a_need_of_help_stands_until_they_say_they_are_safe() -> None:
    helped = (Availability.IMMEDIATE, Availability.NEEDS_HELP)

    assert last_word((*helped, Availability.LATER)) is Availability.NEEDS_HELP
    assert last_word((*helped, Availability.SHELTERED)) is Availability.IMMEDIATE
    assert last_word(()) is None


def test_whom_to_call_comes_first_and_empty_places_are_left_out() -> None:
    reached = (SENT, Reach("a", failed=True), SENT)

    assert counted(reached) == ((Place.UNREACHED, 1), (Place.WAITING, 2))
    assert set(PLACE_LABELS) == set(Place)
