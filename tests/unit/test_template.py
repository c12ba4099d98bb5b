"""The pieces of a template: durations, alphabets, messages, cards."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.card import ActionCard
from domain.card_rules import rules_broken_by
from domain.crisis_type import TypeSheet
from domain.duration import parse_duration, write_duration
from domain.errors import UnknownTypeError
from domain.folding import folded, nearest, tidy
from domain.gsm7 import outside_gsm7, septets
from domain.message import Message, Variable, overflow, placeholders
from domain.refusal import first_refusal

CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"
CARD: dict[str, Any] = {
    "id": "T2-99",
    "titre": "Ouvrir un accueil",
    "court": "accueil",
    "phase": "CONDUITE",
    "scenarios": ["CANICULE"],
    "roles": ["PILOTAGE"],
    "professions": ["INFIRMIER"],
    "effectif": {"min": "2", "cible": "3"},
    "mode": "POSTE",
    "besoins": {"INFIRMIER": "2"},
    "echeance": "PT1H",
    "quoi": ["Un.", "Deux.", "Trois."],
    "preuve": {"kind": "COMPTAGE", "champs": ["accueillis"]},
    "prudence": "Rester prudent.",
}
SHEET: dict[str, Any] = {
    "type": "SICK",
    "numero": "2",
    "libelle": "Malades",
    "orsan": ["EPI_CLIM"],
    "cinetique": "SLOW",
    "scenarios": {
        "CANICULE": {"libelle": "Canicule", "court": "canicule", "cinetique": "SLOW"}
    },
    "role_de_la_cpts": "Protéger les plus fragiles.",
    "roles_cles": ["PILOTAGE"],
    "professions_cles": ["INFIRMIER"],
    "vagues": {"V2": {"competences_prioritaires": [], "zone": "toutes"}},
    "partenaires": [],
    "ressources": [],
    "indicateurs": ["creneaux_ouverts"],
    "prudence": ["Rester prudent."],
    "desactivation": ["Levée notifiée."],
    "retex": ["Et ensuite ?"],
    "cartes": [CARD],
}


@given(st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_a_duration_is_read_back_as_it_was_written(duration: timedelta) -> None:
    minutes = timedelta(minutes=duration // timedelta(minutes=1))

    assert parse_duration(write_duration(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT0M", timedelta(0)),
        ("PT90M", timedelta(minutes=90)),
        ("P1DT2H30M", timedelta(days=1, hours=2, minutes=30)),
    ],
)
def test_a_duration_is_read_as_iso_8601_says(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "P1M", "P1Y", "PT1.5H", "-PT1H", "PT1H\n", "1H"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="durée illisible"):
        parse_duration(text)


def test_gsm7_has_few_french_accents_and_counts_the_euro_twice() -> None:
    assert outside_gsm7(f"é è à ù É ç ê {CURLY} ê") == ("ç", "ê", CURLY)
    assert outside_gsm7("[10 €]") == ()
    assert septets("[10 €]") == 9


@given(st.text())
def test_the_placeholders_of_a_text_are_found_or_it_is_refused(text: str) -> None:
    try:
        found = placeholders(text)
    except ValueError:
        assert "{" in text or "}" in text
    else:
        assert all(f"{{{name}}}" in text for name in found)


def test_a_message_that_is_too_long_only_in_an_exercise_is_refused() -> None:
    lien = Variable.model_validate({"code": "lien", "max": "26"})
    message = Message.model_validate({"code": "V2", "texte": f"{'a' * 100} {{lien}}"})

    assert overflow(message, "EXERCICE - ", (lien,)) == ""
    assert "plus de 306" in overflow(message, "E" * 180, (lien,))
    assert overflow(message, "", ()) == "variable inconnue : {lien}"


def test_a_card_concerns_its_scenarios_and_welcomes_its_professions() -> None:
    card = ActionCard.model_validate(CARD)
    everywhere = ActionCard.model_validate(
        CARD | {"scenarios": ["TOUS"], "professions": ["TOUTES"]}
    )

    assert (card.concerns("CANICULE"), card.concerns("POLLUTION")) == (True, False)
    assert (card.welcomes("INFIRMIER"), card.welcomes("KINE")) == (True, False)
    assert everywhere.concerns("POLLUTION")
    assert everywhere.welcomes("KINE")


def test_a_contribution_asks_for_fields_of_its_proof() -> None:
    asked = CARD | {"mode": "CONTRIBUTION", "contribution": ["accueillis"]}
    del asked["besoins"]

    assert [*rules_broken_by(ActionCard.model_validate(asked))] == []
    astray = ActionCard.model_validate(asked | {"contribution": ["partis"]})
    assert [*rules_broken_by(astray)] == [
        "« contribution » nomme un champ absent de « preuve »"
    ]


def test_an_unknown_scenario_is_refused_by_its_type() -> None:
    sheet = TypeSheet.model_validate(SHEET)

    assert sheet.scenario("CANICULE").short == "canicule"
    with pytest.raises(UnknownTypeError):
        sheet.scenario("NEIGE")


@pytest.mark.parametrize(
    ("data", "place", "rule"),
    [
        ([], "fichier", "un bloc « clé: valeur » est attendu"),
        (SHEET | {"scenarios": {}}, "scenarios", "au moins 1 attendus"),
        (SHEET | {"scenarios": ["neige"]}, "scenarios.n° 1", "un bloc"),
        (SHEET | {"cartes": "aucune"}, "cartes", "une liste est attendue"),
        (SHEET | {"cartes": [CARD, []]}, "cartes.n° 2", "un bloc"),
        (SHEET | {"libelle": ["x"]}, "libelle", "un texte est attendu"),
        (SHEET | {"scenarios": {"NEIGE": "neige"}}, "NEIGE.court", "clé absente"),
        (SHEET | {"cartes": [CARD | {"id": ["x"]}]}, "cartes.n° 1.id", "un texte"),
    ],
)
def test_a_refusal_is_said_in_french_with_its_place(
    data: object, place: str, rule: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeSheet.model_validate(data)

    found, said = first_refusal(refused.value, data)

    assert found == place
    assert rule in said


@given(st.text())
def test_folding_forgets_case_and_accents_and_nothing_twice(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert tidy(tidy(text)) == tidy(text)


def test_the_nearest_choice_is_suggested_and_no_far_one() -> None:
    choices = ("Médecin généraliste", "Sage-femme")

    assert folded(f"Sœur  d{CURLY}Élise-Anne") == "soeur d elise anne"
    assert nearest("medecin généralste", choices) == "Médecin généraliste"
    assert nearest("plombier", choices) == ""
