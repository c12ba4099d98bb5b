"""How many to call is learned from who came, shown, and capped."""

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import NBSP
from domain.need import needs_of_card
from domain.overcall import CAP, Past, SeatCall, learned, seat_calls
from domain.turnout import GroupRow
from tests.world import template


def row(label: str, asked: int, came: int | None) -> GroupRow:
    return GroupRow(label=label, asked=asked, sent=asked, answered=0, came=came)


def told(call: SeatCall) -> str:
    return call.told("Infirmier").replace(NBSP, " ").replace("\u2019", "'")


def test_what_was_asked_and_who_came_add_up_over_crises() -> None:
    past = [
        (row("INFIRMIER", 20, 8), row("KINE", 3, 3)),
        (row("INFIRMIER", 10, 4), row("IPA", 12, None)),  # nobody wrote who came
    ]

    assert learned(past) == {"INFIRMIER": Past(30, 12, 2)}  # 3 asked say nothing


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 40))
def test_the_factor_is_never_below_one_nor_above_its_cap(
    asked: int, came: int, seats: int
) -> None:
    call = SeatCall("INFIRMIER", seats, 0, Past(asked, min(came, asked), 1))

    assert seats <= call.wanted <= seats * CAP


def test_seats_of_a_profession_are_compared_with_whom_the_order_calls() -> None:
    needs = needs_of_card(template().card("T2-07"))
    called = ["INFIRMIER"] * 12 + ["KINE"] * 3

    doctors, nurses = seat_calls(needs, called, {"INFIRMIER": Past(30, 12, 2)})

    assert (doctors.seats, doctors.called, doctors.past) == (4, 0, None)
    assert (nurses.seats, nurses.called, nurses.wanted) == (8, 12, 20)
    assert told(nurses) == (
        "Infirmier : 8 places, 12 personnes sollicitées par V2 ; sur 30 personnes "
        "appelées en 2 crises ou exercices, 12 sont venues : en appeler 20. Il en "
        "manque 8 : V3, ou une CPTS voisine."
    )


def test_a_past_without_anybody_is_capped_and_no_past_is_said() -> None:
    assert "1 place, aucune personne" in told(SeatCall("INFIRMIER", 1, 0, None))
    assert "ni crise ni exercice" in told(SeatCall("INFIRMIER", 1, 9, None))
    capped = told(SeatCall("INFIRMIER", 1, 9, Past(30, 1, 1)))
    assert capped.endswith("1 est venue : en appeler 5 (5 par place au plus).")
    assert "une crise ou un exercice" in capped
