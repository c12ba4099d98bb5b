"""Which places a flash survey asks, and where each stands since."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.night import Night
from domain.structure import StructureKind
from domain.survey import (
    PlaceAnswer,
    PlaceCounts,
    PlaceGroup,
    PlaceState,
    SaidForPlace,
    stand,
    to_ask,
)
from domain.wave import Kinetic
from tests.places import PLACES, national

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 22 h in Paris
BEFORE_DAWN = datetime(2026, 11, 23, 5, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def night(kinetic: Kinetic = Kinetic.FAST, pace: int = 1) -> Night:
    table = national().departures.night
    return Night(table=table, zone=ZoneInfo("Europe/Paris"), kinetic=kinetic, pace=pace)


def test_by_day_every_place_is_asked_at_once() -> None:
    assert to_ask(PLACES, (), night(), NOON) == (PLACES, NOON)


@pytest.mark.parametrize("now", [EVENING, BEFORE_DAWN])
def test_by_night_only_the_pharmacies_on_duty_are_asked(now: datetime) -> None:
    asked, leaves_at = to_ask(PLACES, (), night(), now)

    assert [place.code for place in asked] == ["OFF_PONT"]
    assert leaves_at == now


def test_duty_is_of_the_evening_on_which_the_night_began() -> None:
    asked, _ = to_ask(PLACES, (), night(), EVENING + timedelta(days=1))

    assert asked == ()


def test_a_slow_crisis_asks_everybody_in_the_morning() -> None:
    assert to_ask(PLACES, (), night(Kinetic.SLOW), EVENING) == (PLACES, MORNING)


def test_an_accelerated_exercise_has_no_night() -> None:
    assert to_ask(PLACES, (), night(pace=60), EVENING) == (PLACES, EVENING)


def test_only_the_zones_of_the_order_are_asked() -> None:
    asked, _ = to_ask(PLACES, ("Sud",), night(), NOON)

    assert [place.code for place in asked] == ["EHPAD_SUD"]


def test_silence_is_never_closed_and_an_old_answer_is_past() -> None:
    said = SaidForPlace(answer=PlaceAnswer.CLOSED, at=NOON)
    later = NOON + timedelta(seconds=1)
    place = PLACES[0]

    assert stand(place, said, NOON, asked=True).state is PlaceState.CLOSED
    assert stand(place, said, later, asked=True).state is PlaceState.SILENT
    assert stand(place, None, NOON, asked=True).state is PlaceState.SILENT
    assert stand(place, None, NOON, asked=False).state is PlaceState.CLOSED_AT_NIGHT
    assert stand(place, said, NOON, asked=False).state is PlaceState.CLOSED


def test_each_place_is_counted_once() -> None:
    counts = PlaceCounts.of([*PlaceState, PlaceState.SILENT])

    assert counts == PlaceCounts(
        open=1, slowed=1, closed=1, silent=2, closed_at_night=1
    )
    assert counts.total == 6


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        (StructureKind.SURGERY, PlaceGroup.SURGERIES),
        (StructureKind.HEALTH_HOUSE, PlaceGroup.SURGERIES),
        (StructureKind.PHARMACY, PlaceGroup.PHARMACIES),
        (StructureKind.CARE_HOME, PlaceGroup.OTHERS),
    ],
)
def test_every_place_has_its_group(kind: StructureKind, group: PlaceGroup) -> None:
    assert PlaceGroup.of(kind) is group
