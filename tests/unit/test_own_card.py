"""Somebody of the cell sees their cards once each, what is late first."""

from datetime import timedelta

import pytest

from domain.card import CardState
from domain.card_errors import CardNotYoursError
from domain.contribution import NUMBER_LABELS
from domain.own_card import in_hand, next_ones, own_cards, run_of
from domain.plan import Holder, Plan
from domain.proof_label import PROOF_LABELS, is_number, proof_label
from domain.run import Run
from tests.national import T0, crisis, national

LAID = crisis("SICK")
LEADER = ("PILOTAGE",)


def run(
    card_id: str, minutes: int, state: CardState = CardState.TO_DO, number: int = 1
) -> Run:
    due_at = T0 + timedelta(minutes=minutes)
    return Run(card_id, number, state, T0, counted_from=T0, due_at=due_at)


RUNS = (
    run("TC-03", 20, CardState.DONE),
    run("TC-04", 60),
    run("TC-07", 120),  # after TC-04
    run("TC-08", 50),
    run("TC-10", 40, CardState.WAITING),
    run("TC-09", 30),  # the medical organisation's
)


def test_what_may_be_done_now_comes_first_then_what_waits() -> None:
    cards = own_cards(LAID, RUNS, LEADER)

    order = [card.run.card_id for card in cards]
    assert order == ["TC-08", "TC-04", "TC-10", "TC-07"]
    assert [card.run.card_id for card in next_ones(cards)] == ["TC-08", "TC-04"]
    assert cards[3].awaited == ("TC-04",)


def test_a_card_that_repeats_is_shown_once_by_its_first_run_left() -> None:
    done = (run("TC-04", 60, CardState.DONE), run("TC-07", 120, CardState.DONE))
    again = (run("TC-07", 240, number=2), run("TC-07", 360, number=3))
    cards = own_cards(LAID, (*done, *again), LEADER)

    seen = {card.run.card_id: card.run.number for card in in_hand(cards)}

    assert seen == {"TC-07": 2, "TC-04": 1}
    assert run_of(cards, "TC-07", 1).run.over  # still there to be read


def test_the_last_of_the_runs_that_ended_stands_for_a_card_that_is_over() -> None:
    runs = [run("TC-07", 120 * n, CardState.DONE, n) for n in (1, 2, 3)]

    (only,) = in_hand(own_cards(LAID, runs, LEADER))

    assert only.run.number == 3


def test_the_card_of_another_role_or_of_no_crisis_is_nobodys() -> None:
    cards = own_cards(LAID, (*RUNS, run("T5-01", 10)), LEADER)

    for card_id in ("TC-09", "T5-01"):
        with pytest.raises(CardNotYoursError):
            run_of(cards, card_id, 1)


def test_somebody_acts_in_the_first_of_their_roles_that_the_card_names() -> None:
    (card,) = own_cards(LAID, (RUNS[2],), ("SECRETARIAT", "PILOTAGE"))

    assert card.role == "PILOTAGE"


def test_who_stands_in_has_the_role_after_those_they_hold() -> None:
    plan = Plan(
        cpts_id="val-test",
        plan_id="plan",
        number=1,
        holders=(
            Holder(role="PILOTAGE", person_id="a", deputy_id="b"),
            Holder(role="SECRETARIAT", person_id="b", deputy_id="c"),
        ),
        template=national(),
    )

    assert plan.roles_of("b") == ("SECRETARIAT", "PILOTAGE")
    assert plan.roles_of("d") == ()


def test_every_field_of_every_proof_is_written_in_french() -> None:
    fields = {name for card in national().cards for name in card.proof.fields}

    assert fields <= set(PROOF_LABELS) | set(NUMBER_LABELS)
    assert proof_label("accuse_ars") == "Accusé de réception de l'ARS"
    assert proof_label("mon_propre_champ") == "Mon propre champ"
    assert is_number("nb_remis")
    assert not is_number("heure")
    assert all(map(is_number, NUMBER_LABELS))
