"""A cell is read as people write it, or refused in French."""

from datetime import date

import pytest

from domain import cells
from domain.person import Absence, Link, Status


@pytest.mark.parametrize(
    ("written", "link"),
    [
        *(("volontaire", Link.VOLUNTEER), ("Volontaire engagée", Link.VOLUNTEER)),
        *(("oui", Link.VOLUNTEER), ("non", Link.MEMBER), ("", Link.MEMBER)),
        *(("Adhérente", Link.MEMBER), ("membre", Link.MEMBER)),
        ("TERRITOIRE", Link.TERRITORY),
    ],
)
def test_a_link_is_read_as_it_is_said(written: str, link: Link) -> None:
    assert cells.link(written) is link


@pytest.mark.parametrize(
    ("written", "status"),
    [
        *(("", Status.SELF_EMPLOYED), ("libérale", Status.SELF_EMPLOYED)),
        *(("Salarié(e)", Status.SALARIED), ("remplaçante", Status.LOCUM)),
        *(("étudiant", Status.STUDENT), ("RETRAITE", Status.RETIRED)),
        ("Bénévole", Status.BENEVOLENT),
        ("Libéral, indépendant, artisan, commerçant", Status.SELF_EMPLOYED),
    ],
)
def test_a_status_is_read_as_it_is_said(written: str, status: Status) -> None:
    assert cells.status(written) is status


@pytest.mark.parametrize(
    ("written", "said"),
    [("oui", True), ("X", True), ("Non", False), ("0", False), (" ", None)],
)
def test_yes_and_no_are_read(written: str, said: bool | None) -> None:  # noqa: FBT001
    assert cells.yes_or_no(written) is said
    assert cells.yes(written) is bool(said)


@pytest.mark.parametrize(
    "written", ["2026-12-20", "20/12/2026", "20.12.26", "2026-12-20 00:00:00"]
)
def test_a_day_is_read_in_every_writing(written: str) -> None:
    assert cells.day(written) == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        *(("", ()), ("tous", ()), ("1, 2, 3, 4, 5", ()), ("2", ("SICK",))),
        ("SICK / type 4 ; sick", ("SICK", "NRC")),
    ],
)
def test_types_of_crisis_are_known_by_number_and_code(
    written: str, codes: tuple[str, ...]
) -> None:
    assert cells.crisis_types(written) == codes


def test_several_absences_stand_in_one_cell() -> None:
    read = cells.absences(
        "2026-12-20 | 01/02/2027", "2026-12-27 | 08/02/2027", "Léa Rey", " | 0639980099"
    )

    assert read == (
        Absence(date(2026, 12, 20), date(2026, 12, 27), "Léa Rey"),
        Absence(date(2027, 2, 1), date(2027, 2, 8), None, "+33639980099"),
    )
    assert cells.absences("", "", "", "") == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (("2026-12-20", "", "", ""), "une absence a deux dates"),
        (("2026-12-20", "2026-12-19", "", ""), "finit avant de commencer"),
        (("", "", "Léa Rey", ""), "sans les dates"),
        (("32/12/2026", "2027-01-01", "", ""), "date illisible : « 32/12/2026 »"),
        (("demain", "2027-01-01", "", ""), "date illisible"),
        (("2026-12-20", "2026-12-21", "Léa", "0536490012"), "n'est pas un mobile"),
        (("2026-12-20", "2026-12-21", "Léa", "05"), "numéro de téléphone refusé"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    cell: tuple[str, str, str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        cells.absences(*cell)


def test_what_makes_no_sense_is_refused_in_french() -> None:
    known = {"afgsu2": "AFGSU2"}
    with pytest.raises(ValueError, match="écrivez TERRITOIRE, ADHERENT ou VOLONTAIRE"):
        cells.link("voisin")
    with pytest.raises(ValueError, match="écrivez LIBERAL, SALARIE"):
        cells.status("?")
    with pytest.raises(ValueError, match="écrivez oui ou non"):
        cells.yes_or_no("peut-être")
    with pytest.raises(ValueError, match="inconnue : « AFGSU » ; peut-être AFGSU2"):
        cells.codes("AFGSU", known, "compétence inconnue")
    with pytest.raises(ValueError, match=r"inconnue : « chant »$"):
        cells.codes("AFGSU2, chant", known, "compétence inconnue")


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+Mas", "-Mas", "@Mas", "12", ""])
def test_a_name_that_a_spreadsheet_would_run_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"absent|illisible"):
        cells.proper_name(name)


def test_a_name_given_to_two_codes_names_neither() -> None:
    known = cells.by_name((("A", "Rue Haute"), ("B", "rue haute"), ("C", "Seul")))

    assert known == {"a": "A", "b": "B", "c": "C", "seul": "C"}
