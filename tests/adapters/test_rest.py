"""One late reply is an accident; several say that a provider is slow, for a while."""

import pytest

from adapters.gateways.rest import LONGEST_REST_S, Pace, Rest

LIMIT_S, QUICK, LATE = 2.0, 0.5, 3.0


@pytest.mark.parametrize(
    ("took", "is_slow"),
    [
        ((LATE,), False),
        ((LATE, QUICK, LATE), False),
        ((LATE, QUICK, LATE, QUICK, LATE), True),
        ((LATE, QUICK, QUICK, LATE, QUICK, LATE), False),  # over its last five
        ((LIMIT_S, LIMIT_S, LIMIT_S), False),
    ],
)
def test_three_late_replies_of_the_last_five_are_slow(
    took: tuple[float, ...], *, is_slow: bool
) -> None:
    pace = Pace(LIMIT_S)

    for each in took:
        pace.note(0.0, each)

    assert pace.rest.lets_in(max(took), 0) is not is_slow


def test_once_it_is_quick_again_what_was_late_before_counts_no_more() -> None:
    pace = Pace(LIMIT_S)
    for _ in range(3):
        pace.note(0.0, LATE)
    after = pace.rest.over_at

    pace.note(0.0, QUICK)  # handed over before: it says nothing of now
    assert pace.rest.times == 1
    pace.note(after, after + QUICK)
    pace.note(after, after + LATE)

    assert pace.rest.times == 0


def test_a_rest_is_twice_as_long_each_time_up_to_a_minute() -> None:
    rest = Rest()
    long = []
    for _ in range(8):
        now = rest.over_at
        rest.begin(now)
        rest.begin(now)  # two connections that fail together
        long.append(rest.over_at - now)

    assert long[:3] == [2.0, 4.0, 8.0]
    assert long[-2:] == [LONGEST_REST_S, LONGEST_REST_S]


def test_after_a_rest_one_message_goes_and_the_others_follow_if_it_went_well() -> None:
    rest = Rest()
    rest.begin(0.0)
    over = rest.over_at

    assert not rest.lets_in(over - 0.1, 0)
    assert rest.lets_in(over, 0)
    assert not rest.lets_in(over, 1)
    rest.end(over)
    assert rest.lets_in(over, 1)
