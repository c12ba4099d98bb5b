"""Rest between two posts: how long, from when, beside which hours."""

from datetime import datetime, timedelta

import pytest

from domain.calendar import french_hour, french_instant
from domain.mission import Mission, MissionState
from domain.mission_errors import RestNeededError
from domain.rest import Rest, rests_until
from domain.sentences import sentence
from domain.shift import Shift
from domain.typography import typeset
from tests.world import OPENED, activation, cpts

ACCEPTED, ENDED = MissionState.ACCEPTED, MissionState.ENDED
ZONE = cpts().zone_info
REST = Rest(timedelta(hours=11))
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return OPENED + hours * HOUR


def mission(
    begin: float, end: float, state: MissionState = ACCEPTED, who: str = "p"
) -> Mission:
    """A mission of these hours, worked half an hour longer if it ended."""
    worked = {"worked_from": at(begin), "worked_until": at(end + 0.5)}
    return Mission(
        mission_id="m1",
        wave=1,
        card_id="T2-07",
        person_id=who,
        place="EHPAD",
        contact="Claude Fictif",
        starts_at=at(begin),
        ends_at=at(end),
        state=state,
        proposed_at=OPENED,
        **(worked if state is ENDED else {}),
    )


def hours(begin: float, end: float) -> Shift:
    return Shift(person_id="p", starts_at=at(begin), ends_at=at(end))


def test_rest_counts_from_the_hour_worked_else_from_the_one_accepted() -> None:
    posts = (
        mission(0, 2),
        mission(0, 1, ENDED, "ended"),
        mission(0, 2, MissionState.DECLINED, "declined"),
        mission(0, 2, MissionState.CANCELLED, "cancelled"),
    )

    assert REST.resting(posts, at(1)) == {"ended": at(12.5)}  # the other goes on
    assert REST.resting(posts, at(2)) == {"p": at(13), "ended": at(12.5)}
    assert REST.resting(posts, at(12.5)) == {"p": at(13)}
    assert REST.resting(posts, at(13)) == {}
    assert REST.resting((mission(0, 2), mission(3, 4)), at(5)) == {"p": at(15)}


@pytest.mark.parametrize(
    ("begin", "end", "refused"),
    [
        (13, 15, False),
        (12.9, 15, True),
        (2, 4, True),  # hours that adjoin their own post
        (1, 3, True),
        (-13, -11, False),
        (-13, -10.9, True),
    ],
)
def test_hours_leave_a_rest_before_them_and_after(
    begin: float, end: float, *, refused: bool
) -> None:
    found = REST.too_near([mission(0, 2)], hours(begin, end))

    assert (found is not None) is refused
    assert Rest(timedelta()).too_near([mission(0, 2)], hours(begin, end)) is None


def test_the_refusal_says_when_the_rest_ends_or_what_comes_too_soon() -> None:
    def refusal(post: Mission) -> str:
        with pytest.raises(RestNeededError) as refused:
            REST.refuse([post], hours(3, 5), OPENED, ZONE)
        return sentence(refused.value)

    assert refusal(mission(0, 2)) == typeset(
        "Entre deux postes, il faut 11 h 00 de repos : celui du poste d'avant dure "
        "jusqu'à 11 h 00. Rien n'a changé ; il faut d'autres heures, ou quelqu'un "
        "d'autre."
    )
    assert "commence le 23" in refusal(mission(7, 8))
    REST.refuse([mission(20, 22)], hours(3, 5), OPENED, ZONE)


def test_a_cpts_says_how_long_none_turns_it_off_and_an_exercise_is_faster() -> None:
    tenant = cpts()
    none = tenant.model_copy(update={"rest_hours": 0})
    fast = activation(OPENED, exercise=True, pace=60)

    assert Rest.of(tenant, activation(OPENED)) == REST
    assert Rest.of(tenant, fast) == Rest(timedelta(minutes=11))
    assert Rest.of(none, fast).resting([mission(0, 2)], at(3)) == {}


def test_beyond_a_day_the_end_of_a_rest_says_which_day() -> None:
    tomorrow, after = (
        rests_until(at(11), OPENED, ZONE),
        rests_until(at(30), OPENED, ZONE),
    )

    assert tomorrow == f"Au repos jusqu'à {french_hour(at(11), ZONE)}"
    assert after == f"Au repos jusqu'au {french_instant(at(30), ZONE)}"
