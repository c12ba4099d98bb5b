from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.turnout import (
    CURVE_MINUTES,
    AlertCounts,
    Asked,
    FirstAnswer,
    Part,
    by_group,
    curve,
    participants,
    unconfirmed,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ANSWERS = st.lists(
    st.builds(
        FirstAnswer,
        st.timedeltas(timedelta(0), timedelta(hours=2)),
        st.booleans(),
    )
)
PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from("abcdef"),
        st.booleans(),
        st.none() | st.timedeltas(-HOUR, HOUR),
    )
)


def asked(person_id: str, **facts: bool) -> Asked:
    said = {"asked": True, "sent": True, "answered": False} | facts
    return Asked(person_id, "INFIRMIER", "Nord", **said)


def test_recipients_in_neither_pile_are_pending() -> None:
    assert AlertCounts(asked=378, sent=361, not_sent=17).pending == 0
    assert AlertCounts(asked=378, sent=300, not_sent=17).pending == 61
    assert AlertCounts(asked=1, sent=2).pending == 0


def test_an_answer_counts_from_the_minute_it_came() -> None:
    points = curve(
        (
            FirstAnswer(5 * MINUTE, offers_help=True),
            FirstAnswer(31 * MINUTE, offers_help=False),
        )
    )

    assert [points[m].answered for m in (4, 5, 30, 31, 45)] == [0, 1, 1, 2, 2]
    assert [points[m].offered for m in (4, 5, 30, 31, 45)] == [0, 1, 1, 1, 1]


@given(ANSWERS)
def test_a_curve_never_falls_and_help_is_part_of_the_answers(
    answers: list[FirstAnswer],
) -> None:
    points = curve(answers)

    assert [point.minutes for point in points] == list(range(CURVE_MINUTES + 1))
    assert all(
        before.answered <= after.answered and before.offered <= after.offered
        for before, after in pairwise(points)
    )
    assert all(point.offered <= point.answered <= len(answers) for point in points)


def test_a_yes_without_follow_up_does_not_count() -> None:
    parts = (
        Part("accepted, no time", agreed=True, worked=None),
        Part("accepted, no minute", agreed=True, worked=timedelta(0)),
        Part("declined, yet worked", agreed=False, worked=HOUR),
        Part("came", agreed=True, worked=HOUR),
    )

    assert participants(parts) == {"came"}
    assert unconfirmed(parts) == {"accepted, no time", "accepted, no minute"}


def test_who_took_part_twice_is_counted_once() -> None:
    parts = (
        Part("a", agreed=True, worked=HOUR),
        Part("a", agreed=True, worked=MINUTE),
        Part("a", agreed=True, worked=None),
    )

    assert participants(parts) == {"a"}
    assert unconfirmed(parts) == frozenset()


@given(PARTS)
def test_whoever_agreed_either_came_or_still_owes_the_time(parts: list[Part]) -> None:
    agreed = {part.person_id for part in parts if part.agreed}

    assert participants(parts) | unconfirmed(parts) == agreed
    assert not participants(parts) & unconfirmed(parts)


def test_groups_are_told_from_the_largest_each_person_once() -> None:
    people = (
        ("Sage-femme", asked("d", answered=True)),
        ("Infirmier", asked("a", answered=True)),
        ("Infirmier", asked("b", sent=False)),
        ("Kinésithérapeute", asked("c", asked=False, sent=False)),
    )
    parts = (Part("a", agreed=True, worked=HOUR), Part("c", agreed=True, worked=HOUR))

    rows = by_group(people, parts)

    assert [tuple(row.model_dump().values()) for row in rows] == [
        ("Infirmier", 2, 1, 1, 1),
        ("Sage-femme", 1, 1, 1, 0),
        ("Kinésithérapeute", 0, 0, 0, 1),
    ]


def test_who_came_is_unknown_where_nothing_was_written() -> None:
    (row,) = by_group([("Infirmier", asked("a"))], ())

    assert row.came is None
