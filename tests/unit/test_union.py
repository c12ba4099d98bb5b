"""The union of the types of a crisis lays each card once, and only adds gates."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.card import OrderSource
from domain.errors import UnknownTypeError
from domain.union import DatedType, LaidCard, kinetic_of, lay_out
from domain.wave import Kinetic
from tests.national import T0, TYPES, activated, crisis, laid, national

DAY = timedelta(days=1)
SOME_TYPES = st.lists(st.sampled_from(TYPES), min_size=1, unique=True)


def _find(cards: tuple[LaidCard, ...], card_id: str) -> LaidCard:
    return next(each for each in cards if each.card_id == card_id)


@pytest.mark.parametrize("codes", tuple(combinations(TYPES, 2)))
def test_each_pair_of_types_lays_each_card_once(codes: tuple[str, str]) -> None:
    cards = Counter(each.card_id for each in crisis(*codes))

    own = [c for code in codes for c in national().type_sheet(code).cards]
    wanted = (*national().common_cards, *own)
    assert cards == Counter(card.card_id for card in wanted)


@given(SOME_TYPES)
def test_merging_only_adds_groups(codes: list[str]) -> None:
    for each in crisis(*codes):
        kept = each.awaited_orders[: len(each.card.awaited_orders)]
        assert kept == each.card.awaited_orders


@given(SOME_TYPES)
def test_nrc_makes_every_movement_wait_for_samu_or_sdis(codes: list[str]) -> None:
    samu_or_sdis = (OrderSource.SAMU, OrderSource.SDIS)

    for each in crisis(*codes, "NRC"):
        if each.card.moves_people:
            assert each.awaited_orders.count(samu_or_sdis) == 1


def test_iodine_waits_for_the_prefect_and_for_samu_or_sdis() -> None:
    assert laid("T4-08", "NRC").awaited_orders == (
        (OrderSource.PREFECT,),
        (OrderSource.SAMU, OrderSource.SDIS),
    )


def test_another_type_than_nrc_adds_no_group() -> None:
    assert laid("T2-07", "SICK", "CASUALTIES").awaited_orders == ()


def test_a_card_of_another_scenario_is_left_out() -> None:
    heat = DatedType(code="SICK", scenarios=("CANICULE",), t0=T0)

    cards = {each.card_id for each in lay_out(national(), (heat,))}

    others = {
        card.card_id
        for card in national().type_sheet("SICK").cards
        if not card.concerns("CANICULE")
    }
    assert others
    assert cards.isdisjoint(others)


def test_the_fastest_scenario_wins_unless_the_cell_chose() -> None:
    heat = DatedType(code="SICK", scenarios=("CANICULE",), t0=T0)
    smoke = DatedType(code="SICK", scenarios=("CANICULE", "INCENDIE_FUMEES"), t0=T0)

    assert kinetic_of(national(), (heat,)) is Kinetic.SLOW
    assert kinetic_of(national(), (smoke,)) is Kinetic.FAST
    assert kinetic_of(national(), (smoke,), Kinetic.SLOW) is Kinetic.SLOW
    assert kinetic_of(national(), (heat,), Kinetic.FAST) is Kinetic.FAST


def test_a_faster_type_added_later_shortens_delays_from_its_own_t0_only() -> None:
    heat = DatedType(code="SICK", scenarios=("CANICULE",), t0=T0)
    fire = DatedType(code="CASUALTIES", scenarios=("INCENDIE",), t0=T0 + DAY / 2)

    cards = lay_out(national(), (heat, fire))

    council = _find(cards, "TC-14").card.due_after  # 12 h, or 2 days
    assert _find(cards, "TC-14").t0 == T0
    assert _find(cards, "TC-14").due(council, T0, 1) == T0 + DAY
    order = _find(cards, "T1-02").card.due_after  # 30 min
    assert _find(cards, "T1-02").t0 == fire.t0
    assert _find(cards, "T1-02").due(order, fire.t0, 1) - fire.t0 == DAY / 48


def test_no_caution_of_a_type_is_lost() -> None:
    card = laid("T2-07", "SICK", "NRC")

    said = [*national().type_sheet("SICK").cautions]
    said += national().type_sheet("NRC").cautions
    assert card.cautions[0] == card.card.caution
    assert set(said) <= set(card.cautions)


def test_a_removed_type_withdraws_its_cards_and_its_gates_only() -> None:
    types = (activated("SICK"), activated("NRC", removed="doute levé"))

    cards = lay_out(national(), types, Kinetic.FAST)

    assert _find(cards, "T4-01").withdrawn == "doute levé"
    assert _find(cards, "TC-01").withdrawn is None
    assert _find(cards, "T2-07").withdrawn is None
    assert _find(cards, "T2-07").awaited_orders == ()


def test_common_cards_go_with_the_last_type() -> None:
    cards = lay_out(national(), (activated("NRC", removed="fausse alerte"),))

    assert {each.withdrawn for each in cards} == {"fausse alerte"}


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(UnknownTypeError):
        lay_out(national(), (DatedType(code="METEORITE", scenarios=("CHUTE",), t0=T0),))
