from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.outcome import CardRow
from domain.report import DocumentRow
from tests.samples.crisis import FACTS, changed, nothing

DONE_AT = FACTS.t0 + timedelta(hours=2)


def card(**facts: object) -> CardRow:
    return CardRow.model_validate(
        {
            "id": "T2-07",
            "title": "Renforcer",
            "state": "faite",
            "outcome": "FAITE",
            **facts,
        }
    )


def test_a_card_is_an_action_only_when_done_and_proved() -> None:
    assert card(done_at=DONE_AT, proof="comptage").is_action
    assert not card(done_at=DONE_AT).is_action
    assert not card(proof="comptage").is_action


def test_an_action_is_counted_once_a_card() -> None:
    proved = card(done_at=DONE_AT, proof="comptage")

    assert changed(cards=(proved, card(), card(done_at=DONE_AT))).actions == 1
    assert nothing().actions == 0


def test_repeats_are_counted_apart_and_only_of_actions() -> None:
    proved = card(done_at=DONE_AT, proof="comptage", repeats=3)
    unproved = card(done_at=DONE_AT, repeats=5)

    assert changed(cards=(proved, unproved)).repeats == 3
    assert changed(cards=(proved, unproved)).actions == 1


def test_only_situation_reports_that_left_are_counted() -> None:
    due = {"due_at": DONE_AT}
    reports = ({"number": 1, "sent_at": DONE_AT, **due}, {"number": 2, **due})

    assert changed(situation_reports=reports).reports_sent == 1
    assert nothing().reports_sent == 0


def test_participants_that_nobody_counted_are_unknown_not_zero() -> None:
    infirmiers = FACTS.professions[0]
    counted = (
        infirmiers.model_copy(update={"came": 5}),
        infirmiers.model_copy(update={"came": 0}),
        infirmiers,
    )

    assert FACTS.participants is None
    assert nothing().participants is None
    assert changed(professions=counted).participants == 5
    assert changed(professions=counted[1:2]).participants == 0


def test_messages_not_sent_without_a_reason_are_counted_apart() -> None:
    assert FACTS.unexplained == 0
    assert changed(not_sent_reasons={"SANS_ADRESSE": 9}).unexplained == 8
    assert changed(not_sent_reasons={"SANS_ADRESSE": 99}).unexplained == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": 0},
        {"timezone": "Europe/Autan"},
        {"timezone": "../paris"},
        {"t0": "2026-11-22T22:40:00"},
        {"population": -1},
        {"plan_sha256": "abc"},
        {"member_name": "Anne-Lise Descombes"},
    ],
)
def test_malformed_facts_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        changed(**wrong)


def test_a_document_without_its_hash_is_refused() -> None:
    with pytest.raises(ValidationError):
        DocumentRow(title="Compte rendu", sha256="A" * 64)


def test_facts_do_not_change_once_gathered() -> None:
    with pytest.raises(ValidationError):
        FACTS.pace = 60  # type: ignore[misc]  # what the test is about
