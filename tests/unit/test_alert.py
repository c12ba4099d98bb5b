"""What a wave does next over its whole life, and whom it no longer asks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alert import (
    INFORM_WITHIN,
    ClosedWhy,
    Due,
    LookAgain,
    NotSent,
    Wave,
    WavePlan,
    WaveTimes,
)

LEAVES = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
REMIND = LEAVES + timedelta(minutes=15)
CLOSE = LEAVES + timedelta(minutes=30)
TICK = timedelta(microseconds=1)

ASKING = Wave(
    batch_ids=("b1",), asks=True, leaves_at=LEAVES, remind_at=REMIND, close_at=CLOSE
)
SENT = ASKING.model_copy(update={"batch_ids": ()})
INFORMING = Wave(batch_ids=("b1",), leaves_at=LEAVES, close_at=CLOSE)

moments = st.integers(-7_200, 7_200).map(lambda s: LEAVES + timedelta(seconds=s))
waves = st.builds(
    Wave,
    batch_ids=st.lists(st.sampled_from(("b1", "b2")), unique=True).map(tuple),
    asks=st.booleans(),
    covered=st.booleans(),
    closed=st.booleans(),
    leaves_at=moments,
    remind_at=st.none() | moments,
    close_at=moments,
)


@pytest.mark.parametrize(
    ("wave", "now", "due"),
    [
        (ASKING, LEAVES - TICK, Due.NOTHING),
        (ASKING, LEAVES, Due.SENDING),
        (SENT, LEAVES, Due.NOTHING),
        (SENT, REMIND - TICK, Due.NOTHING),
        (SENT, REMIND, Due.REMINDING),
        (ASKING, REMIND, Due.SENDING),  # nobody is reminded of what they never got
        (SENT, CLOSE - TICK, Due.REMINDING),
        (SENT, CLOSE, Due.CLOSING),
        (ASKING, CLOSE, Due.CLOSING),
        (INFORMING, LEAVES - TICK, Due.NOTHING),
        (INFORMING, LEAVES, Due.SENDING),
    ],
)
def test_a_wave_leaves_reminds_and_closes_at_its_hours(
    wave: Wave, now: datetime, due: Due
) -> None:
    assert wave.due(now) is due


def test_a_wave_is_reminded_once() -> None:
    reminded = SENT.model_copy(update={"remind_at": None})

    assert reminded.due(REMIND) is Due.NOTHING
    assert reminded.next_due_at() == CLOSE


def test_a_wave_that_asks_nothing_closes_once_all_has_left() -> None:
    sent = INFORMING.model_copy(update={"batch_ids": ()})

    assert sent.due(LEAVES) is Due.CLOSING


def test_a_refused_batch_no_longer_keeps_a_wave_busy() -> None:
    both = ASKING.model_copy(update={"batch_ids": ("b1", "b2")})

    assert both.without({"b2"}) == ASKING
    assert ASKING.without({"b1"}).due(REMIND) is Due.REMINDING
    assert ASKING.without({"b1"}).next_due_at() == REMIND


def test_a_met_need_closes_only_a_wave_that_asks() -> None:
    update = {"covered": True}

    assert ASKING.model_copy(update=update).due(LEAVES) is Due.CLOSING
    assert INFORMING.model_copy(update=update).due(LEAVES) is Due.SENDING


@given(wave=waves, now=moments)
def test_nothing_is_sent_or_reminded_once_covered_or_closed(
    wave: Wave, now: datetime
) -> None:
    due = wave.due(now)

    if wave.closed:
        assert due is Due.OVER
    elif (wave.asks and wave.covered) or now >= wave.close_at:
        assert due is Due.CLOSING
    if due is Due.SENDING:
        assert wave.batch_ids
        assert wave.leaves_at <= now < wave.close_at


@given(wave=waves, now=moments)
def test_a_wave_with_nothing_to_do_has_something_to_do_later(
    wave: Wave, now: datetime
) -> None:
    """Whoever sleeps until `next_due_at` never sleeps for ever, nor for nothing."""
    if wave.due(now) is Due.NOTHING:
        assert wave.next_due_at() > now
        assert wave.due(min(wave.next_due_at(), wave.close_at)) is not Due.NOTHING


@given(wave=waves, now=moments)
def test_every_wave_ends_by_its_hour(wave: Wave, now: datetime) -> None:
    if now >= wave.close_at:
        assert wave.due(now) in {Due.CLOSING, Due.OVER}


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, None),
        ({"answered": True}, NotSent.ANSWERED),
        ({"covered": True}, NotSent.COVERED),
        ({"closed_why": ClosedWhy.COVERED}, NotSent.COVERED),
        ({"closed_why": ClosedWhy.LIFTED}, NotSent.LIFTED),
        ({"closed_why": ClosedWhy.TIME}, NotSent.TOO_LATE),
        ({"answered": True, "closed_why": ClosedWhy.LIFTED}, NotSent.LIFTED),
        ({"answered": True, "covered": True}, NotSent.ANSWERED),
    ],
)
def test_nobody_is_asked_for_nothing(
    known: dict[str, object], why: NotSent | None
) -> None:
    assert LookAgain.model_validate({"asks": True, **known}).hold_back() is why


@given(
    answered=st.booleans(),
    covered=st.booleans(),
    closed_why=st.none() | st.sampled_from(ClosedWhy),
)
def test_what_only_informs_leaves_regardless(
    *, answered: bool, covered: bool, closed_why: ClosedWhy | None
) -> None:
    look = LookAgain(
        asks=False, answered=answered, covered=covered, closed_why=closed_why
    )

    assert look.hold_back() is None


def times(now: datetime = LEAVES, pace: int = 1) -> WaveTimes:
    return WaveTimes(
        t0=LEAVES,
        now=now,
        after=timedelta(minutes=30),
        within=timedelta(minutes=15),
        pace=pace,
    )


def test_a_wave_waits_from_t0_then_counts_from_its_departure() -> None:
    plan = WavePlan.asking("V2", "V2", ("INDISPONIBLE",), times())

    assert plan.leaves_at == LEAVES + timedelta(minutes=30)
    assert plan.remind_at == LEAVES + timedelta(minutes=45)
    assert plan.close_at == LEAVES + timedelta(minutes=60)


def test_a_wave_opened_late_still_gives_people_their_time() -> None:
    late = LEAVES + timedelta(hours=5)

    plan = WavePlan.asking("V2", "V2", ("INDISPONIBLE",), times(now=late))

    assert plan.leaves_at == late
    assert plan.close_at == late + timedelta(minutes=30)


def test_pace_shortens_every_delay_of_a_wave() -> None:
    plan = WavePlan.asking("V2", "V2", ("INDISPONIBLE",), times(pace=10))

    assert plan.leaves_at == LEAVES + timedelta(minutes=3)
    assert plan.remind_at == plan.leaves_at + timedelta(seconds=90)
    assert plan.close_at == plan.leaves_at + timedelta(minutes=3)


def test_a_wave_that_informs_leaves_now_and_is_tried_for_a_day() -> None:
    plan = WavePlan.informing("LEVEE", "levee", LEAVES)

    assert plan.answers == ()
    assert plan.remind_at is None
    assert (plan.leaves_at, plan.close_at) == (LEAVES, LEAVES + INFORM_WITHIN)
