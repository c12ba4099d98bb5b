"""Who is told what is late: rarely, once, and only news."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import paced
from domain.card import CardState
from domain.digest import Digest, Digests, Item, Telling, Watched, digests
from domain.gate import CrisisFacts
from domain.lateness import Lateness, lateness, later_at
from domain.night import Night
from domain.plan import Holder
from domain.run import Deadline, Run
from domain.schedule import blocked_by, schedule
from domain.wave import Kinetic
from tests.national import T0, TYPES, crisis, laid, national

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
PARIS = ZoneInfo("Europe/Paris")
HOLDERS = tuple(
    Holder(role=role.code, person_id=f"{role.code}-1", deputy_id=f"{role.code}-2")
    for role in national().held_roles
)


def _run(card_id: str, delay: timedelta, number: int = 1) -> Run:
    return Run(card_id, number, CardState.TO_DO, T0, T0, T0 + delay)


def _telling(
    kinetic: Kinetic = Kinetic.FAST,
    *,
    pace: int = 1,
    dormant: bool = False,
    opened_at: datetime = T0,
) -> Telling:
    night = Night(national().departures.night, PARIS, kinetic, pace)
    return Telling(HOLDERS, night, opened_at, dormant=dormant)


def _watched(card_id: str, delay: timedelta) -> Watched:
    return Watched(laid(card_id, "SICK"), _run(card_id, delay))


def _told(said: tuple[Digest, ...]) -> dict[str, tuple[Lateness, ...]]:
    return {each.person_id: tuple(i.lateness for i in each.items) for each in said}


@pytest.mark.parametrize(
    ("minutes", "level"),
    [
        (29, Lateness.ON_TIME),
        (30, Lateness.DUE_SOON),
        (60, Lateness.LATE),
        (89, Lateness.LATE),
        (90, Lateness.GRAVE),
    ],
)
def test_a_run_is_late_by_steps_of_its_delay(minutes: int, level: Lateness) -> None:
    assert lateness(_run("TC-02", HOUR), T0 + minutes * MINUTE) is level


def test_the_next_step_is_the_first_to_come() -> None:
    run = _run("TC-02", HOUR)

    assert later_at(run, T0) == T0 + 30 * MINUTE
    assert later_at(run, T0 + 30 * MINUTE) == T0 + HOUR
    assert later_at(run, T0 + 2 * HOUR) is None


def test_what_is_over_or_waits_is_never_late() -> None:
    over = replace(_run("TC-02", HOUR), state=CardState.DONE)
    waiting = Run("T4-08", 1, CardState.WAITING, T0)

    assert {lateness(run, T0 + 9 * HOUR) for run in (over, waiting)} == {
        Lateness.ON_TIME
    }


def test_what_was_late_before_the_order_was_recorded_waits_one_digest() -> None:
    recorded_at = T0 + 2 * HOUR
    late = _telling(opened_at=recorded_at)
    before = _watched("TC-02", HOUR)  # late at T0 + 1 h: SECRETARIAT
    since = _watched("TC-09", 3 * HOUR + 30 * MINUTE)  # due soon: ORGA_MEDICALE
    alone = _watched("TC-03", HOUR)  # critical
    cards = (before, since, alone)

    first = digests(cards, (), late, recorded_at)
    soon = digests((_watched("TC-09", 4 * HOUR + MINUTE),), (), late, recorded_at)
    later = digests(cards, first.to_send, late, recorded_at + 15 * MINUTE)

    assert first == Digests((), recorded_at + 15 * MINUTE)
    added = replace(_telling(), added_at={before.laid.t0: recorded_at})
    assert digests(cards, (), added, recorded_at) == first  # a type of the same T0
    assert soon.next_at == recorded_at + 30 * timedelta(seconds=1)
    told = {(each.person_id, each.alone) for each in later.to_send}
    assert ("SECRETARIAT-1", False) in told
    assert ("DECISION-1", True) in told


def test_a_card_that_gets_later_after_the_opening_is_told_at_once() -> None:
    recorded_at = T0 + 50 * MINUTE
    late = _telling(opened_at=recorded_at)
    alone = _watched("TC-03", HOUR)  # due soon at the opening, late 10 minutes after

    assert digests((alone,), (), late, recorded_at).to_send == ()
    found = digests((alone,), (), late, T0 + HOUR).to_send
    assert any(each.alone for each in found)


def test_a_milestone_that_is_done_is_no_longer_late() -> None:
    part = Deadline(T0 + HOUR, "provisoire")
    run = replace(_run("TC-22", 4 * HOUR), milestones=(part,))

    assert lateness(run, T0 + HOUR) is Lateness.LATE
    sent = replace(run, milestones_done=("provisoire",))
    assert lateness(sent, T0 + HOUR) is Lateness.ON_TIME


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (29, {}),
        (30, {"SECRETARIAT-1": (Lateness.DUE_SOON,)}),
        (60, {f"SECRETARIAT-{n}": (Lateness.LATE,) for n in (1, 2)}),
        (
            90,
            {f"SECRETARIAT-{n}": (Lateness.LATE,) for n in (1, 2)}
            | {f"DECISION-{n}": (Lateness.GRAVE,) for n in (1, 2)},
        ),
    ],
)
def test_lateness_climbs_from_holder_to_deputy_to_decision(
    minutes: int, told: dict[str, tuple[Lateness, ...]]
) -> None:
    watched = (_watched("TC-02", HOUR),)

    said = digests(watched, (), _telling(), T0 + minutes * MINUTE)

    assert _told(said.to_send) == told


def test_a_late_critical_card_reaches_decision_alone_and_at_once() -> None:
    watched = (_watched("TC-01", HOUR), _watched("TC-02", HOUR / 4))
    last = Item("TC-02", 1, None, Lateness.GRAVE)
    now = T0 + HOUR
    sent = (Digest("DECISION-1", now - MINUTE, (last,)),)

    said = digests(watched, sent, _telling(), now)

    alone = {each.person_id: each.items for each in said.to_send if each.alone}
    late = Item("TC-01", 1, None, Lateness.LATE)
    assert alone == {"DECISION-1": (late,), "DECISION-2": (late,)}


def test_a_critical_card_held_by_decision_is_told_once() -> None:
    said = digests((_watched("TC-03", HOUR),), (), _telling(), T0 + 2 * HOUR)

    told = [each.person_id for each in said.to_send]
    assert sorted(told) == ["DECISION-1", "DECISION-2"]
    assert all(each.alone for each in said.to_send)


def test_what_waits_for_another_card_is_nobodys_fault() -> None:
    watched = replace(_watched("TC-05", HOUR), blocked=True)

    said = digests((watched,), (), _telling(), T0 + 9 * HOUR)

    assert (said.to_send, said.next_at) == ((), None)


def test_a_dormant_crisis_tells_nobody() -> None:
    said = digests(
        (_watched("TC-01", HOUR),), (), _telling(dormant=True), T0 + 9 * HOUR
    )

    assert (said.to_send, said.next_at) == ((), None)


def test_a_second_digest_waits_for_its_quarter_of_an_hour() -> None:
    watched = (_watched("TC-02", HOUR), _watched("TC-16", HOUR + 2 * MINUTE))
    first = digests(watched, (), _telling(), T0 + HOUR)
    assert {each.person_id for each in first.to_send} >= {"SECRETARIAT-1"}

    again = digests(watched, first.to_send, _telling(), T0 + HOUR)
    later = digests(watched, first.to_send, _telling(), T0 + HOUR + 2 * MINUTE)

    assert again.to_send == ()
    assert "PILOTAGE-1" not in _told(later.to_send)
    assert later.next_at == T0 + HOUR + 15 * MINUTE


def test_a_slow_crisis_lets_people_sleep_but_not_over_a_critical_card() -> None:
    night = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Paris
    delay = night - T0
    watched = (_watched("TC-01", delay), _watched("TC-02", delay))

    said = digests(watched, (), _telling(Kinetic.SLOW), night)

    assert {(each.person_id, each.alone) for each in said.to_send} == {
        ("DECISION-1", True),
        ("DECISION-2", True),
    }
    assert said.next_at == min(
        night + delay / 2, datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    )


STEPS = st.lists(st.integers(1, 200), min_size=1, max_size=60)


@settings(max_examples=15)
@given(st.sampled_from(TYPES), st.sampled_from(Kinetic), st.sampled_from((1, 6)), STEPS)
def test_nobody_is_told_more_often_than_the_quota_nor_twice(
    code: str, kinetic: Kinetic, pace: int, steps: list[int]
) -> None:
    cards = crisis(code, kinetic=kinetic)
    facts, telling = CrisisFacts(pace=pace), _telling(kinetic, pace=pace)
    runs: dict[tuple[str, int], Run] = {}
    sent: list[Digest] = []
    now = T0
    for minutes in steps:
        now += minutes * MINUTE
        drawn = schedule(cards, runs.values(), facts, now)
        runs |= {run.key: run for run in (*drawn.opened, *drawn.changed)}
        known = {each.card_id: each for each in cards}
        watched = [
            Watched(
                known[run.card_id],
                run,
                blocked=bool(blocked_by(known[run.card_id], run, cards, runs.values())),
            )
            for run in runs.values()
        ]
        sent += digests(watched, sent, telling, now).to_send
        assert digests(watched, sent, telling, now).to_send == ()

    quota = timedelta(minutes=15) if kinetic is Kinetic.FAST else 12 * HOUR
    for person in {each.person_id for each in sent}:
        at = [d.at for d in sent if d.person_id == person and not d.alone]
        gaps = (later - sooner for sooner, later in pairwise(at))
        assert all(gap >= paced(quota, pace) for gap in gaps)
        items = [i for d in sent if d.person_id == person for i in d.items]
        assert len(items) == len(set(items)) > 0
