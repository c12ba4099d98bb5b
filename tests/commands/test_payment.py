"""The money calendar at the terminal: eighty columns, nothing promised."""

from unicodedata import normalize

import pytest

from tests.terminal import CPTS, done, typed

pytestmark = pytest.mark.usefixtures("settled")
SUM = ("--year", "2026", "--slice", "AVANCE", "--state", "NOTIFIE", "--on")


def test_the_calendar_is_read_year_by_year_and_a_sum_is_typed_in() -> None:
    recorded = done("payment", "record", CPTS, "16875", *SUM, "12/04/2026")
    as_json = done("payment", "record", CPTS, "16875", *SUM, "2026-04-12", "--json")
    whole = done("payment", "show", CPTS).out
    one = done("payment", "show", CPTS, "--year", "2026", "--json").document

    assert "avance de la part fixe" in recorded.out
    assert as_json.document["amount"] == 16_875
    assert all(len(line) <= 80 for line in whole.splitlines())
    assert "CPTS fictive" in whole
    assert "Attendu, jamais promis" in normalize("NFKC", whole)
    assert "2022-2023" in whole
    assert "2027-2028" in whole
    (year,) = one["years"]
    assert year["due_readings"].keys() == {"contract_12", "mission_12", "contract_18"}
    assert year["expected"].keys() == {"advance_only", "whole_year"}
    assert [each["amount"] for each in year["notified"]] == [16_875]
    assert one["fictitious"] is True


def test_a_year_or_a_date_that_does_not_exist_is_refused_in_words() -> None:
    year = typed("payment", "show", CPTS, "--year", "2019")
    day = typed("payment", "record", CPTS, "1", *SUM, "bientôt")

    assert year.code == 1
    assert "2022" in year.sentence
    assert day.code == 2
    assert "date illisible" in normalize("NFKC", day.err)
