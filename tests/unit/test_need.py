"""The seats that cards ask for, and who may take them."""

from domain.need import Need, needs_of_card
from tests.national import national
from tests.world import template

CARD = template().card("T2-07")


def test_seats_are_kept_by_profession_then_open_to_all_of_the_card() -> None:
    needs = needs_of_card(CARD)

    assert [(n.need_id, n.profession, n.needed) for n in needs] == [
        ("T2-07.MEDECIN_GENERALISTE", "MEDECIN_GENERALISTE", 4),
        ("T2-07.INFIRMIER", "INFIRMIER", 8),
        ("T2-07.TOUTES", None, 8),
    ]


def test_the_seats_of_a_card_are_its_target() -> None:
    assert sum(need.needed for need in needs_of_card(CARD)) == CARD.staffing.target


def test_a_card_that_wants_its_minimum_only_opens_no_other_seat() -> None:
    staffing = CARD.staffing.model_copy(update={"target": CARD.staffing.minimum})
    card = CARD.model_copy(update={"staffing": staffing})

    assert all(need.profession for need in needs_of_card(card))


def test_a_card_of_the_cell_asks_for_no_seat() -> None:
    assert needs_of_card(template().card("TC-01")) == ()


def test_a_kept_seat_is_for_its_profession_and_an_open_one_for_the_cards() -> None:
    doctors, nurses, open_seats = needs_of_card(CARD)

    assert nurses.may_be_filled_by("INFIRMIER", ())
    assert not doctors.may_be_filled_by("INFIRMIER", ())
    assert open_seats.may_be_filled_by("KINE", ())
    assert not open_seats.may_be_filled_by("SAGE_FEMME", ())


def test_a_seat_for_all_professions_is_for_any() -> None:
    need = Need(
        need_id="n", card_id="c", profession=None, professions=("TOUTES",), needed=1
    )

    assert need.may_be_filled_by("SAGE_FEMME", ())


def test_a_seat_that_demands_a_skill_is_for_nobody_without_it() -> None:
    vaccinator = national().card("T3-12")
    nurses = needs_of_card(vaccinator)[0]

    assert not nurses.may_be_filled_by("INFIRMIER", ("AFGSU2",))
    assert nurses.may_be_filled_by("INFIRMIER", ("AFGSU2", "VACCINATION"))
    assert not vaccinator.suits("ORTHOPTISTE", ("VACCINATION",))
