"""A card as a form holds it: what is read back is what was written."""

import pytest
from pydantic import ValidationError

from domain.card import ActionCard
from domain.card_form import card_texts, name_of, read_card
from domain.refusal import refusals
from tests.layered import local_card
from tests.national import national


def test_a_form_that_nobody_changed_says_the_same_card() -> None:
    for card in national().cards:
        read = read_card(card.card_id, card_texts(card), card)

        assert ActionCard.model_validate(read) == card


@pytest.mark.parametrize(
    ("name", "typed", "key", "said"),
    [
        ("echeance.rapide", "1 h 30", "echeance", "PT1H30M"),
        ("echeance.rapide", "2 jours", "echeance", "P2D"),
        ("echeance.rapide", "1j 12h", "echeance", "P1DT12H"),
        ("echeance.rapide", "aussitôt", "echeance", "PT0M"),
        ("jusqu_a", "6 mois", "jusqu_a", "LEVEE+P6M"),
        ("occurrences", "1 h, 2 h", "occurrences", ["PT1H", "PT2H"]),
        ("attendre_ordre", "samu ou préfet\nARS", "attendre_ordre", None),
        ("depend_de", "tc-01 ; T1-04", "depend_de", ["TC-01", "T1-04"]),
        ("quoi", "Un.\r\n\r\n Deux. \r\nTrois.", "quoi", ["Un.", "Deux.", "Trois."]),
        ("condition", "Une\r\nphrase", "condition", "Une phrase"),
        ("deplacement", "oui", "deplacement", True),
        ("jalons", "Essai : 1 h / 1 h", "jalons", None),
    ],
)
def test_people_write_delays_and_lists_in_french(
    name: str, typed: str, key: str, said: object
) -> None:
    hour = {"echeance.rapide": "1 h", "recurrence.rapide": "1 h"}
    texts = {**card_texts(local_card()), "echeance.lente": "", **hour, name: typed}
    card = ActionCard.model_validate(read_card("L1-01", texts, None))
    written = card.model_dump(mode="json")[key]

    if key == "echeance":
        card = ActionCard.model_validate(
            local_card().model_dump(mode="json") | {key: said}
        )
        assert written == card.model_dump(mode="json")[key]
    elif key == "attendre_ordre":
        assert written == [["SAMU", "PREFET"], ["ARS"]]
    elif key == "jalons":
        assert written[0]["nom"] == "essai"
        assert written[0]["echeance"] == {"rapide": "PT1H", "lente": "PT1H"}
    else:
        assert written == said


def test_codes_and_fields_keep_the_order_of_the_card_that_was_shown() -> None:
    card = national().card("T1-05")
    typed = card_texts(card)
    typed |= {"professions": " ".join(sorted((*card.professions, "KINE")))}
    curly = "Heure d\N{RIGHT SINGLE QUOTATION MARK}ouverture"
    typed |= {"preuve.champs": f"{curly}\nChef de poste\nClés du gymnase"}

    read = ActionCard.model_validate(read_card("T1-05", typed, card))

    assert read.professions == (*card.professions, "KINE")
    assert read.proof.fields == ("heure_ouverture", "chef_de_poste", "cles_du_gymnase")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"echeance.rapide": "vite"}, "echeance.rapide"),
        ({"effectif.min": "0"}, "effectif.min"),
        ({"effectif.min": "9"}, "effectif.min"),
        ({"besoins.INFIRMIER": "deux"}, "besoins.INFIRMIER"),
        ({"jalons": "Un jour"}, "jalons"),
        ({"preuve.champs": "Prénom 9\n-"}, "preuve.champs"),
        ({"quoi": "Un seul"}, "quoi"),
        ({"jusqu_a": "longtemps"}, "jusqu_a"),
        ({"recurrence.lente": "1 h", "recurrence.rapide": "2 h"}, "recurrence.rapide"),
    ],
)
def test_a_refusal_is_told_at_its_field(change: dict[str, str], field: str) -> None:
    said = read_card("T1-05", card_texts(national().card("T1-05")) | change, None)

    with pytest.raises(ValidationError) as refused:
        ActionCard.model_validate(said)

    assert {name_of(place, said) for place, _ in refusals(refused.value)} == {field}
