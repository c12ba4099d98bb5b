"""A situation report in numbers: what is not collected is not zero."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.errors import PatientDataError
from domain.indicator import LABELS, indicator_label
from domain.situation import ReportTexts
from domain.situation_due import next_report_due
from domain.situation_numbers import number_names, numbers, one_line, value_of
from tests.places import national
from tests.samples.situation import SITUATION, changed

T0 = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
EVERY = timedelta(hours=2)


def test_the_first_report_is_due_by_the_rhythm_and_the_next_as_agreed() -> None:
    made_at = T0 + timedelta(minutes=90)
    agreed_at = T0 + timedelta(hours=9)

    assert next_report_due(T0, EVERY) == T0 + EVERY
    assert next_report_due(T0, EVERY, made_at) == made_at + EVERY
    assert next_report_due(T0, EVERY, made_at, agreed_at) == agreed_at


def test_a_text_stays_until_it_is_written_again() -> None:
    texts = ReportTexts(situation="Fumées.", cell="Huit personnes.")

    again = texts.rewritten({"situation": "Vent tombé.", "forecast": ""})

    assert again == ReportTexts(situation="Vent tombé.", cell="Huit personnes.")
    assert again.carried() == ReportTexts(cell="Huit personnes.")


def test_no_text_holds_a_patient() -> None:
    with pytest.raises(PatientDataError):
        ReportTexts().rewritten({"difficulties": "M. X, né le 12/03/1950"})


def test_people_and_places_are_counted_over_all_rows() -> None:
    whole = SITUATION.all_places

    assert SITUATION.people == 16
    assert whole is not None
    assert (whole.open, whole.silent, whole.total) == (9, 2, 15)
    assert changed(surveyed_at=None).all_places is None


def test_each_number_has_its_name() -> None:
    found = numbers(SITUATION)

    assert {
        name: found[name]
        for name in (
            "numero",
            "heure",
            "mobilises",
            "mobilises_infirmier",
            "mobilises_zone_bas_autan",
            "mobilises_zone_sans",
            "places_demandees",
            "places_pourvues",
            "lieux_ouverts",
            "officines_sans_reponse",
            "cabinets_ouverts",
            "autres_lieux_fermes",
            "creneaux_snp",
            "fiches_en_retard",
            "ehpad_en_difficulte",
            "vaccinations_realisees",
        )
    } == {
        "numero": 3,
        "heure": datetime(2026, 11, 23, 2, 15),  # noqa: DTZ001 - as spreadsheets do
        "mobilises": 16,
        "mobilises_infirmier": 14,
        "mobilises_zone_bas_autan": 5,
        "mobilises_zone_sans": 1,
        "places_demandees": 20,
        "places_pourvues": 14,
        "lieux_ouverts": 9,
        "officines_sans_reponse": 1,
        "cabinets_ouverts": 6,
        "autres_lieux_fermes": 0,
        "creneaux_snp": 37,
        "fiches_en_retard": 2,
        "ehpad_en_difficulte": 2,
        "vaccinations_realisees": None,
    }


def test_what_was_not_collected_is_not_zero() -> None:
    found = numbers(changed(surveyed_at=None, places=(), slots=None, next_at=None))

    assert found["lieux_ouverts"] is None
    assert found["officines_ouverts"] is None
    assert found["creneaux_snp"] is None
    assert found["prochain_point"] is None
    assert value_of("mobilises_sage_femme", found) == 0
    assert value_of("vaccinations", found) is None


def test_one_line_has_one_column_for_each_name() -> None:
    names = number_names(national(), SITUATION.zones)
    cells = one_line(names, changed(reference="ARS\t118\n")).split("\t")
    said = dict(zip(names, cells, strict=True))

    assert said["reference"] == "ARS 118"
    assert said["heure"] == "23/11/2026 02:15"
    assert said["vaccinations_realisees"] == "non recueilli"
    assert said["mobilises_sage_femme"] == "0"
    assert set(numbers(SITUATION)) - {"mobilises_zone_sans"} <= set(names)
    assert len(set(names)) == len(names)


def test_every_indicator_of_the_plan_is_said_in_french() -> None:
    names = {name for sheet in national().types for name in sheet.indicators}

    assert set(LABELS) == names
    assert indicator_label("lits_ouverts") == "Lits ouverts"


def test_a_report_has_ten_headings() -> None:
    with pytest.raises(ValidationError):
        changed(headings=SITUATION.headings[:9])
