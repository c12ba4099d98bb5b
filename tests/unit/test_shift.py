"""One seat, several people in turn: never two at the same hours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.shift import HANDOVER, Shift, has_room

DAWN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def shift(who: str, begin: float, hours: float = 2) -> Shift:
    starts_at = DAWN + timedelta(hours=begin)
    ends_at = starts_at + timedelta(hours=hours)
    return Shift(person_id=who, starts_at=starts_at, ends_at=ends_at)


def test_a_seat_is_taken_over_at_other_hours_only() -> None:
    first, relief = shift("ana", 0), shift("bea", 2)

    assert has_room(["ana"], ["ana"], [first], relief)
    assert has_room([None, "ana"], ["ana"], [], relief)
    assert has_room(["bea"], ["bea"], [], relief)  # their own
    assert not has_room(["ana"], ["ana"], [], relief)  # kept whole: no hours yet
    assert not has_room(["ana"], ["ana"], [first], shift("bea", 1))
    assert not has_room(["ana"], ["ana"], [first, relief], shift("eve", 3))
    assert not has_room([], ["ana"], [first], relief)  # kept for another profession


def test_two_people_may_hand_over_but_not_share_short_hours() -> None:
    minutes = HANDOVER.total_seconds() / 3600

    assert not shift("ana", 0).meets(shift("bea", 2 - minutes))
    assert shift("ana", 0).meets(shift("bea", 2 - 2 * minutes))
    assert shift("ana", 0, minutes).meets(shift("bea", 0, minutes))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=12))
def test_whoever_is_let_in_no_hour_has_more_people_than_seats(
    asked: list[tuple[int, int]],
) -> None:
    seats = ["ana", "bea", None]
    on_duty = [shift("ana", 0), shift("bea", 4)]
    for number, (begin, hours) in enumerate(asked):
        wanted = shift(f"p{number}", begin, hours)
        if has_room(seats, [s for s in seats if s], on_duty, wanted):
            on_duty.append(wanted)
            if None in seats:
                seats[seats.index(None)] = wanted.person_id

    for each in on_duty:
        together = [other for other in on_duty if other.meets(each)]
        at_once = [o for o in together if o.starts_at <= each.starts_at < o.ends_at]
        assert len(at_once) <= len(seats)
