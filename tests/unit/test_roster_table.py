"""What hands and spreadsheets do to a table of people is undone."""

from collections.abc import Sequence

import pytest

from domain.folding import folded
from domain.roster import HEADINGS, RosterRow
from domain.roster_table import (
    COLUMNS,
    headings,
    row_of,
    telephones,
    without_capitals,
)

NAMES = ("Nom", "Prénom", "Profession", "Commune", "Mobile", "Courriel")
HEADS = headings(NAMES)


def row(**said: str) -> RosterRow:
    """Read one line whose cells are these, by heading."""
    return row_of(2, [said.get(name, "") for name in NAMES], HEADS)


def test_every_heading_of_an_export_is_read_back() -> None:
    heads = headings(tuple(HEADINGS.values()))

    assert {field: heads.places[field] for field in HEADINGS} == {
        field: at for at, field in enumerate(HEADINGS)
    }


def test_every_known_heading_is_written_folded() -> None:
    names = [name for known in COLUMNS.values() for name in known]

    assert [folded(name) for name in names] == names


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (("N° RPPS", "E-mail", "Tél."), {"rpps": 0, "email": 1, "mobile": 2}),
        (("Téléphone", "Mobile"), {"mobile": 1, "phone2": 0}),
        (("Tél.", "Tél."), {"mobile": 0, "phone2": 1}),
        (("Téléphone", "Téléphone 2"), {"mobile": 0, "phone2": 1}),
        (("Tél. cabinet", "NOM*"), {"phone2": 0, "last_name": 1}),
        (("Profession (IDEL, MG, MK…)",), {"profession": 0}),
        (("Remarques", ""), {}),
    ],
)
def test_headings_are_known_however_they_are_written(
    names: Sequence[str], places: dict[str, int]
) -> None:
    assert headings(names).places == places


def test_a_heading_is_known_under_the_one_above_it() -> None:
    heads = headings(("1", "2", "Mobile"), ("Téléphone", "Téléphone", "Contact"))

    assert heads.places == {"mobile": 2, "phone2": 1}


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (NAMES, ()),
        (("Nom", "Prénom", "Profession", "Fixe"), ()),
        (("Nom", "Profession"), ("Prénom", "Courriel")),
        ((), ("Nom", "Prénom", "Profession", "Courriel")),
    ],
)
def test_what_a_table_lacks_is_named(
    names: Sequence[str], missing: tuple[str, ...]
) -> None:
    assert headings(names).missing == missing


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_says_so() -> None:
    read = row(Nom="Alary")

    assert (read.rpps, read.zone, read.phone2) == (None, None, None)
    assert (read.commune, read.mobile, read.email) == ("", "", "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HÉBRARD", "Hébrard"),
        ("LE GOFF-D'ARC", "Le Goff-D'Arc"),
        ("de La Tour", "de La Tour"),
        ("McDonald", "McDonald"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_written_as_a_name(written: str, read: str) -> None:
    assert without_capitals(written) == read
    assert row(Nom=written).last_name == read


def test_an_address_in_capitals_is_written_small_and_no_other() -> None:
    assert row(Courriel="A.B@VAL.EXAMPLE").email == "a.b@val.example"
    assert row(Courriel="A.b@val.example").email == "A.b@val.example"


@pytest.mark.parametrize(
    ("written", "read"),
    [("1004", "01004"), ("31555", "31555"), ("2A004", "2A004"), ("Ain", "Ain")],
)
def test_the_zero_that_a_commune_lost_is_put_back(written: str, read: str) -> None:
    assert row(Commune=written).commune == read


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("05 36 49 00 10 / 06 39 98 00 12", "", ("06 39 98 00 12", "05 36 49 00 10")),
        ("0639980012\n0536490010", "", ("0639980012", "0536490010")),
        ("639980012;536490010", "", ("639980012", "536490010")),
        ("+33 (0)6 39 98 00 12 ou 05.36.49.00.10", "", None),
        ("05 36 49 00 10", "06 39 98 00 12", ("06 39 98 00 12", "05 36 49 00 10")),
        ("06-39-98-00-12 (perso)", "", ("06-39-98-00-12", "")),
        ("06/39/98/00/12", "", ("06/39/98/00/12", "")),
        ("05 36 49 00 10", "", ("05 36 49 00 10", "")),
        ("", "05 36 49 00 10", ("", "05 36 49 00 10")),
        ("06 39 98", "", ("06 39 98", "")),
        ("06 39 98 00 12 poste 3", "", ("06 39 98 00 12 poste 3", "")),
        ("", "", ("", "")),
    ],
)
def test_two_numbers_of_a_cell_are_told_apart_the_mobile_first(
    first: str, second: str, told: tuple[str, str] | None
) -> None:
    expected = told or ("+33 (0)6 39 98 00 12", "05.36.49.00.10")

    assert telephones(first, second) == expected


def test_the_other_number_of_a_cell_needs_no_column() -> None:
    read = row(Mobile="05 36 49 00 10 / 06 39 98 00 12")

    assert (read.mobile, read.phone2) == ("06 39 98 00 12", "05 36 49 00 10")


def test_more_cells_than_columns_is_a_defect() -> None:
    assert row_of(2, ("",) * len(NAMES) + (" ",), HEADS).defect == ""
    assert "plus de cellules" in row_of(2, ("",) * len(NAMES) + ("x",), HEADS).defect
