"""Lines of the national file become people, each once, and never more than proposed."""

from dataclasses import replace

import pytest

from domain.national_directory import (
    COLUMNS,
    Activity,
    ProfessionTable,
    columns,
    missing,
    people_of,
)

TABLE = ProfessionTable.model_validate(
    {
        "regles": [
            {
                "code": "10",
                "libelle": "Médecin",
                "savoir_faire": ["SM26", "médecine générale"],
                "profession": "MEDECIN_GENERALISTE",
            },
            {
                "code": "10",
                "libelle": "Médecin",
                "savoir_faire": ["SM"],
                "profession": "MEDECIN_SPECIALISTE",
            },
            {
                "code": "10",
                "libelle": "Médecin",
                "profession": "MEDECIN_GENERALISTE",
            },
            {"code": "98", "libelle": "Manipulateur ERM"},
        ]
    }
)
DOCTOR = Activity(
    line=2,
    id_type="8",
    number="99000000010",
    national_id="899000000010",
    last_name="HÉBRARD",
    first_name="Joël",
    profession_code="10",
    profession_label="Médecin",
    category="C",
    skill_code="",
    skill_label="",
    mode="L",
    commune="99001",
    phone="",
    phone2="",
    email="",
)


def test_columns_are_known_whatever_the_spelling_of_the_year() -> None:
    names = (
        "code mode d’exercice",  # noqa: RUF001 - as some years write it
        "Adresse e-mail (coord. Structure)",
        "ADRESSE EMAIL (coord structure)",
        "Code commune (coord. Structure)",
        "Inconnue",
    )

    assert columns(names[:2]) == {"mode": 0, "email": 1}
    assert columns(names[2:]) == {"email": 0, "commune": 1}


def test_a_missing_column_is_named_as_usually_written() -> None:
    places = columns(name for name in COLUMNS.values() if name != "Code profession")

    assert missing(places) == ("Code profession",)


@pytest.mark.parametrize(
    ("code", "label", "skill", "profession"),
    [
        ("10", "MEDECIN", ("SM26", "Qualifié"), "MEDECIN_GENERALISTE"),
        ("10", "Médecin", ("SM99", "Médecine générale"), "MEDECIN_GENERALISTE"),
        ("10", "Médecin", ("SM04", "Chirurgie"), "MEDECIN_SPECIALISTE"),
        ("10", "Médecin", ("", ""), "MEDECIN_GENERALISTE"),
        ("10", "Docteur", ("", ""), "MEDECIN_GENERALISTE"),
        ("99", "Médecin", ("", ""), "MEDECIN_GENERALISTE"),
        ("28", "Opticien", ("", ""), "Opticien (28)"),
        ("98", "Manipulateur ERM", ("", ""), None),
    ],
)
def test_the_label_then_the_code_say_the_profession(
    code: str, label: str, skill: tuple[str, str], profession: str | None
) -> None:
    one = replace(
        DOCTOR,
        profession_code=code,
        profession_label=label,
        skill_code=skill[0],
        skill_label=skill[1],
    )

    assert TABLE.profession([one]) == profession
    assert [row.profession for row in people_of([one], TABLE)] == [profession] * bool(
        profession
    )


def test_the_first_rule_met_by_any_activity_wins() -> None:
    surgeon = replace(DOCTOR, skill_code="SM04")
    general = replace(DOCTOR, line=3, skill_code="SM26")

    assert TABLE.profession([surgeon, general]) == "MEDECIN_GENERALISTE"


def test_activities_are_joined_the_practice_before_the_employer() -> None:
    salaried = replace(DOCTOR, mode="S", commune="99002", email="h@val.example")
    practice = replace(DOCTOR, line=7, commune="99003")

    (row,) = people_of([salaried, practice], TABLE)

    assert (row.line, row.commune, row.status) == (7, "99003", "LIBERAL")
    assert (row.last_name, row.rpps) == ("Hébrard", "99000000010")
    assert row.email == "h@val.example"


def test_self_employed_come_first_then_salaried_and_students_never() -> None:
    modes = ("", "S", "B", "L", "S", "L")
    people = [
        replace(DOCTOR, line=line, national_id=str(line), mode=mode)
        for line, mode in enumerate(modes, start=2)
    ]
    student = replace(DOCTOR, line=9, national_id="9", category="E")

    rows = people_of([*people, student], TABLE)

    assert [row.line for row in rows] == [5, 7, 3, 6, 4, 2]
    assert [row.status for row in rows] == [
        *("LIBERAL", "LIBERAL", "SALARIE", "SALARIE", None, None)
    ]


def test_nobody_is_more_than_a_professional_of_the_territory() -> None:
    (row,) = people_of([DOCTOR], TABLE)

    assert row.link == "TERRITOIRE"
    assert (row.zone, row.skills, row.reachable_at_night) == (None, None, None)


def test_an_adeli_number_is_no_rpps() -> None:
    (row,) = people_of([replace(DOCTOR, id_type="0", number="319999999")], TABLE)

    assert row.rpps == ""


def test_contacts_that_make_no_sense_are_as_if_absent() -> None:
    odd = replace(DOCTOR, phone="0", phone2="néant", email="cabinet")
    good = replace(DOCTOR, line=3, phone="0536490010", email="c@val.example")
    mobile = replace(good, phone2="0639980012")

    assert [(r.mobile, r.phone2, r.email) for r in people_of([odd], TABLE)] == [
        ("", "", "")
    ]
    assert [(r.mobile, r.phone2) for r in people_of([odd, good], TABLE)] == [
        ("", "0536490010")
    ]
    assert [(r.mobile, r.phone2) for r in people_of([mobile], TABLE)] == [
        ("0639980012", "0536490010")
    ]
