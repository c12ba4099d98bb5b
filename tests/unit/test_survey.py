"""Which places a flash survey asks, and where each stands since."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.night import Night
from domain.reference import WaveRef
from domain.structure import StructureKind
from domain.survey import (
    Asked,
    PlaceAnswer,
    PlaceCounts,
    PlaceGroup,
    PlaceState,
    SaidForPlace,
    last_departure,
    stand,
    to_ask,
)
from domain.wave import Kinetic
from tests.places import PLACES, national

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 22 h in Paris
BEFORE_DAWN = datetime(2026, 11, 23, 5, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ALL = [place.code for place in PLACES]
WAVE = WaveRef(cpts_id="val", crisis_id="c1", wave=1)


def night(kinetic: Kinetic = Kinetic.FAST, pace: int = 1) -> Night:
    table = national().departures.night
    return Night(table=table, zone=ZoneInfo("Europe/Paris"), kinetic=kinetic, pace=pace)


def asked_by(
    now: datetime, nights: Night, zones: tuple[str, ...] = ()
) -> dict[datetime, list[str]]:
    """Say which places are asked, by hour."""
    rounds = to_ask(PLACES, zones, nights, now, {})
    return {each.leaves_at: [place.code for place in each.places] for each in rounds}


def test_by_day_every_place_is_asked_at_once() -> None:
    assert asked_by(NOON, night()) == {NOON: ALL}


@pytest.mark.parametrize("now", [EVENING, BEFORE_DAWN])
def test_by_night_only_the_pharmacies_on_duty_are_asked_before_the_morning(
    now: datetime,
) -> None:
    assert asked_by(now, night()) == {now: ["OFF_PONT"], MORNING: ALL[1:]}


def test_duty_is_of_the_evening_on_which_the_night_began() -> None:
    tomorrow = timedelta(days=1)

    assert asked_by(EVENING + tomorrow, night()) == {MORNING + tomorrow: ALL}


def test_a_slow_crisis_asks_everybody_in_the_morning() -> None:
    assert asked_by(EVENING, night(Kinetic.SLOW)) == {MORNING: ALL}


def test_an_accelerated_exercise_has_no_night() -> None:
    assert asked_by(EVENING, night(pace=60)) == {EVENING: ALL}


def test_only_the_zones_of_the_order_are_asked() -> None:
    assert asked_by(NOON, night(), ("Sud",)) == {NOON: ["EHPAD_SUD"]}
    assert asked_by(NOON, night(), ("Ailleurs",)) == {}


def test_the_morning_follows_the_clock_of_the_cpts_when_the_hour_changes() -> None:
    eve = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # 00:00, an hour is skipped at 02:00

    assert max(asked_by(eve, night())) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_silence_is_never_closed_and_an_old_answer_is_past() -> None:
    said = SaidForPlace(answer=PlaceAnswer.CLOSED, at=NOON)
    later = NOON + timedelta(seconds=1)
    place = PLACES[0]

    def state(asked: Asked | None, heard: SaidForPlace | None = None) -> PlaceState:
        return stand(place, heard, asked, later).state

    assert state(Asked(WAVE, NOON, NOON), said) is PlaceState.CLOSED
    assert state(Asked(WAVE, later, later), said) is PlaceState.SILENT
    assert state(Asked(WAVE, NOON, NOON)) is PlaceState.SILENT
    assert state(Asked(WAVE, NOON, MORNING)) is PlaceState.CLOSED_AT_NIGHT
    assert state(Asked(WAVE, NOON, MORNING), said) is PlaceState.CLOSED
    assert state(None) is PlaceState.CLOSED_AT_NIGHT
    assert state(None, said) is PlaceState.CLOSED


def test_a_survey_closed_before_its_hour_never_left() -> None:
    closed = Asked(WAVE, EVENING, MORNING, closed_at=BEFORE_DAWN)
    left = Asked(WAVE, EVENING, EVENING)

    assert last_departure((closed, left), MORNING) == EVENING
    assert last_departure((closed,), MORNING) is None
    assert not closed.waits(EVENING)


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
