"""`tocsin roster reach`: the share of members whom two verified ways reach."""

import json

import typer

from adapters.templates import load_template
from commands.options import AsJson
from commands.roster_view import CptsId, contacts_of, everyone_of
from domain.contact import readable
from domain.known_facts import count_of
from domain.reach import Reach, Reached
from domain.reach import reach as counted
from domain.typography import typeset
from instance import DEFAULT_TEMPLATE

SHOWN = 20  # people to ask; --json gives them all


def reach(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Dit qui deux moyens vérifiés permettent de joindre, et qui solliciter."""
    score = counted(everyone_of(cpts))
    if as_json:
        typer.echo(json.dumps(_document(score), ensure_ascii=False))
        return
    for line in _lines(score):
        typer.echo(typeset(line))


def _lines(score: Reach) -> list[str]:
    labels = {p.code: p.label for p in load_template(DEFAULT_TEMPLATE).professions}
    two = count_of(score.two, "membre")
    said = [
        f"Deux moyens vérifiés : {two} sur {score.members}, soit {score.percent} %."
    ]
    said += [
        f"  {labels.get(line.profession, line.profession):<46.46} "
        f"{line.zone or 'sans zone':<14.14} {line.two:>4} sur {line.members}"
        for line in score.lines
    ]
    if score.to_ask:
        said.append(f"À solliciter : {len(score.to_ask)}.")
    said += [f"  {_asked(each)}" for each in score.to_ask[:SHOWN]]
    if (more := len(score.to_ask) - SHOWN) > 0:
        said.append(f"  et {more} autres ; --json les donne toutes.")
    return said


def _asked(each: Reached) -> str:
    person = each.person
    number = person.mobile or person.phone2
    call = readable(number) if number else "aucun numéro"
    return f"{person.full_name:<28.28} {each.verified} sur 2   {call}"


def _document(score: Reach) -> dict[str, object]:
    return {
        "members": score.members,
        "two": score.two,
        "percent": score.percent,
        "lines": [
            {
                "profession": line.profession,
                "zone": line.zone or None,
                "members": line.members,
                "two": line.two,
                "one": line.one,
            }
            for line in score.lines
        ],
        "to_ask": [
            {"person_id": each.person_id, "contacts": contacts_of(each)}
            for each in score.to_ask
        ],
    }
