"""`tocsin roster list|check|export`: the directory as it is kept."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from adapters.database import contacts, people, tenants
from adapters.roster_export import csv_bytes
from adapters.templates import load_template
from commands.acting import perform
from commands.options import AsJson
from domain.contact import readable
from domain.cpts import Cpts
from domain.directory import RosterDiff
from domain.directory_check import Remark, remarks
from domain.errors import EmptyRosterError
from domain.person import FACTS, Link, Person
from domain.reach import Freshness, Reached
from domain.roster import HEADINGS
from domain.roster_writing import lines_of
from domain.typography import typeset
from instance import DEFAULT_TEMPLATE, Instance

CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
WIDTH = 80
NAMED = 12  # people named under a remark; --json names all
LABELS = {
    Link.VOLUNTEER: "volontaires",
    Link.MEMBER: "adhérents",
    Link.TERRITORY: "du territoire",
}
LINK_LABELS = {
    Link.VOLUNTEER: "volontaire",
    Link.MEMBER: "adhérent",
    Link.TERRITORY: "territoire",
}
BADGES = {
    Freshness.VERIFIED: "vérifié",
    Freshness.STALE: "périmé",
    Freshness.UNVERIFIED: "",
}
FACT_LABELS = {
    **{fact: heading.lower() for fact, heading in HEADINGS.items() if fact in FACTS},
    "rpps": "RPPS",
    "employer_agrees": "accord de l'employeur",
    "structures": "structure",
    "absences": "absence",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """A CPTS, its people by id, and what day it is there."""

    cpts: Cpts
    people: dict[str, Person]
    today: date


def _known(cpts: str) -> _Known:
    async def work(instance: Instance) -> _Known:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            found = dict(await people.all_of(connection, cpts))
        return _Known(tenant, found, database.now().astimezone(tenant.zone_info).date())

    known = perform(work)
    if not known.people:
        raise EmptyRosterError(cpts=cpts)
    return known


def changes(change: RosterDiff) -> str:
    """Say who comes, who changes and in what, who goes."""
    groups = {
        "Nouvelles": [p.full_name for p in change.new],
        "Modifiées": [
            f"{now.full_name} ({', '.join(_changed(was, now))})"
            for was, now in change.changed
        ],
        "Parties": [p.full_name for p in change.gone],
    }
    return "\n".join(
        _said(Remark(group, "", tuple(names)))
        for group, names in groups.items()
        if names
    )


def kept(change: RosterDiff) -> str:
    """Say what people said themselves, and how to write over it."""
    names = tuple(
        f"{person.full_name} ({', '.join(FACT_LABELS[each] for each in fields)})"
        for person, fields in change.kept
    )
    why = "vérifié ou dit par la personne, gardé ; « --force » prend le fichier"
    return typeset(_said(Remark("Gardées", why, names)))


def vacated(cpts: str, change: RosterDiff) -> str:
    """Say which roles lose their holder or deputy, and what to do about it."""
    labels = {role.code: role.label for role in load_template(DEFAULT_TEMPLATE).roles}
    roles = ", ".join(labels.get(code, "bureau") for code in change.vacated)
    said = (
        f"Un titulaire ou un suppléant n'est plus dans l'annuaire : {roles}. Nommez "
        "quelqu'un dans le fichier de la CPTS (« tocsin cpts change »). Gouvernance "
        "et annuaire sont à relire dans la revue du plan : « tocsin review status "
        f"{cpts} »."
    )
    return "\n".join(wrap(typeset(said), WIDTH, break_on_hyphens=False))


def _changed(was: Person, now: Person) -> Iterator[str]:
    for fact, words in FACT_LABELS.items():
        if getattr(was, fact) != getattr(now, fact):
            yield words


def list_people(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Liste les personnes de l'annuaire."""
    everyone = everyone_of(cpts)
    if as_json:
        rows = [
            {
                "person_id": each.person_id,
                "profession": each.person.profession,
                "lien": each.person.link,
                "contacts": contacts_of(each),
            }
            for each in everyone
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    labels = {p.code: p.label for p in load_template(DEFAULT_TEMPLATE).professions}
    for each in everyone:
        person = each.person
        reach = person.email or (readable(person.mobile) if person.mobile else "—")
        profession = labels.get(person.profession, person.profession)
        name = f"{person.last_name} {person.first_name}"
        line = (
            f"{name:<20.20} {profession:<16.16} "
            f"{LINK_LABELS[person.link]:<10} {reach:<23.23} {BADGES[each.badge]}"
        )
        typer.echo(line.rstrip())


def everyone_of(cpts: str) -> tuple[Reached, ...]:
    """Give the directory, with what each address is worth.

    Raises:
        EmptyRosterError: Nobody is on it.
    """

    async def work(instance: Instance) -> tuple[Reached, ...]:
        database = instance.database
        async with database.read() as connection:
            return await contacts.of_cpts(connection, cpts, database.now())

    everyone = perform(work)
    if not everyone:
        raise EmptyRosterError(cpts=cpts)
    return everyone


def contacts_of(each: Reached) -> list[dict[str, object]]:
    """Say what each way to reach somebody is worth."""
    return [
        {
            "medium": known.medium,
            "freshness": known.freshness,
            "verified_at": (
                known.proof.verified_at.isoformat()
                if known.proof and known.freshness is not Freshness.UNVERIFIED
                else None
            ),
            "how": known.proof.how if known.proof else None,
            "shared": known.shared,
        }
        for known in each.contacts
    ]


def check(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Dit ce qui manque à l'annuaire : qui joindre, qui tient quoi, quoi corriger."""
    known = _known(cpts)
    persons = tuple(known.people.values())
    told = remarks(persons, known.cpts, load_template(DEFAULT_TEMPLATE), known.today)
    if as_json:
        typer.echo(json.dumps([_document(r) for r in told], ensure_ascii=False))
        return
    counted = Counter(person.link for person in persons)
    groups = ", ".join(f"{counted[link]} {label}" for link, label in LABELS.items())
    typer.echo(f"{len(persons)} personnes : {groups}.")
    for remark in told:
        typer.echo(_said(remark))
    typer.echo(f"À regarder : {len(told)}." if told else "Rien à corriger.")


def export(
    cpts: CptsId,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Fichier à écrire.", metavar="FICHIER"),
    ] = None,
) -> None:
    """Écrit l'annuaire dans un fichier CSV, qui se corrige et se réimporte."""
    known = _known(cpts)
    template = load_template(DEFAULT_TEMPLATE)
    lines = lines_of(known.people.values(), known.cpts, template)
    path = output or Path(f"annuaire-{cpts}.csv")
    path.write_bytes(csv_bytes(tuple(HEADINGS.values()), lines))
    typer.echo(f"{len(known.people)} personnes dans {path}.")


def _document(remark: Remark) -> dict[str, object]:
    return {
        "subject": remark.subject,
        "sentence": remark.sentence,
        "about": list(remark.about),
    }


def _said(remark: Remark) -> str:
    number = f" ({len(remark.about)})" if len(remark.about) > 1 else ""
    lines = [f"  {remark.subject:<12}{remark.sentence}{number}".rstrip()]
    shown = ", ".join(remark.about[:NAMED])
    more = len(remark.about) - NAMED
    if more > 0:
        shown += f" et {more} autres"
    indent = " " * 16
    lines += wrap(
        shown,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return "\n".join(lines)
