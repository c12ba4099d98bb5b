"""Good lines are kept; the others say what is wrong and what to write."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cpts import Cpts
from domain.directory import diff, person_named
from domain.person import Absence, Link, Person, Status
from domain.roster import RosterRow
from domain.roster_reading import read_rows
from domain.template import Profession
from tests.unit.test_cpts import DATA
from tests.world import template

CPTS = Cpts.model_validate(
    DATA
    | {
        "communes": [
            {"code": "99001", "nom": "Saint-Élix", "zone": "Nord"},
            {"code": "99002", "nom": "Deux-Noms", "zone": "Nord"},
            {"code": "99003", "nom": "Deux-Noms", "zone": "Sud"},
        ],
        "structures": {
            "OFF_NORD": {
                "kind": "OFFICINE",
                "nom": "Pharmacie des Halles",
                "commune": "99001",
            },
            "MSP_SUD": {"kind": "MSP", "nom": "MSP du Pré", "commune": "99003"},
        },
    }
)
PROFESSIONS = tuple(
    Profession.model_validate(data)
    for data in (
        {
            "code": "INFIRMIER",
            "libelle": "Infirmier",
            "autres_noms": ["IDE", "IDEL", "Infirmière"],
        },
        {
            "code": "MEDECIN_GENERALISTE",
            "libelle": "Médecin généraliste",
            "autres_noms": ["MG"],
        },
    )
)
TEMPLATE = template().model_copy(update={"professions": PROFESSIONS})
ROW = RosterRow(
    line=2,
    last_name="Descombes",
    first_name="Anne-Lise",
    profession="Infirmière",
    rpps="99000000010",
    commune="saint elix",
    email="anne.b@vallees-autan.example",
    mobile="06 39 98 00 12",
    link="volontaire",
    reachable_at_night="oui",
)
PERSON = Person(
    rpps="99000000010",
    last_name="Descombes",
    first_name="Anne-Lise",
    profession="INFIRMIER",
    commune="99001",
    zone="Nord",
    email="anne.b@vallees-autan.example",
    mobile="+33639980012",
)


def read(*rows: RosterRow) -> tuple[tuple[Person, ...], list[str], list[str]]:
    """People, then bad lines and warnings as `line column: reason (suggestion)`."""
    roster = read_rows(rows, CPTS, TEMPLATE)
    told = [
        [f"{b.line} {b.column}: {b.reason} ({b.suggestion})" for b in lines]
        for lines in (roster.bad_lines, roster.warnings)
    ]
    return roster.people, told[0], told[1]


def test_a_good_line_becomes_a_person_and_raises_no_doubt() -> None:
    assert read(ROW) == ((PERSON,), [], [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("IDEL", "INFIRMIER"), ("ide", "INFIRMIER"), ("INFIRMIER", "INFIRMIER")),
        *(("mg", "MEDECIN_GENERALISTE"), ("MEDECIN_GENERALISTE",) * 2),
        ("  médecin   GENERALISTE ", "MEDECIN_GENERALISTE"),
    ],
)
def test_a_profession_is_known_by_its_code_its_label_or_a_short_name(
    written: str, code: str
) -> None:
    people, _, _ = read(replace(ROW, profession=written))

    assert [person.profession for person in people] == [code]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"profession": "Infimier"},
            "2 Profession: profession inconnue (Infirmier)",
        ),
        ({"profession": "Plombier"}, "2 Profession: profession inconnue ()"),
        ({"profession": " "}, "2 Profession: profession absente ()"),
        ({"last_name": " "}, "2 Nom: Nom absent ()"),
        ({"first_name": "12"}, "2 Prénom: Prénom absent ()"),
        ({"last_name": "x" * 61}, "2 Nom: Nom illisible ou de plus de 60 caractères"),
        ({"last_name": "a\x07"}, "2 Nom: Nom illisible ou de plus de 60 caractères"),
        ({"rpps": "9900000001"}, "2 RPPS: un RPPS a 11 chiffres ()"),
        ({"rpps": "9,90E+10"}, "2 RPPS: un RPPS a 11 chiffres ()"),
        ({"rpps": "319999999"}, "2 RPPS: un RPPS a 11 chiffres (numéro ADELI ?"),
        ({"rpps": "٩٩٠٠٠٠٠٠٠١٠"}, "2 RPPS: un RPPS a 11 chiffres ()"),
        ({"email": "anne.b"}, "2 Courriel: adresse de courriel refusée"),
        ({"mobile": "06 39 98"}, "2 Mobile: numéro de téléphone refusé"),
        ({"defect": "plus de cellules"}, "2 ligne: plus de cellules"),
    ],
)
def test_a_bad_line_is_refused_and_the_next_one_kept(
    change: dict[str, Any], told: str
) -> None:
    good = replace(ROW, line=3, rpps="99000000028")

    people, bad, _ = read(replace(ROW, **change), good)

    assert [person.rpps for person in people] == ["99000000028"]
    assert len(bad) == 1
    assert bad[0].startswith(told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "RPPS: RPPS donné deux fois : lignes 2 et 9"),
        ({"rpps": ""}, "Nom: même personne, sans RPPS : lignes 2 et 9"),
        ({"rpps": "", "email": ""}, "Nom: même personne, sans RPPS : lignes 2 et 9"),
    ],
)
def test_the_second_line_of_a_person_is_refused_and_both_are_named(
    change: dict[str, Any], told: str
) -> None:
    first = replace(ROW, **change)

    people, bad, _ = read(first, replace(first, line=9))

    assert len(people) == 1
    assert bad == [f"9 {told} (corrigez ou retirez l'une des deux)"]


@pytest.mark.parametrize(
    ("change", "told", "kept"),
    [
        (
            {"rpps": "99000000011"},
            "RPPS: clé de contrôle fausse",
            {"rpps": "99000000011"},
        ),
        (
            {"commune": "Saint Elie"},
            "Commune: commune absente du fichier",
            {"commune": None, "zone": None},
        ),
        (
            {"commune": "Deux-Noms", "zone": "sud"},
            "Commune: commune absente",
            {"commune": None, "zone": "Sud"},
        ),
        ({"zone": "Nort"}, "Zone: zone absente du fichier de la CPTS (Nord)", {}),
        (
            {"mobile": "05 36 49 00 12"},
            "Mobile: ce numéro n'est pas un mobile : gardé comme second",
            {"mobile": None, "phone2": "+33536490012"},
        ),
        (
            {"email": "", "mobile": ""},
            "Courriel: ni courriel ni mobile",
            {"email": None, "mobile": None},
        ),
    ],
)
def test_a_doubt_is_told_and_the_person_kept(
    change: dict[str, Any], told: str, kept: dict[str, Any]
) -> None:
    people, bad, doubts = read(replace(ROW, **change))

    assert people == (replace(PERSON, **kept),)
    assert bad == []
    assert [doubt.startswith(f"2 {told}") for doubt in doubts] == [True]


def test_what_a_line_may_say_besides_is_read() -> None:
    said = replace(
        ROW,
        phone2="05 36 49 00 12",
        link="adhérente",
        status="salariée",
        skills="AFGSU2 ; vaccination",
        accepted_types="2, 4",
        double_commitment="oui",
        reachable_at_night="",
        employer_agreement="non",
        structure="pharmacie des halles, MSP_SUD",
        absent_from="20/12/2026",
        absent_to="27/12/2026",
        locum_name="Léa Rey",
        locum_mobile="06 39 98 00 99",
    )

    people, bad, doubts = read(said)

    away = Absence(date(2026, 12, 20), date(2026, 12, 27), "Léa Rey", "+33639980099")
    assert people == (
        replace(
            PERSON,
            phone2="+33536490012",
            link=Link.MEMBER,
            status=Status.SALARIED,
            skills=("AFGSU2", "VACCINATION"),
            accepted_types=("SICK", "NRC"),
            double_commitment=True,
            reachable_at_night=False,
            employer_agrees=False,
            structures=("OFF_NORD", "MSP_SUD"),
            absences=(away,),
        ),
    )
    assert (bad, doubts) == ([], [])
    assert people[0].unsaid == frozenset()


@pytest.mark.parametrize(
    ("change", "told", "fact"),
    [
        ({"phone2": "05"}, "Téléphone 2: numéro de téléphone refusé", "phone2"),
        ({"link": "voisine"}, "Lien: valeur inconnue ; écrivez TERRITOIRE", "link"),
        ({"status": "?"}, "Statut: valeur inconnue ; écrivez LIBERAL", "status"),
        ({"skills": "AFGSU9"}, "Compétences: compétence inconnue", "skills"),
        ({"accepted_types": "6"}, "Types acceptés: type de crise", "accepted_types"),
        (
            {"double_commitment": "parfois"},
            "Double engagement: écrivez oui",
            "double_commitment",
        ),
        ({"structure": "Ici"}, "Structure: lieu absent du fichier", "structures"),
        ({"absent_from": "20/12/2026"}, "Absent du: une absence a deux", "absences"),
    ],
)
def test_a_cell_that_makes_no_sense_is_told_and_what_was_known_stays(
    change: dict[str, Any], told: str, fact: str
) -> None:
    people, bad, doubts = read(replace(ROW, **change))

    link = Link.MEMBER if fact == "link" else Link.VOLUNTEER
    assert (people, bad) == ((replace(PERSON, link=link),), [])
    assert [doubt.startswith(f"2 {told}") for doubt in doubts] == [True]
    assert fact in people[0].unsaid


def test_a_file_without_a_link_column_makes_volunteers_and_says_so() -> None:
    bare = RosterRow(
        line=2, last_name="Mas", first_name="Paul", profession="MG", email="p@b.example"
    )

    people, _, doubts = read(bare)

    assert people[0].link is Link.VOLUNTEER
    assert people[0].reachable_at_night
    assert [doubt.split(",")[0] for doubt in doubts] == [
        "1 Lien: colonne absente : chaque personne nouvelle est comptée volontaire",
        (
            "1 Joignable la nuit: colonne absente : chaque volontaire nouveau est "
            "compté joignable la nuit ()"
        ),
    ]
    assert {"link", "rpps", "commune", "zone", "mobile"} < people[0].unsaid
    _, _, doubts = read(replace(bare, link="adhérent"))
    assert doubts == []


def test_people_who_share_a_mail_or_a_mobile_are_kept_and_told() -> None:
    other = replace(
        ROW, line=9, rpps="", last_name="Mas", email="ANNE.B@vallees-autan.example"
    )

    people, bad, doubts = read(replace(ROW, rpps=""), other)

    assert (len(people), bad) == (2, [])
    assert [doubt.split(":")[0] for doubt in doubts] == ["9 Courriel", "9 Mobile"]
    assert all("2" in doubt and "partagé" in doubt for doubt in doubts)


def test_a_commune_is_known_by_its_code_and_a_zone_said_by_hand_wins() -> None:
    people, _, doubts = read(replace(ROW, commune="99003", zone="NORD"))

    assert [(p.commune, p.zone) for p in people] == [("99003", "Nord")]
    assert doubts == []


def test_a_person_is_named_by_rpps_or_mail_unless_several_share_it() -> None:
    other = replace(PERSON, rpps="99000000028", first_name="Anna")
    alone = replace(PERSON, rpps=None, email="Seule@vallees-autan.example")
    silent = replace(PERSON, rpps=None, email=None)
    people = (PERSON, other, alone, silent)

    assert person_named(people, " 99000000028 ") == other
    assert person_named(people, "seule@vallees-autan.example") == alone
    assert person_named(people, "anne.b@vallees-autan.example") is None
    assert person_named(people, "99000000099") is None


words = st.text(max_size=8) | st.sampled_from(
    ["IDE", "MG", "99000000010", "0639980012", "a@b.example", "Saint-Élix"]
)
rows = st.lists(
    st.builds(
        RosterRow,
        line=st.just(0),
        last_name=words,
        first_name=words,
        profession=words,
        rpps=words | st.just(""),
        commune=words,
        zone=words,
        email=words | st.just(""),
        mobile=words | st.just(""),
    ),
    max_size=8,
)


@settings(max_examples=30)
@given(rows)
def test_every_line_is_either_kept_or_told(written: list[RosterRow]) -> None:
    numbered = [replace(row, line=n) for n, row in enumerate(written, start=2)]

    roster = read_rows(numbered, CPTS, TEMPLATE)

    assert len(roster.people) + len(roster.bad_lines) == len(numbered)
    assert len({person.identity for person in roster.people}) == len(roster.people)
    assert all(len(person.identity) <= 200 for person in roster.people)


people_lists = st.lists(
    st.builds(
        Person,
        rpps=st.sampled_from([None, "1", "2", "3"]),
        last_name=st.sampled_from(["A", "B"]),
        first_name=st.just("C"),
        profession=st.just("INFIRMIER"),
        mobile=st.sampled_from([None, "+33639980012"]),
    ),
    unique_by=lambda person: person.identity,
)


@settings(max_examples=30)
@given(people_lists, people_lists)
def test_the_differences_lead_from_the_old_roster_to_the_new(
    old: list[Person], new: list[Person]
) -> None:
    found = diff(old, new)

    told = dict(found.changed)
    kept = [told.get(person, person) for person in old if person not in found.gone]
    assert {*kept, *found.new} == set(new)
    assert diff(new, new) == diff((), ())
