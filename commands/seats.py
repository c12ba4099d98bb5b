"""`tocsin crisis seats`: who holds a seat or waits, by profession and zone."""

import json
from typing import Annotated

import typer

from adapters.database import contributions, crises, plans, sitting
from commands.acting import perform
from commands.options import AsJson
from domain.contact import readable
from domain.contribution import DeclaredTotals, field_label
from domain.seating import Sitting, by_zone
from domain.template import Template
from domain.wording import MISSION_LABELS
from instance import Instance

RESERVE = "réserve"


def show_seats(
    crisis: Annotated[
        str, typer.Argument(help="Identifiant de la crise.", metavar="CRISE")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Montre qui est retenu, qui attend une place, et ce que chacun déclare."""

    async def work(
        instance: Instance,
    ) -> tuple[tuple[Sitting, ...], tuple[DeclaredTotals, ...], Template]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            now = instance.database.now()
            people = await sitting.of_crisis(connection, row.ref, now)
            totals = await contributions.totals(connection, row.ref)
            return people, totals, (await plans.frozen(connection, row)).template

    people, declared, template = perform(work)
    zones = by_zone(people)
    if as_json:
        found = {
            "people": [each.model_dump(mode="json") for each in people],
            "by_zone": [each.model_dump(mode="json") for each in zones],
            "declared": [each.model_dump(mode="json") for each in declared],
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in people:
        phone = readable(each.mobile) if each.mobile else "sans téléphone"
        mission = f"mission {MISSION_LABELS[each.mission]}" if each.mission else ""
        rest = "au repos" if each.rests_until else ""
        typer.echo(
            f"{each.card or RESERVE:<8} {each.name:<28.28} {phone:<15} "
            f"{each.person_id} {mission or rest}".rstrip()
        )
    typer.echo("\nPar fiche, profession et zone")
    for count in zones:
        engaged = f", {count.engaged} en mission" if count.engaged else ""
        resting = f", {count.resting} au repos" if count.resting else ""
        typer.echo(
            f"  {count.card or RESERVE:<8} "
            f"{template.profession(count.profession).label:<34.34} "
            f"{count.zone or 'zone inconnue':<14} {count.people}{engaged}{resting}"
        )
    for total in declared:
        numbers = ", ".join(
            f"{field_label(name).lower()} {number}"
            for name, number in total.fields.items()
        )
        typer.echo(f"  {total.card_id:<8} déclarants {total.people} : {numbers}")
