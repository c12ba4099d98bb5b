"""What is missing in a directory on the day it is needed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.contact import readable
from domain.cpts import TWO_PEOPLE, Cpts
from domain.directory import person_named
from domain.person import Link, Person, shared_addresses
from domain.template import Role, Template


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to mend, in French, and whom or what it is about."""

    subject: str
    sentence: str
    about: tuple[str, ...] = ()


def remarks(
    people: tuple[Person, ...], cpts: Cpts, template: Template, today: date
) -> tuple[Remark, ...]:
    """Say what to mend, what matters most first."""
    return (
        *_roles(people, cpts, template),
        *_authorities(cpts),
        *_volunteers(people),
        *_out_of_reach(people),
        *_away(people, today),
        *_shared(people),
        *_without_card(people, template),
        *_without_zone(people),
    )


def _roles(
    people: tuple[Person, ...], cpts: Cpts, template: Template
) -> Iterator[Remark]:
    for role in template.held_roles:
        yield from _role(role, people, cpts)
    unknown = tuple(m for m in cpts.bureau if person_named(people, m) is None)
    if unknown:
        yield Remark("Rôles", "BUREAU : absents de l'annuaire", unknown)
    held = (cpts.role(code) for code in TWO_PEOPLE)
    leading, writing = (r and person_named(people, r.holder) for r in held)
    if leading and leading == writing:
        yield Remark(
            "Rôles",
            "pilotage et secrétariat sont tenus par la même personne",
            (leading.full_name,),
        )


def _role(role: Role, people: tuple[Person, ...], cpts: Cpts) -> Iterator[Remark]:
    named = cpts.role(role.code)
    holder = named and person_named(people, named.holder)
    deputy = named and named.deputy and person_named(people, named.deputy)
    if not holder:
        yield Remark("Rôles", f"{role.short_label} : pas de titulaire dans l'annuaire")
    if not deputy and (role.deputy_required or (named and named.deputy)):
        yield Remark("Rôles", f"{role.short_label} : pas de suppléant dans l'annuaire")
    if holder and holder == deputy:
        yield Remark("Rôles", f"{role.short_label} : le suppléant est le titulaire")
    for person in (holder, deputy):
        if person and person.out_of_reach:
            sentence = f"{role.short_label} : ni courriel ni mobile"
            yield Remark("Rôles", sentence, (person.full_name,))


def _authorities(cpts: Cpts) -> Iterator[Remark]:
    silent = tuple(a.name for a in cpts.authorities if a.out_of_hours is None)
    if silent:
        yield Remark("Autorités", "pas de numéro hors des heures ouvrées", silent)


def _volunteers(people: tuple[Person, ...]) -> Iterator[Remark]:
    enrolled = [p for p in people if p.link is Link.VOLUNTEER]
    if not enrolled:
        yield Remark("Volontaires", "aucun : personne ne sera sollicité")
    elif not any(p.reachable_at_night for p in enrolled):
        yield Remark("Volontaires", "aucun n'est joignable la nuit")


def _out_of_reach(people: tuple[Person, ...]) -> Iterator[Remark]:
    told = tuple(p for p in people if p.link is not Link.TERRITORY)
    nothing = _names(p for p in told if p.out_of_reach)
    if nothing:
        yield Remark("Joindre", "ni courriel ni mobile : jamais prévenus", nothing)
    no_mail = _names(p for p in told if p.email is None and p.mobile)
    if no_mail:
        yield Remark("Joindre", "sans courriel : à appeler", no_mail)


def _away(people: tuple[Person, ...], today: date) -> Iterator[Remark]:
    away = [(p, absence) for p in people if (absence := p.absence_on(today))]
    alone = _names(p for p, a in away if not (a.locum_name or a.locum_mobile))
    if alone:
        yield Remark("Absences", "absents aujourd'hui, sans remplaçant", alone)
    silent = _names(p for p, a in away if a.locum_name and not a.locum_mobile)
    if silent:
        yield Remark("Absences", "remplaçant sans numéro de mobile", silent)


def _shared(people: tuple[Person, ...]) -> Iterator[Remark]:
    for shared in shared_addresses(people):
        phone = shared.address.startswith("+")
        address = readable(shared.address) if phone else shared.address
        sentence = f"{address} est partagé : « Qui répond ? » sera demandé"
        yield Remark("Partages", sentence, _names(shared.people))


def without_card(people: Iterable[Person], template: Template) -> tuple[str, ...]:
    """List the professions of a CPTS that no card names, with how many people.

    Only a card open to all may call them: the CPTS decides what they do.
    """
    counted = Counter(person.profession for person in people)
    return tuple(
        f"{each.label.partition(' (')[0]} ({counted[each.code]})"
        for each in template.professions_without_card
        if counted[each.code]
    )


def _without_card(people: tuple[Person, ...], template: Template) -> Iterator[Remark]:
    if idle := without_card(people, template):
        sentence = "aucune fiche ne les nomme : décidez de ce qu'ils font"
        yield Remark("Professions", sentence, idle)


def _without_zone(people: tuple[Person, ...]) -> Iterator[Remark]:
    nowhere = _names(p for p in people if p.zone is None)
    if nowhere:
        yield Remark("Zones", "sans zone : jamais demandés pour une zone", nowhere)


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.full_name for person in people)
