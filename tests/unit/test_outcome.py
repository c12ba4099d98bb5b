from datetime import UTC, datetime, timedelta

import pytest

from domain.card import CardState
from domain.outcome import (
    Outcome,
    RunEnd,
    SituationRow,
    outcome_of,
    told_run,
)

DUE = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
END = DUE + timedelta(hours=1)


def run(state: CardState = CardState.DONE, **facts: object) -> RunEnd:
    return RunEnd.model_validate({"state": state, "due_at": DUE, **facts})


@pytest.mark.parametrize(
    ("ended", "late"),
    [
        (run(done_at=DUE), False),
        (run(done_at=DUE + SECOND), True),
        (run(CardState.TO_DO), True),
        (run(CardState.WAITING, due_at=None), False),
        (run(CardState.RUNNING, due_at=END), False),
        (run(CardState.NOT_APPLICABLE), False),
        (run(CardState.NOT_DONE), False),
    ],
)
def test_a_card_is_late_past_its_hour_unless_it_was_excused(
    ended: RunEnd, *, late: bool
) -> None:
    assert ended.late(END) is late


def test_a_card_is_told_by_its_first_run_that_is_proved() -> None:
    unproved = run(done_at=DUE)
    proved = run(done_at=END, proof="comptage")
    again = run(done_at=END + SECOND, proof="comptage")
    left = run(CardState.TO_DO)

    assert told_run((unproved, proved, again, left)) is proved
    assert told_run((unproved, left)) is unproved
    assert told_run((left, run(CardState.NOT_DONE))).state is CardState.NOT_DONE


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (CardState.DONE, Outcome.DONE),
        (CardState.NOT_DONE, Outcome.NOT_DONE),
        (CardState.NOT_APPLICABLE, Outcome.NOT_APPLICABLE),
        (CardState.TO_DO, Outcome.OPEN),
        (CardState.WAITING, Outcome.OPEN),
        (CardState.TAKEN, Outcome.OPEN),
        (CardState.RUNNING, Outcome.OPEN),
    ],
)
def test_what_was_begun_is_still_open(state: CardState, outcome: Outcome) -> None:
    assert outcome_of(run(state)) is outcome


def test_a_situation_report_is_late_only_once_sent_late() -> None:
    due = SituationRow(number=1, due_at=DUE)

    assert not due.is_late
    assert not due.model_copy(update={"sent_at": DUE}).is_late
    assert due.model_copy(update={"sent_at": DUE + SECOND}).is_late
