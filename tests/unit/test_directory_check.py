"""What is missing in a directory is told before the day it is needed."""

from dataclasses import replace
from datetime import date

from domain.cpts import AuthorityContact, Cpts, RoleHolders
from domain.directory_check import remarks
from domain.person import Absence, Link, Person
from tests.world import cpts, people, rpps, template

TODAY = date(2026, 11, 22)
REFERENT = "Référent situations sanitaires exceptionnelles"
LEADER = "Pilotage de la cellule de crise"
ONE, TWO, *_ = PEOPLE = tuple(
    replace(person, mobile=f"+33639980{n:03}") for n, person in enumerate(people(5))
)


def world() -> Cpts:
    """A CPTS to which nothing is missing."""
    contacts = tuple(
        AuthorityContact.model_validate(a.model_dump() | {"hors_heures": "0639980012"})
        for a in cpts().authorities
    )
    return cpts().model_copy(update={"authorities": contacts})


def told(persons: tuple[Person, ...], tenant: Cpts | None = None) -> list[str]:
    found = remarks(persons, tenant or world(), template(), TODAY)
    return [
        f"{r.subject}: {r.sentence} ({', '.join(r.about)})"
        for r in found
        if r.subject != "Professions"
    ]


def test_nothing_is_told_of_a_whole_directory() -> None:
    assert told(PEOPLE) == []


def test_professions_that_no_card_names_are_told_with_how_many() -> None:
    midwife = replace(ONE, profession="SAGE_FEMME")
    (found,) = remarks((midwife, *PEOPLE[1:]), world(), template(), TODAY)

    assert found.subject == "Professions"
    assert "Sage-femme (1)" in found.about
    assert not any(name.startswith("Infirmier (") for name in found.about)


def test_a_member_of_the_bureau_who_is_not_in_the_directory_is_told() -> None:
    tenant = world().model_copy(update={"bureau": (rpps(0), "gone@val.example")})

    assert told(PEOPLE, tenant) == [
        "Rôles: BUREAU : absents de l'annuaire (gone@val.example)"
    ]


def test_a_role_with_nobody_is_told() -> None:
    referent, pilot = cpts().roles
    lost = pilot.model_copy(update={"holder": rpps(9), "deputy": None})

    assert told(PEOPLE, world().model_copy(update={"roles": (lost,)})) == [
        f"Rôles: {REFERENT} : pas de titulaire dans l'annuaire ()",
        f"Rôles: {REFERENT} : pas de suppléant dans l'annuaire ()",
        f"Rôles: {LEADER} : pas de titulaire dans l'annuaire ()",
        f"Rôles: {LEADER} : pas de suppléant dans l'annuaire ()",
    ]
    alone = referent.model_copy(update={"deputy": "p0@val.example"})
    assert told(PEOPLE, world().model_copy(update={"roles": (alone, pilot)})) == [
        f"Rôles: {REFERENT} : le suppléant est le titulaire ()",
    ]


def test_one_person_who_leads_and_writes_is_told_under_any_name() -> None:
    writer = RoleHolders.model_validate(
        {"code": "SECRETARIAT", "titulaire": "p2@val.example", "suppleant": rpps(4)}
    )
    tenant = world().model_copy(update={"roles": (*cpts().roles, writer)})

    assert told(PEOPLE, tenant) == [
        (
            "Rôles: pilotage et secrétariat sont tenus par la même personne "
            "(Camille Fictif00002)"
        )
    ]


def test_an_authority_without_a_number_at_night_is_told() -> None:
    assert told(PEOPLE, cpts()) == [
        (
            "Autorités: pas de numéro hors des heures ouvrées "
            "(Délégation départementale (fictive))"
        )
    ]


def test_who_cannot_be_reached_is_told_unless_of_the_territory_alone() -> None:
    silent = replace(ONE, email=None, mobile=None)
    by_phone = replace(PEOPLE[4], email=None)
    nearby = replace(silent, rpps=rpps(8), link=Link.TERRITORY)

    assert told((silent, *PEOPLE[1:4], by_phone, nearby)) == [
        f"Rôles: {REFERENT} : ni courriel ni mobile (Camille Fictif00000)",
        "Joindre: ni courriel ni mobile : jamais prévenus (Camille Fictif00000)",
        "Joindre: sans courriel : à appeler (Camille Fictif00004)",
    ]


def test_a_directory_of_no_volunteer_is_told() -> None:
    members = tuple(replace(person, link=Link.MEMBER) for person in PEOPLE)
    asleep = tuple(replace(person, reachable_at_night=False) for person in PEOPLE)

    assert told(members) == ["Volontaires: aucun : personne ne sera sollicité ()"]
    assert told(asleep) == ["Volontaires: aucun n'est joignable la nuit ()"]


def test_who_is_away_without_a_locum_to_call_is_told() -> None:
    alone = replace(ONE, absences=(Absence(TODAY, TODAY),))
    silent = replace(TWO, absences=(Absence(TODAY, TODAY, "Léa Rey"),))

    assert told((alone, silent, *PEOPLE[2:])) == [
        "Absences: absents aujourd'hui, sans remplaçant (Camille Fictif00000)",
        "Absences: remplaçant sans numéro de mobile (Camille Fictif00001)",
    ]


def test_shared_addresses_and_people_of_no_zone_are_told() -> None:
    shared = replace(TWO, mobile=ONE.mobile, zone=None)

    assert told((ONE, shared, *PEOPLE[2:])) == [
        (
            "Partages: 06 39 98 00 00 est partagé : « Qui répond ? » sera demandé "
            "(Camille Fictif00000, Camille Fictif00001)"
        ),
        "Zones: sans zone : jamais demandés pour une zone (Camille Fictif00001)",
    ]
