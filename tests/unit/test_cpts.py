"""A CPTS is described without contradiction, its contacts written one way."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.contact import is_mobile, mail, phone
from domain.cpts import Cpts

ARS = {
    "code": "ARS_DD",
    "nom": "ARS (fictive)",
    "courriel": "ars@vallees-autan.example",
    "telephone": "05 36 49 00 20",
}
WEEK = {"du": "2026-11-16", "au": "22/11/2026"}
PLACE = {"kind": "OFFICINE", "nom": "Pharmacie", "commune": "99001", "garde": [WEEK]}
DATA: dict[str, Any] = {
    "cpts_id": "vallees-autan",
    "nom": "CPTS des Vallées de l'Autan (fictive)",
    "nom_court": "Vallées de l'Autan",
    "fictif": "oui",
    "fuseau": "Indian/Reunion",
    "population_contractuelle": "126400",
    "taille_contractuelle": "T3",
    "zones": ["Nord", "Sud"],
    "communes": [{"code": "99001", "nom": "Montorzac", "zone": "Nord"}],
    "coordinateur": {
        "nom": "Solène Marquès",
        "courriel": "coordination@Vallees-Autan.example",
        "telephone": "05 36 49 00 10",
    },
    "autorites": [ARS],
    "roles": {"PILOTAGE": {"titulaire": "99000000010", "suppleant": "a@b.example"}},
}


def test_a_cpts_gives_its_zone_its_ars_and_its_roles() -> None:
    cpts = Cpts.model_validate(DATA)

    assert cpts.fictitious
    assert cpts.zone_info == ZoneInfo("Indian/Reunion")
    assert cpts.ars_contact.email == "ars@vallees-autan.example"
    assert cpts.coordinator.email == "coordination@vallees-autan.example"
    assert cpts.coordinator.phone == "+33536490010"
    assert cpts.role("REFERENT_SSE") is None
    pilot = cpts.role("PILOTAGE")
    assert pilot is not None
    assert (pilot.holder, pilot.deputy) == ("99000000010", "a@b.example")
    assert Cpts.model_validate_json(cpts.model_dump_json()) == cpts


def test_a_cpts_says_its_places_its_dates_and_its_rooms() -> None:
    cpts = Cpts.model_validate(
        DATA
        | {
            "structures": {"OFF": PLACE, "MSP": PLACE | {"kind": "MSP", "zone": "Sud"}},
            "date_contrat_aci": "15/03/2021",
            "date_debut_mission_4": "2023-01-01",
            "cellule": {"lieu_principal": "Mairie", "lieu_repli": "École"},
            "risques_locaux": ["Inondation"],
            "autorites": [ARS | {"hors_heures": "06 39 98 00 12"}],
        }
    )

    pharmacy, house = cpts.structures
    assert [cpts.zone_of(place) for place in (pharmacy, house)] == ["Nord", "Sud"]
    nights = [date(2026, 11, day) for day in (15, 16, 22, 23)]
    assert [pharmacy.on_duty(night) for night in nights] == [False, True, True, False]
    assert (cpts.contract_on, cpts.anniversary_on) == (date(2021, 3, 15), None)
    assert cpts.ars_contact.out_of_hours == "+33639980012"
    assert Cpts.model_validate_json(cpts.model_dump_json()) == cpts


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cpts_id": "Vallées"}, "String should match"),
        ({"fuseau": "Europe/Occitanie"}, "fuseau inconnu"),
        ({"fuseau": "../etc"}, "fuseau inconnu"),
        ({"fictif": "peut-être"}, "boolean"),
        ({"nom_court": "Vallées de l'Autan et d'ailleurs"}, "at most 18"),
        ({"nom": "x" * 121}, "at most 120"),
        ({"nom_court": "Vallée du Rhône"}, "GSM-7 : ô"),
        ({"zones": ["Nord", "NORD"]}, "« zones » : nord est donné deux fois"),
        ({"communes": DATA["communes"] * 2}, "« communes » : 99001 est donné deux"),
        ({"zones": ["Sud"]}, "99001 est dans une zone absente de « zones » : Nord"),
        ({"autorites": [ARS, ARS]}, "« autorites » : ARS_DD est donné deux fois"),
        ({"autorites": [ARS | {"code": "PREFECTURE"}]}, "doit nommer ARS_DD"),
        ({"autorites": [ARS | {"telephone": "15"}]}, "numéro de téléphone refusé"),
        ({"autorites": [ARS | {"courriel": "é@b.example"}]}, "adresse de courriel"),
        ({"roles": {"PILOTAGE": {"titulaire": "x", "suppleant": "X"}}}, "une autre"),
        ({"codes": "x"}, "Extra inputs"),
        ({"bureau": ["x", "X"]}, "« bureau » : x est donné deux fois"),
        ({"roles": {"PILOTAJE": {"titulaire": "x"}}}, "Input should be 'DECISION'"),
        ({"roles": {"VOLONTAIRE": {"titulaire": "x"}}}, "Input should be 'DECISION'"),
        (
            {"roles": {r: {"titulaire": "x"} for r in ("PILOTAGE", "SECRETARIAT")}},
            "PILOTAGE et SECRETARIAT doivent être deux personnes",
        ),
        ({"date_contrat_aci": "hier"}, "date illisible : « hier »"),
        (
            {"date_contrat_aci": "2023-01-01", "date_debut_mission_4": "31/12/2022"},
            "« date_debut_mission_4 » vient avant « date_contrat_aci »",
        ),
        (
            {"cellule": {"lieu_principal": "Mairie", "lieu_repli": "mairie"}},
            "doit être un autre bâtiment",
        ),
        ({"autorites": [ARS | {"hors_heures": "15"}]}, "numéro de téléphone refusé"),
        ({"structures": {"OFF": PLACE | {"kind": "BAR"}}}, "Input should be 'CABINET'"),
        ({"structures": {"OFF": PLACE | {"finess": "12"}}}, "String should match"),
        (
            {"structures": {"OFF": PLACE | {"commune": "99009"}}},
            "OFF est dans une commune absente de « communes » : 99009",
        ),
        (
            {"structures": {"OFF": PLACE | {"zone": "Est"}}},
            "OFF est dans une zone absente de « zones » : Est",
        ),
        (
            {"structures": {"OFF": PLACE | {"garde": [WEEK | {"au": "2026-11-01"}]}}},
            "« garde » : « au » vient avant « du »",
        ),
        (
            {"structures": [PLACE | {"code": "OFF"}, PLACE | {"code": "OFF"}]},
            "« structures » : OFF est donné deux fois",
        ),
    ],
)
def test_a_cpts_that_contradicts_itself_is_refused(
    change: dict[str, object], rule: str
) -> None:
    with pytest.raises(ValidationError, match=rule):
        Cpts.model_validate(DATA | change)


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("06 39 98 00 12", "+33639980012"),
        ("06.39.98.00.12", "+33639980012"),
        ("+33 6 39 98 00 12", "+33639980012"),
        ("0033639980012", "+33639980012"),
        ("639980012", "+33639980012"),  # a spreadsheet took the zero away
        ("05 36 49 00 12", "+33536490012"),
        ("01 99 00 12 34", "+33199001234"),
        ("0262 20 12 34", "+262262201234"),
    ],
)
def test_a_number_is_written_one_way(written: str, e164: str) -> None:
    assert phone(written) == e164
    assert phone(e164) == e164


@pytest.mark.parametrize(
    "written", ["", "15", "06 39 98 00", "06 39 98 00 12 poste 3", "n° 12", "0" * 10]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="numéro de téléphone refusé"):
        phone(written)


def test_a_mobile_is_told_from_a_landline() -> None:
    assert is_mobile("+33639980012")
    assert is_mobile(phone("06 12 34 56 78"))
    assert not is_mobile("+33536490012")


@pytest.mark.parametrize(
    "written",
    [
        *("", "a", "a@", "a@b", "a b@c.example", "é@c.example", "a@bücher.example"),
        *("a@c.example\nBcc: b@c.example", "a@c.example, b@c.example"),
        f"a@{'x.' * 90}example",
    ],
)
def test_what_no_server_would_take_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="adresse de courriel refusée"):
        mail(written)


def test_an_address_keeps_its_name_and_lowers_its_domain() -> None:
    assert mail(" Anne.B@Vallees-Autan.EXAMPLE ") == "Anne.B@vallees-autan.example"
