"""The small plan loads, and a copy of it that breaks a rule is refused by name."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.templates import load_template
from domain.answer import Availability
from domain.authority import Authority
from domain.crisis import ActivatedType
from domain.errors import TemplateError, UnknownTypeError
from domain.template import Template
from domain.template_rules import breaches
from domain.wave import Channel, Kinetic

NAME = "fr-2022-12-socle"
FOLDER = Path(__file__).resolve().parents[2] / "plan_templates" / NAME
COMMON, SICK = "cards/common.yaml", "cards/sick.yaml"


@pytest.fixture(scope="module")
def socle() -> Template:
    return load_template(FOLDER)


def test_the_small_plan_loads_and_breaks_no_rule(socle: Template) -> None:
    assert socle.template_id == NAME
    assert list(breaches(socle)) == []
    assert len(socle.professions) == 21
    assert [role.code for role in socle.held_roles] == ["REFERENT_SSE", "PILOTAGE"]
    assert [card.card_id for card in socle.cards] == ["TC-01", "T2-07"]
    messages = [message.code for message in socle.messages]
    codes = ["V2", "relance", "mission", "complet", "levee", "annulation"]
    assert messages == codes


def test_the_card_of_the_demonstration_keeps_twelve_seats_and_opens_eight(
    socle: Template,
) -> None:
    card = socle.card("T2-07")

    kept = {need.code: need.count for need in card.needs}
    assert kept == {"MEDECIN_GENERALISTE": 4, "INFIRMIER": 8}
    assert (card.staffing.minimum, card.open_seats) == (12, 8)
    assert socle.card("TC-01").open_seats == 0


def test_the_wave_leaves_at_once_by_mail_and_waits_as_the_crisis_goes(
    socle: Template,
) -> None:
    wave = socle.wave("V2")

    assert wave.leaves_after.of(Kinetic.SLOW) == timedelta(0)
    assert wave.answer_within is not None
    assert wave.answer_within.of(Kinetic.FAST) == timedelta(minutes=15)
    assert wave.answer_within.of(Kinetic.SLOW) == timedelta(hours=4)
    for kinetic in Kinetic:
        steps = [(step.channel, step.after) for step in wave.channels.of(kinetic)]
        assert steps == [(Channel.MAIL, timedelta(0))]


def test_the_wave_offers_every_answer_about_being_available(socle: Template) -> None:
    offered = [answer.code for answer in socle.answers_to("V2")]

    assert offered == [a for a in Availability if a.says_if_available]
    assert all(answer.button for answer in socle.answers_to("V2"))


def asked(code: str, scenario: str) -> tuple[ActivatedType, ...]:
    return (ActivatedType(code=code, scenarios=(scenario,)),)


def test_a_crisis_has_the_common_cards_and_those_of_its_scenario(
    socle: Template,
) -> None:
    cards = socle.cards_for(asked("SICK", "INCENDIE_FUMEES"))

    assert [card.card_id for card in cards] == ["TC-01", "T2-07"]
    with pytest.raises(UnknownTypeError):
        socle.cards_for(asked("NRC", "INCENDIE_FUMEES"))
    with pytest.raises(UnknownTypeError):
        socle.cards_for(asked("SICK", "NEIGE"))


def test_each_part_is_found_by_its_code(socle: Template) -> None:
    assert socle.message("levee").placeholders == ("cpts", "heure", "autorite", "lien")
    assert socle.profession("KINE").label == "Masseur-kinésithérapeute"
    with pytest.raises(KeyError):
        socle.profession("DRUIDE")


def test_each_authority_is_named_as_the_messages_name_it(socle: Template) -> None:
    values = {variable.code: variable.values for variable in socle.variables}

    assert {a.label for a in Authority} < set(values["autorite"])
    assert {a.of_label for a in Authority} < set(values["de_autorite"])


def test_the_plan_frozen_in_a_crisis_is_the_plan_that_was_read(socle: Template) -> None:
    assert Template.model_validate_json(socle.model_dump_json()) == socle


def test_a_message_fits_one_text_message_with_its_longest_values(
    socle: Template,
) -> None:
    longest = {m.code: m.longest(socle.variables) for m in socle.messages}

    assert longest == {
        "V2": 159,
        "relance": 127,
        "mission": 159,
        "complet": 142,
        "levee": 139,
        "annulation": 147,
    }


BROKEN = (
    ("template.yaml", "titre:", "titel:", "titel", "clé inconnue"),
    ("template.yaml", "note:", "# note:", "note", "clé absente"),
    ("template.yaml", "id: fr-2022-12-socle", "id: autre", "autre", "le dossier"),
    ("template.yaml", "id: fr-2022-12-socle", "id: A B", "id", "écriture refusée"),
    ("messages.yaml", '"EXERCICE EXERCICE - "', "~", "prefixe_exercice", "valeur vide"),
    ("roles.yaml", "  PILOTAGE:", "  REFERENT_SSE:", "ligne 3", "deux fois"),
    ("roles.yaml", "true}", "peut-être}", "REFERENT_SSE", "écrivez true ou false"),
    ("roles.yaml", "  PILOTAGE:", "  pilotage:", "pilotage", "écriture refusée"),
    ("roles.yaml", "roles:", "roles: [", "ligne", "YAML illisible"),
    ("professions.yaml", '"IDEL"', '"MG"', "INFIRMIER", "désigne déjà"),
    ("professions.yaml", 'tre_g15: "10"', "tre_g15: null", "MEDECIN_G", "valeur vide"),
    ("answers.yaml", "Oui, maintenant", "Oui, tout de suite", "DISPO", "dépasse 16"),
    ("answers.yaml", "vagues: [VP]", "vagues: [VX]", "RIEN_A_SIGN", "inconnu : VX"),
    ("waves.yaml", "code: V2", "code: V9", "V9", "code inconnu : V9"),
    ("waves.yaml", "qui: [VOLONTAIRE]", "qui: [PASSANTS]", "V2", "PASSANTS"),
    ("waves.yaml", "messages: [V2]", "messages: [V3]", "V2", "code inconnu : V3"),
    ("waves.yaml", "canal: COURRIEL", "canal: FAX", "V2.canaux", "permis : 'COURRIEL'"),
    ("waves.yaml", "lente: PT4H", "lente: PT5M", "V2.accuse", "plus courte"),
    ("waves.yaml", "rapide: PT15M", "rapide: 15 min", "V2.accuse", "durée illisible"),
    ("waves.yaml", "    but:", "    # but:", "V2.but", "clé absente"),
    ("waves.yaml", "[{canal: COURRIEL, apres: PT0M}]", "[]", "V2.canaux", "au moins 1"),
    ("messages.yaml", "{scenario}, {lieu}", "{meteo}", "V2", "variable inconnue : {m"),
    ("messages.yaml", "Disponible ?", "Disponible ? " * 3, "V2", "160 permis"),
    ("messages.yaml", "Disponible ?", "Êtes-vous prêt ?", "V2", "GSM-7 : Ê ê"),
    ("messages.yaml", "({autorite})", "(autorite})", "V2", "accolade"),
    ("messages.yaml", "E EXERCICE - ", "E" * 160, "V2", "plus de 306"),
    ("messages.yaml", "  levee:", "  fin:", "messages", "code inconnu : levee"),
    ("messages.yaml", '"le ministre"', '"le Premier ministre"', "autorite", "dépasse"),
    (COMMON, "critique: true", "critique: false", "TC-01", "réservé à TC-01"),
    (COMMON, "scenarios: [TOUS]", "scenarios: [CANICULE]", "TC-01", "CANICULE"),
    (COMMON, "roles: [REFERENT_SSE]", "roles: [CHEF]", "TC-01", "inconnu : CHEF"),
    (COMMON, "ARS_PFR,", "ARS_X,", "TC-01", "code inconnu : ARS_X"),
    (COMMON, "VALIDATION_NOMINATIVE", "PHOTO", "TC-01", "code inconnu : PHOTO"),
    (COMMON, "mode: CELLULE", "mode: CELLULE\n    vague: V0", "TC-01", "inconnu : V0"),
    (COMMON, "mode: CELLULE", "mode: SEUL", "TC-01.mode", "permis : 'POSTE'"),
    (COMMON, "mode: CELLULE", "mode: POSTE", "TC-01", "« besoins » va avec"),
    (COMMON, "mode: CELLULE", "mode: CONTRIBUTION", "TC-01", "« contribution » va"),
    (COMMON, "min: 1, cible: 2", "min: 3, cible: 2", "TC-01.effectif", "dépasse"),
    (COMMON, "min: 1", "min: un", "TC-01.effectif.min", "un nombre entier"),
    (COMMON, "min: 1", "min: 0", "TC-01.effectif.min", "au moins 1"),
    (COMMON, "l'ordre d'activation", "x" * 80, "TC-01.titre", "dépasse 80"),
    (SICK, "type: SICK", "type: NRC", "NRC", "s'appelle cards/nrc.yaml"),
    (SICK, "numero: 2", "numero: 6", "SICK.numero", "au plus 5"),
    (SICK, "id: T2-07", "id: T1-07", "T1-07", "commence par T2-, ou L2-"),
    (SICK, "id: T2-07", "id: X-1", "X-1.id", "écriture refusée"),
    (SICK, "MEDECIN_GENERALISTE: 4", "MEDECIN_GENERALISTE: 5", "T2-07", "13 places"),
    (SICK, "MEDECIN_GENERALISTE: 4", "SAGE_FEMME: 4", "T2-07", "pas une profession"),
    (SICK, "MEDECIN_GENERALISTE: 4", "INFIRMIER: 4", "ligne", "deux fois"),
    (SICK, "IPA, KINE", "IPA, DRUIDE", "T2-07", "code inconnu : DRUIDE"),
    (SICK, "[GERIATRIE]", "[MAGIE]", "T2-07", "code inconnu : MAGIE"),
    (SICK, '    court: "appui EHPAD"\n', "", "T2-07", "a un « court »"),
    (
        SICK,
        '"appui EHPAD"',
        '"appui aux EHPAD du secteur"',
        "T2-07.court",
        "dépasse 20",
    ),
    (
        SICK,
        'court: "canicule"',
        'court: "canicule qui dure, dure et dure"',
        "CANICULE",
        "28",
    ),
    (SICK, '"appui EHPAD"', '"âge"', "T2-07.court", "GSM-7 : â"),
    (
        SICK,
        "recurrence: P2D",
        "contribution: [avis_rendus]",
        "T2-07",
        "va avec le mode",
    ),
    (SICK, "scenarios: [TOUS]", "scenarios: [NEIGE]", "T2-07", "inconnu : NEIGE"),
    (SICK, "deplacement: true", "deplacement: ~", "T2-07", "valeur vide"),
    (SICK, "Relayer les", "Appeler le DAC :", "T2-07", "toutes lettres : DAC"),
)


@pytest.mark.parametrize("broken", BROKEN, ids=" ".join)
def test_a_broken_template_is_refused_with_its_file_its_id_and_the_rule(
    copy: Path, broken: tuple[str, str, str, str, str]
) -> None:
    file, was, becomes, about, rule = broken
    _replace(copy / file, was, becomes)

    facts = _refused(copy)

    assert facts["file"] == file
    assert str(facts["id"]).startswith(about)
    assert rule in str(facts["rule"])


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        ('bouton: "Pris ailleurs", ', "", "code inconnu : DEJA_MOBILISE_AILLEURS"),
        ("[V2, V3]", "[V3]", "DISPONIBLE_IMMEDIAT n'est pas prévue"),
    ],
)
def test_a_wave_is_refused_when_nobody_could_give_its_answer(
    copy: Path, was: str, becomes: str, rule: str
) -> None:
    _replace(copy / "answers.yaml", was, becomes)

    facts = _refused(copy)

    assert (facts["file"], facts["id"]) == ("waves.yaml", "V2")
    assert rule in str(facts["rule"])


def test_a_card_given_by_two_types_is_refused(copy: Path) -> None:
    twin = (copy / SICK).read_text("utf-8").replace("type: SICK", "type: SICK_TOO")
    (copy / "cards/sick_too.yaml").write_text(twin.replace("numero: 2", "numero: 3"))

    facts = _refused(copy)

    assert facts["id"] == "T2-07"
    assert "donné deux fois" in str(facts["rule"])


@pytest.mark.parametrize("name", ["waves.yaml", COMMON])
def test_an_absent_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()

    assert _refused(copy)["file"] == name


def test_a_template_without_any_type_is_refused(copy: Path) -> None:
    (copy / SICK).unlink()

    assert _refused(copy)["file"] == "cards"


def test_a_file_that_holds_no_block_is_refused(copy: Path) -> None:
    (copy / "waves.yaml").write_text("- V2\n")

    assert _refused(copy)["rule"] == "« clé: valeur » est attendu"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / NAME)


def _replace(file: Path, was: str, becomes: str) -> None:
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes, 1), "utf-8")


def _refused(folder: Path) -> dict[str, str | int]:
    with pytest.raises(TemplateError) as refused:
        load_template(folder)
    assert refused.value.code == "MODELE_INVALIDE"
    return refused.value.facts
