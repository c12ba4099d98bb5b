"""Each rule on a template: broken in one way, the file, the id and the rule are told.

Rules that the reading of files enforces are in `test_socle.py`.
"""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from adapters.templates import load_template
from domain.breach import Breach
from domain.errors import TemplateError
from domain.template import Template
from domain.template_rules import breaches, check

FOLDER = Path(__file__).resolve().parents[2] / "plan_templates" / "fr-2022-12"
COMMON, CASUALTIES = "cards/common.yaml", "cards/casualties.yaml"
EMERGING, NRC = "cards/emerging_agent.yaml", "cards/nrc.yaml"
SECTIONS, WAVES, MESSAGES = "sections.yaml", "waves.yaml", "messages.yaml"
DEPARTURES = "departures.yaml"

Data = dict[str, Any]
Change = Callable[[Data], object]


@pytest.fixture(scope="module")
def written() -> Data:
    data: Data = load_template(FOLDER).model_dump(mode="json")
    return data


def _name(record: Data) -> str:
    name: str = record.get("id") or record.get("type") or record["code"]
    return name


def _one(block: str, name: str, **changes: object) -> Change:
    """Change the record of this name, in a block such as `departs.etats`."""

    def change(data: Data) -> None:
        found: Any = data
        for key in block.split("."):
            found = found[key]
        [record] = [one for one in found if _name(one) == name]
        record |= changes

    return change


def _card(card_id: str, **changes: object) -> Change:
    def change(data: Data) -> None:
        every = (data["cartes_communes"], *(t["cartes"] for t in data["types"]))
        [card] = [card for cards in every for card in cards if card["id"] == card_id]
        card |= changes

    return change


def _block(block: str, **changes: object) -> Change:
    def change(data: Data) -> None:
        found: Any = data
        for key in block.split("."):
            found = found[key]
        found |= changes

    return change


def _without(block: str, *names: str) -> Change:
    def change(data: Data) -> None:
        found: Any = data
        *way, last = block.split(".")
        for key in way:
            found = found[key]
        found[last] = [one for one in found[last] if _name(one) not in names]

    return change


def _only_alerts(data: Data) -> None:
    for card in data["types"][0]["cartes"]:
        card["phase"] = "ALERTE"


def _without_safety_card(data: Data) -> None:
    every = (data["cartes_communes"], *(t["cartes"] for t in data["types"]))
    for cards in every:
        cards[:] = [card for card in cards if card["id"] != "TC-08"]
        for card in cards:
            card["depend_de"] = [name for name in card["depend_de"] if name != "TC-08"]


def _few_cards(data: Data) -> None:
    del data["types"][0]["cartes"][7:]


def _second_condition(**changes: object) -> Change:
    def change(data: Data) -> None:
        data["departs"]["conditions"][1] |= changes

    return change


PARTS = [
    {"nom": "un", "echeance": "P30D"},
    {"nom": "deux", "echeance": "P20D"},
    {"nom": "trois", "echeance": "P60D"},
]
BROKEN: tuple[tuple[Change, str, str, str], ...] = (
    # 1: ids and dependencies
    (_card("TC-02", id="TC-03"), "cards", "TC-03", "donné deux fois"),
    (_card("TC-03", depend_de=["TC-99"]), COMMON, "TC-03", "inconnu : TC-99"),
    (_card("TC-03", depend_de=["T1-01"]), COMMON, "TC-03", "inconnu : T1-01"),
    (_card("T1-02", meme_appel="T4-02"), CASUALTIES, "T1-02", "inconnu : T4-02"),
    (_card("T1-06", equipe_de="T1-99"), CASUALTIES, "T1-06", "inconnu : T1-99"),
    (
        _card("TC-22", jalons=[{**PARTS[2], "depend_de": ["TC-98"]}]),
        *(COMMON, "TC-22", "inconnu : TC-98"),
    ),
    (_card("TC-20", depend_de=["TC-21"]), COMMON, "TC-20", "due avant TC-21"),
    (
        _card("TC-24", depend_de=["TC-19"], echeance="P3D"),
        *(COMMON, "TC-", "tourne en rond : TC-"),
    ),
    # 2: codes
    (_card("T1-01", roles=["CHEF"]), CASUALTIES, "T1-01", "inconnu : CHEF"),
    (_card("T1-01", professions=["MAGE"]), CASUALTIES, "T1-01", "inconnu : MAGE"),
    (_card("T1-01", competences=["VOL"]), CASUALTIES, "T1-01", "inconnu : VOL"),
    (_card("T1-01", partenaires=["ONU"]), CASUALTIES, "T1-01", "inconnu : ONU"),
    (_card("T1-01", campagne="AUTRE"), CASUALTIES, "T1-01", "inconnu : AUTRE"),
    (_card("T1-01", vague="V8"), CASUALTIES, "T1-01", "inconnu : V8"),
    (_card("T1-01", scenarios=["NEIGE"]), CASUALTIES, "T1-01", "inconnu : NEIGE"),
    (_card("TC-01", scenarios=["ATTENTAT"]), COMMON, "TC-01", "inconnu : ATTENTAT"),
    (_one("types", "NRC", roles_cles=["CHEF"]), NRC, "NRC", "inconnu : CHEF"),
    (_one("types", "NRC", partenaires=["ONU"]), NRC, "NRC", "inconnu : ONU"),
    (_one("types", "NRC", professions_cles=["MAGE"]), NRC, "NRC", "MAGE"),
    (_one("types", "NRC", vagues=[{"code": "V7"}]), NRC, "NRC", "inconnu : V7"),
    (
        _one(
            "types", "NRC", vagues=[{"code": "V2", "competences_prioritaires": ["X"]}]
        ),
        *(NRC, "NRC", "inconnu : X"),
    ),
    (_one("sections", "SEC-03", proprietaire="CHEF"), SECTIONS, "SEC-03", "CHEF"),
    (_one("sections", "SEC-03", marque="Z"), SECTIONS, "SEC-03", "inconnu : Z"),
    (_one("sections", "SEC-03", id="SEC-02"), SECTIONS, "SEC-02", "deux fois"),
    (_one("vagues", "V3", code="V5"), WAVES, "V5", "code inconnu : V5"),
    (_one("campagnes", "INSCRIPTION", code="FETE"), WAVES, "FETE", "inconnu : FETE"),
    (_one("campagnes", "INSCRIPTION", message="V9"), WAVES, "INSC", "inconnu : V9"),
    (_one("campagnes", "INSCRIPTION", reponses=["RECU"]), WAVES, "INSC", "pas prévue"),
    (_second_condition(types=["GUERRE"]), DEPARTURES, "T2-01", "inconnu : GUERRE"),
    (_second_condition(attend="T2-99"), DEPARTURES, "T2-99", "inconnu : T2-99"),
    (_second_condition(vagues=["V9"]), DEPARTURES, "T2-01", "inconnu : V9"),
    (_second_condition(campagnes=["FETE"]), DEPARTURES, "T2-01", "inconnu : FETE"),
    (
        _one("regles_de_depart.union", "NRC", code="GUERRE"),
        *(DEPARTURES, "union", "inconnu : GUERRE"),
    ),
    (
        _block("point_de_situation", destinataires=["ONU"]),
        *("reports.yaml", "point_de_situation", "inconnu : ONU"),
    ),
    (
        _one("courriers", "reconnaissance_ecrite", destinataires=["ONU"]),
        *("letters.yaml", "reconnaissance_ecrite", "inconnu : ONU"),
    ),
    # 3: what each type holds
    (_few_cards, CASUALTIES, "CASUALTIES", "8 à 16 fiches"),
    (_only_alerts, CASUALTIES, "CASUALTIES", "phase CONDUITE"),
    (_without("types", "CARE_DISRUPTION"), "cards", "types", "5 types attendus"),
    # 4: times
    (_card("TC-11", occurrences=["PT1H"]), COMMON, "TC-11", "s'excluent"),
    (_card("TC-01", jusqu_a="LEVEE+P1D"), COMMON, "TC-01", "« jusqu_a » termine"),
    (
        _card("T1-15", occurrences=["P2D", "P30D", "P7D"]),
        *(CASUALTIES, "T1-15", "« occurrences » vont en augmentant"),
    ),
    (
        _card("T1-15", occurrences=["P3D", "P7D"]),
        *(CASUALTIES, "T1-15", "la première des « occurrences »"),
    ),
    (_card("TC-22", jalons=PARTS), COMMON, "TC-22", "« jalons » vont en augmentant"),
    (_card("TC-22", jalons=PARTS[:1]), COMMON, "TC-22", "le dernier des « jalons »"),
    # 5: orders, and what depends on what
    (_card("T1-05", depuis="T0"), CASUALTIES, "T1-05", "veut « depuis »"),
    (_card("T3-06", attendre_ordre=[]), EMERGING, "T3-06", "veut « attendre_ordre »"),
    (_card("TC-18", condition=None), COMMON, "TC-18", "veut une « condition »"),
    (_card("TC-03", echeance="PT15M"), COMMON, "TC-03", "due avant TC-01"),
    (
        _card("TC-22", jalons=[PARTS[0] | {"depend_de": ["TC-20"]}, PARTS[2]]),
        *(COMMON, "TC-22", "due avant TC-20"),
    ),
    # 6: gates
    (
        _card("T4-10", attendre_ordre=[], depuis="T0", depend_de=[]),
        *(NRC, "T4-10", "en NRC, une fiche « deplacement »"),
    ),
    (_card("T1-05", attendre_ordre=[["SAMU", "ARS"]]), CASUALTIES, "T1-05", "SAMU"),
    (_card("T1-06", attendre_ordre=[["SAMU"]]), CASUALTIES, "T1-06", "ARS forme"),
    (_card("T4-08", attendre_ordre=[["PREFET", "ARS"]]), NRC, "T4-08", "PREFET forme"),
    # 7: proofs
    (
        _card("TC-13", preuve={"kind": "COMPTAGE", "champs": ["nom_patient"]}),
        *(COMMON, "TC-13", "nom_patient désignerait une personne"),
    ),
    (_card("TC-13", preuve={"kind": "PHOTO", "champs": ["a"]}), COMMON, "TC-13", "PHO"),
    # 8: modes
    (_card("T1-05", court=None), CASUALTIES, "T1-05", "a un « court »"),
    (_card("T1-05", besoins=[]), CASUALTIES, "T1-05", "« besoins » va avec"),
    (_card("TC-14", contribution=[]), COMMON, "TC-14", "« contribution » va avec"),
    (_card("TC-14", contribution=["joints"]), COMMON, "TC-14", "absent de « preuve »"),
    # 9: critical cards
    (_card("TC-02", critique=True), COMMON, "TC-02", "« critique » est réservé"),
    (_card("TC-08", critique=False), COMMON, "TC-08", "« critique » est réservé"),
    (_without_safety_card, COMMON, "TC-08", "fiche absente"),
    # 10: messages
    (_one("variables", "fiche", max=18), MESSAGES, "fiche", "d'au moins 20"),
    (_one("variables", "lien", max=60), MESSAGES, "V0", "160 permis"),
    (_one("messages", "V4", texte="{meteo}"), MESSAGES, "V4", "{meteo}"),
    (_without("messages", "levee"), MESSAGES, "messages", "inconnu : levee"),
    # 11: words
    (_card("TC-02", titre="Main courante"), COMMON, "TC-02", "par un verbe"),
    (_card("TC-02", prudence="Appeler le DAC."), COMMON, "TC-02", "lettres : DAC"),
    # 12: departures
    (_without("vagues", "VS"), DEPARTURES, "PRE_ALERTE", "inconnu : VS"),
    (_without("departs.etats", "RETEX"), DEPARTURES, "RETEX", "état absent"),
    (_one("departs.etats", "RETEX", code="BAL"), DEPARTURES, "BAL", "inconnu : BAL"),
    (_one("departs.etats", "RETEX", vagues=["V9"]), DEPARTURES, "RETEX", "V9"),
    (_one("departs.etats", "RETEX", campagnes=["X"]), DEPARTURES, "RETEX", "u : X"),
    (_one("departs.etats", "RETEX", messages=["x"]), DEPARTURES, "RETEX", "u : x"),
    (
        _block("departs.nuit.SLOW", immediat=["VS"]),
        *(DEPARTURES, "nuit.SLOW", "ne dit rien de la vague V0"),
    ),
    (
        _block("departs.nuit.FAST", immediat=["VS", "V0", "V1", "V2"]),
        *(DEPARTURES, "nuit.FAST", "V2 : « immediat » ou une règle"),
    ),
    (
        _block("departs.nuit.FAST", immediat=["VS", "V0", "V1", "V9"]),
        *(DEPARTURES, "nuit.FAST", "inconnu : V9"),
    ),
    # 14: ids of cards
    (_card("T1-03", id="L2-01"), CASUALTIES, "L2-01", "commence par T1-, ou L1-"),
    (_card("TC-16", id="T1-16"), COMMON, "T1-16", "commence par TC-, ou LC-"),
)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: f"{b[2]} {b[3]}")
def test_each_rule_names_the_file_the_id_and_itself(
    written: Data, broken: tuple[Change, str, str, str]
) -> None:
    change, file, about, rule = broken
    data = deepcopy(written)
    change(data)

    facts = _refused(data)

    assert facts["file"] == file
    assert str(facts["id"]).startswith(about)
    assert rule in str(facts["rule"])


def test_a_whole_template_is_told_the_wave_it_lacks(written: Data) -> None:
    data = deepcopy(written)
    _without("vagues", "V4")(data)

    found = [*breaches(Template.model_validate(data))]

    assert Breach(WAVES, "V4", "vague absente") in found


def test_a_local_card_may_stand_among_those_of_a_type(written: Data) -> None:
    data = deepcopy(written)
    _card("T1-03", id="L1-01")(data)

    assert [*breaches(Template.model_validate(data))] == []


def test_a_small_template_may_hold_few_cards_of_a_type(written: Data) -> None:
    data = deepcopy(written)
    data["petit_plan"] = True
    _few_cards(data)

    assert [*breaches(Template.model_validate(data))] == []


def _refused(data: Data) -> dict[str, str | int]:
    with pytest.raises(TemplateError) as refused:
        check(Template.model_validate(data))
    return refused.value.facts
