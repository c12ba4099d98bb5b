"""A wave leaves at its hour, on its conditions, and lets people sleep."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.crisis import CrisisState
from domain.night import GROUNDS, Ground, Night
from domain.wave import CAMPAIGN_CODES, WAVE_CODES, Channel, Kinetic
from domain.wave_departure import (
    Departure,
    MoreHelp,
    Situation,
    Steering,
    Wait,
    departure,
    relief_needed,
)
from tests.national import T0, national
from tests.world import template

MINUTE = timedelta(minutes=1)
PARIS = ZoneInfo("Europe/Paris")
GUADELOUPE = ZoneInfo("America/Guadeloupe")
NOBODY: frozenset[Ground] = frozenset()
MIDNIGHT = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # in Paris
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
AUTHENTICATED = {"TC-01": T0}
TABLE = national().departures.night

FREE = Steering()


def _night(
    kinetic: Kinetic = Kinetic.FAST, zone: ZoneInfo = PARIS, pace: int = 1
) -> Night:
    return Night(TABLE, zone, kinetic, pace)


def _situation(*types: str, kinetic: Kinetic = Kinetic.FAST) -> Situation:
    return Situation(
        state=CrisisState.ACTIVE,
        types=frozenset(types),
        t0=T0,
        night=_night(kinetic),
        done_at=AUTHENTICATED,
    )


def _said(
    sending: str,
    situation: Situation,
    now: datetime,
    steering: Steering = FREE,
) -> Departure:
    return departure(national(), sending, situation, steering, now)


def test_a_wave_leaves_at_its_hour_and_not_before() -> None:
    fire = _situation("CASUALTIES")
    due_at = T0 + 30 * MINUTE

    assert _said("V2", fire, T0) == Departure("V2", due_at, Wait.HOUR)
    assert _said("V2", fire, due_at) == Departure("V2", due_at)


def test_an_accelerated_exercise_shortens_the_wait() -> None:
    fire = replace(_situation("CASUALTIES"), night=_night(pace=30))

    assert _said("V2", fire, T0).leaves_at == T0 + MINUTE


@pytest.mark.parametrize("state", CrisisState)
@pytest.mark.parametrize("sending", [*WAVE_CODES, *CAMPAIGN_CODES])
def test_the_state_decides_what_may_leave(state: CrisisState, sending: str) -> None:
    allowed = national().departures.state(state)
    situation = replace(
        _situation("CASUALTIES"), state=state, more_help=frozenset(MoreHelp)
    )

    said = _said(sending, situation, T0 + timedelta(days=2))

    free = sending in (*allowed.waves, *allowed.campaigns)
    assert (said.waits_for is Wait.STATE) is not free
    assert (said.leaves_at is not None) is free


@pytest.mark.parametrize(
    ("types", "sending", "cards"),
    [
        (("CASUALTIES",), "V4", ("TC-01",)),
        (("SICK",), "V2", ("TC-01", "T2-01")),
        (("NRC", "SICK"), "V3", ("TC-01", "T2-01", "T4-02")),
        (("SICK",), "ENQUETE_FLASH", ("TC-01",)),
    ],
)
def test_a_wave_waits_for_the_cards_of_its_types(
    types: tuple[str, ...], sending: str, cards: tuple[str, ...]
) -> None:
    situation = replace(
        _situation(*types), done_at={}, more_help=frozenset({MoreHelp.RELIEF})
    )

    assert _said(sending, situation, T0 + timedelta(days=1)) == Departure(
        sending, None, Wait.CARD, cards
    )


def test_a_local_initiative_waits_for_its_decision_instead_of_the_order() -> None:
    local = replace(_situation("CASUALTIES"), local_initiative=True)
    later = T0 + timedelta(hours=2)

    assert _said("V4", local, later).cards == ("TC-03",)
    decided = replace(local, done_at={"TC-03": later})
    assert _said("V4", decided, later) == Departure("V4", later)


def test_an_initiative_waits_for_no_decision_that_its_plan_has_no_card_for() -> None:
    small = template()  # TC-01 and T2-07: nothing where a decision would be written
    heat = replace(_situation("SICK"), done_at={})
    local = replace(heat, local_initiative=True)
    later = T0 + timedelta(hours=4)

    assert departure(small, "V2", local, FREE, later) == Departure("V2", later)
    assert departure(small, "V2", heat, FREE, later).cards == ("TC-01",)


def test_the_cell_may_hold_a_wave_or_advance_it_never_its_conditions() -> None:
    fire = _situation("CASUALTIES")
    early = Steering(advanced_because="ordre pressant")

    held = _said("V2", fire, T0, Steering(held_because="contre-ordre"))
    assert held == Departure("V2", None, Wait.HELD)
    assert _said("V2", fire, T0, early) == Departure("V2", T0)
    unknown = replace(fire, done_at={})
    assert _said("V2", unknown, T0, early).waits_for is Wait.CARD


def test_v3_leaves_only_when_more_people_are_needed() -> None:
    fire = _situation("CASUALTIES")
    later = T0 + timedelta(hours=2)

    assert _said("V3", fire, later) == Departure("V3", None, Wait.NOT_NEEDED)
    short = replace(fire, more_help=frozenset({MoreHelp.SHORT}))
    assert _said("V3", short, later) == Departure("V3", later)


@pytest.mark.parametrize(
    ("typed", "needed"),
    [
        ("2", True),
        (" 3 infirmiers la nuit", True),
        ("0", False),
        ("00 poste", False),
        ("aucun", False),
        ("", False),
    ],
)
def test_relief_is_needed_when_the_shifts_to_come_lack_somebody(
    typed: str, *, needed: bool
) -> None:
    shifts = {"planning": "3 équipes", "version": "2", "postes_non_pourvus": typed}

    assert relief_needed(shifts) is needed
    assert not relief_needed({})


@pytest.mark.parametrize(
    ("kinetic", "sending", "insisted", "leaves_at"),
    [
        (Kinetic.FAST, "V1", False, MIDNIGHT),
        (Kinetic.FAST, "V2", False, MIDNIGHT),
        (Kinetic.FAST, "V4", False, MIDNIGHT),
        (Kinetic.FAST, "ENQUETE_FLASH", False, MIDNIGHT),
        (Kinetic.SLOW, "VS", False, MIDNIGHT),
        (Kinetic.SLOW, "V0", False, MIDNIGHT),
        (Kinetic.SLOW, "V1", False, MORNING),
        (Kinetic.SLOW, "V1", True, MIDNIGHT),
        (Kinetic.SLOW, "V2", True, MORNING),
        (Kinetic.SLOW, "V4", False, MORNING),
    ],
)
def test_at_night_a_wave_leaves_if_anybody_may_receive_it(
    *, kinetic: Kinetic, sending: str, insisted: bool, leaves_at: datetime
) -> None:
    situation = _situation("CASUALTIES", kinetic=kinetic)
    situation = replace(situation, t0=T0 - timedelta(days=2), insisted=insisted)

    said = _said(sending, situation, MIDNIGHT)

    assert said.leaves_at == leaves_at
    assert said.waits_for is (None if leaves_at == MIDNIGHT else Wait.NIGHT)


@pytest.mark.parametrize(
    ("kinetic", "sending", "channel", "ground", "at_once"),
    [
        (Kinetic.FAST, "V2", Channel.TEXT, None, False),
        (Kinetic.FAST, "V2", Channel.TEXT, Ground.REACHABLE, True),
        (Kinetic.FAST, "V2", Channel.CALL, Ground.SHORT, True),
        (Kinetic.FAST, "V4", Channel.TEXT, None, False),
        (Kinetic.FAST, "V4", Channel.MAIL, None, True),
        (Kinetic.FAST, "VP", Channel.CALL, None, False),
        (Kinetic.FAST, "VP", Channel.CALL, Ground.TOUCHED, True),
        (Kinetic.FAST, "VP", Channel.TEXT, Ground.TOUCHED, False),
        (Kinetic.FAST, "ENQUETE_FLASH", Channel.MAIL, Ground.ON_DUTY, True),
        (Kinetic.FAST, "levee", Channel.TEXT, None, False),
        (Kinetic.FAST, "levee", Channel.TEXT, Ground.ENGAGED, True),
        (Kinetic.FAST, "mission", Channel.TEXT, None, True),
        (Kinetic.SLOW, "levee", Channel.TEXT, Ground.ENGAGED, False),
        (Kinetic.SLOW, "levee", Channel.MAIL, None, True),
        (Kinetic.SLOW, "mission", Channel.TEXT, None, False),
        (Kinetic.SLOW, "mission", Channel.TEXT, Ground.WISHED, True),
        (Kinetic.SLOW, "annulation", Channel.TEXT, Ground.ALREADY_ASKED, True),
        (Kinetic.SLOW, "retex", Channel.MAIL, None, False),
    ],
)
def test_the_night_table_says_who_is_woken(
    *,
    kinetic: Kinetic,
    sending: str,
    channel: Channel,
    ground: Ground | None,
    at_once: bool,
) -> None:
    grounds = frozenset({ground}) if ground else NOBODY

    leaves_at = _night(kinetic).leaves_at(sending, channel, grounds, MIDNIGHT)

    assert leaves_at == (MIDNIGHT if at_once else MORNING)


@pytest.mark.parametrize("kinetic", Kinetic)
def test_every_rule_of_the_night_is_written_as_code(kinetic: Kinetic) -> None:
    sheet = TABLE.of(kinetic)

    assert {rule.code for rule in sheet.rules} == set(GROUNDS[kinetic])


def test_the_night_ends_at_seven_on_both_changes_of_hour() -> None:
    spring = datetime(2027, 3, 27, 22, 0, tzinfo=UTC)  # 23:00, the eve
    autumn = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)  # 23:00, the eve

    assert _night().morning_after(spring) == datetime(2027, 3, 28, 5, tzinfo=UTC)
    assert _night().morning_after(autumn) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_the_night_is_that_of_the_cpts() -> None:
    overseas = _night(zone=GUADELOUPE)

    assert not overseas.falls_at(MIDNIGHT)  # 19:00 there
    assert _night().falls_at(MIDNIGHT)


def test_an_accelerated_exercise_has_no_night() -> None:
    assert not _night(pace=2).falls_at(MIDNIGHT)


@given(st.integers(0, 3 * 365 * 24 * 60), st.sampled_from((PARIS, GUADELOUPE)))
def test_whatever_waits_for_the_morning_waits_nine_or_ten_hours_at_most(
    minutes: int, zone: ZoneInfo
) -> None:
    at = T0 + minutes * MINUTE
    morning = _night(zone=zone).morning_after(at)

    assert timedelta() <= morning - at <= timedelta(hours=10)
    assert not _night(zone=zone).falls_at(morning)
