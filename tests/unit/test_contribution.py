"""Numbers from one's own practice: asked of whom, in what words, how large."""

import pytest

from domain.card import CardMode
from domain.contribution import (
    Declared,
    check_declared,
    field_label,
    numbers_of,
    wanted_of,
)
from domain.mission_errors import ContributionNotWantedError
from tests.national import national

CARDS = national().cards
GENERALIST = "MEDECIN_GENERALISTE"
CALLS = "T2-04"  # a_contacter, contactes, en_difficulte


def test_every_number_of_the_national_template_has_french_words() -> None:
    wanted = [card for card in CARDS if card.mode is CardMode.CONTRIBUTION]
    labels = [field_label(name) for card in wanted for name in numbers_of(card)]

    assert len(wanted) == 21
    assert all(label[0].isupper() and "_" not in label for label in labels)
    left_out = {name for c in wanted for name in c.contribution} - {
        name for c in wanted for name in numbers_of(c)
    }
    assert left_out == {
        *("heure_appel", "consigne_recue", "heure_prise_en_charge"),
        *("zone", "heure_appel_15"),
    }


def test_only_the_cards_of_one_s_profession_are_shown() -> None:
    ids = {card.card_id for card in wanted_of(CARDS, "PHARMACIEN")}

    assert {"T1-09", "T2-08", CALLS} <= ids
    assert not {"T2-03", "T2-07", "T4-04"} & ids  # others', a post, a reflex card
    assert wanted_of(CARDS, "PSYCHOMOTRICIEN") == tuple(
        card for card in wanted_of(CARDS, "AUTRE_NON_SOIGNANT")
    )


@pytest.mark.parametrize(
    "declared",
    [
        Declared(card_id="T2-08", fields={"ruptures": 1}),  # the pharmacists'
        Declared(card_id="T9-99", fields={}),
        Declared(card_id=CALLS, fields={"ruptures": 1}),
        Declared(card_id=CALLS, fields={"contactes": 10_000}),
        Declared(card_id=CALLS, fields={"contactes": -1}),
    ],
)
def test_what_no_card_asks_of_this_person_is_refused(declared: Declared) -> None:
    check_declared(
        CARDS, GENERALIST, [Declared(card_id=CALLS, fields={"contactes": 9999})]
    )

    with pytest.raises(ContributionNotWantedError):
        check_declared(CARDS, GENERALIST, [declared])
