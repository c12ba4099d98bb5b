"""The order that opens a crisis: what is refused, what it opens, what names it."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.authority import Authority
from domain.crisis import CLOCK_SKEW, Activation, CrisisState, Origin
from domain.errors import (
    CallBackMissingError,
    FutureInstantError,
    UnknownAuthorityError,
)
from domain.order_errors import AcceleratedCrisisError, StaleAcceleratedOrderError
from tests.world import OPENED
from tests.world import activation as recorded

RECEIVED = OPENED - timedelta(minutes=10)


def activation(**changes: object) -> Activation:
    said = {**recorded(OPENED).model_dump(), "received_at": RECEIVED}
    return Activation.model_validate(said | changes)


def test_an_order_called_back_opens_a_crisis() -> None:
    activation().check(OPENED)


def test_without_a_call_back_a_crisis_is_only_a_pre_alert() -> None:
    said = activation(called_back_at=None)
    said.check(OPENED)

    assert said.opening_state is CrisisState.PRE_ALERT


def test_a_local_initiative_names_no_authority_and_waits_to_be_confirmed() -> None:
    said = activation(origin=Origin.LOCAL, authority=None, called_back_at=None)
    said.check(OPENED)

    assert said.opening_state is CrisisState.ACTIVE_TO_CONFIRM
    assert (said.giver, said.of_giver) == ("la CPTS", "de la CPTS")
    with pytest.raises(UnknownAuthorityError):
        activation(origin=Origin.LOCAL).check(OPENED)
    with pytest.raises(UnknownAuthorityError):
        activation(authority=None).check(OPENED)


def test_a_call_before_the_order_is_no_call_back() -> None:
    with pytest.raises(CallBackMissingError):
        activation(called_back_at=RECEIVED - timedelta(seconds=1)).check(OPENED)

    activation(called_back_at=RECEIVED).check(OPENED)


@pytest.mark.parametrize("field", ["received_at", "called_back_at"])
def test_an_order_from_the_future_is_refused(field: str) -> None:
    ahead = OPENED + CLOCK_SKEW
    later = {"called_back_at": ahead} | {field: ahead}

    activation(**later).check(OPENED)
    with pytest.raises(FutureInstantError):
        activation(**later | {field: ahead + timedelta(seconds=1)}).check(OPENED)


def test_a_crisis_without_written_reference_is_to_be_confirmed() -> None:
    assert activation().opening_state is CrisisState.ACTIVE
    unwritten = activation(reference=None)
    assert unwritten.opening_state is CrisisState.ACTIVE_TO_CONFIRM


@pytest.mark.parametrize("reference", ["", "   "])
def test_a_blank_reference_is_no_reference(reference: str) -> None:
    with pytest.raises(ValidationError):
        activation(reference=reference)


def test_the_same_reference_typed_otherwise_names_the_same_order() -> None:
    assert (
        activation(reference="  ars-2026  118 ").order_key
        == activation(reference="ARS-2026 118").order_key
    )


def test_without_reference_the_authority_and_the_minute_name_the_order() -> None:
    first = activation(reference=None)
    soon = first.model_copy(update={"received_at": RECEIVED + timedelta(seconds=59)})
    later = first.model_copy(update={"received_at": RECEIVED + timedelta(minutes=1)})
    other = first.model_copy(update={"authority": Authority.PREFECT})

    assert first.order_key == soon.order_key
    assert len({each.order_key for each in (first, later, other)}) == 3


def test_the_minute_of_an_order_is_the_same_in_every_zone() -> None:
    paris = datetime.fromisoformat("2026-11-22T21:50:00+01:00")

    assert (
        activation(reference=None, received_at=paris).order_key
        == activation(reference=None, received_at=paris.astimezone(UTC)).order_key
    )


def test_an_exercise_never_takes_the_place_of_an_order() -> None:
    assert activation().order_key != activation(exercise=True).order_key


def test_accents_typed_apart_are_composed() -> None:
    said = activation(place="Saint-Martin-le-Pre\u0301", reference="de\u0301cision 4")

    assert said.place == "Saint-Martin-le-Pré"
    assert said.order_key == activation(reference="Décision 4").order_key


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        activation(received_at=RECEIVED.replace(tzinfo=None))


@pytest.mark.parametrize("pace", [0, -1, 601])
def test_pace_is_a_whole_number_of_times(pace: int) -> None:
    with pytest.raises(ValidationError):
        activation(pace=pace)


def test_time_never_runs_faster_from_more_than_an_hour_ago() -> None:
    an_hour_ago = RECEIVED + timedelta(hours=1)
    before = an_hour_ago + timedelta(seconds=1)

    activation(pace=2).check(an_hour_ago)
    activation(pace=1).check(before)
    with pytest.raises(StaleAcceleratedOrderError):
        activation(pace=2).check(before)


@pytest.mark.parametrize(
    ("pace", "exercise", "fictitious", "refused"),
    [
        (60, False, False, True),
        (60, True, False, False),
        (60, False, True, False),
        (1, False, False, False),
    ],
)
def test_time_runs_faster_in_an_exercise_or_a_demonstration_only(
    pace: int, *, exercise: bool, fictitious: bool, refused: bool
) -> None:
    said = activation(pace=pace, exercise=exercise)

    with pytest.raises(AcceleratedCrisisError) if refused else nullcontext():
        said.check_pace(fictitious=fictitious)


def test_an_order_reads_back_what_it_wrote() -> None:
    said = activation()

    assert Activation.model_validate(said.model_dump(mode="json")) == said


def test_people_answer_while_a_crisis_runs_and_no_longer() -> None:
    assert {state for state in CrisisState if state.takes_answers} == {
        CrisisState.PRE_ALERT,
        CrisisState.ACTIVE_TO_CONFIRM,
        CrisisState.ACTIVE,
    }
