"""Where people stand: what they said comes before what was sent to them."""

import pytest

from domain.answer import Availability
from domain.board import PLACE_LABELS, Place, Reach, counted

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
        (Reach("p", sent=True, answer=Availability.SILENT), Place.SILENT),
        (Reach("p", sent=True, answer=Availability.IMMEDIATE), Place.IMMEDIATE),
        (Reach("p", seated=True, answer=Availability.IMMEDIATE), Place.SEATED),
        (Reach("p", answer=Availability.ON_SITE), Place.ON_SITE),
        (Reach("p", answer=Availability.LATER), Place.LATER),
        (Reach("p", answer=Availability.UNAVAILABLE), Place.DECLINED),
        (Reach("p", answer=Availability.ENGAGED_ELSEWHERE), Place.DECLINED),
    ],
)
def test_everyone_stands_in_one_place(reach: Reach, place: Place) -> None:
    assert reach.place is place


def test_whom_to_call_comes_first_and_empty_places_are_left_out() -> None:
    reached = (SENT, Reach("a", failed=True), SENT)

    assert counted(reached) == ((Place.UNREACHED, 1), (Place.WAITING, 2))
    assert set(PLACE_LABELS) == set(Place)
