"""`tocsin crisis status`: where a crisis stands; typed all day, so it loads little."""

from typing import Annotated

import typer

from adapters.database import (
    crises,
    crisis_types,
    figures,
    people,
    plans,
    tenants,
)
from adapters.database.people import FrozenPerson
from commands.acting import AsJson, perform
from commands.board import Picture, board
from commands.on_crisis import CrisisId
from domain.contact import readable
from instance import Instance

app = typer.Typer()


@app.command()
def status(
    crisis: CrisisId,
    *,
    unreached: Annotated[
        bool,
        typer.Option("--unreached", help="Qui appeler : les personnes non jointes."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Dit où en est une crise."""

    async def work(instance: Instance) -> tuple[Picture, tuple[FrozenPerson, ...]]:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            plan = await plans.frozen(connection, row)
            types = await crisis_types.current(connection, row.ref, row.activation)
            missed = await figures.unreached(connection, row.ref) if unreached else ()
            missing = await people.named(connection, row.ref, missed)
            tenant = await tenants.get(connection, row.cpts_id)
            picture = Picture(
                row=row,
                types=tuple(plan.template.type_sheet(t.code).label for t in types),
                numbers=await figures.of_crisis(connection, row.ref, database.now()),
                zone=tenant.zone_info,
                now=database.now(),
            )
        return picture, missing

    picture, missing = perform(work)
    if as_json:
        typer.echo(picture.numbers.model_dump_json())
    elif unreached:
        for person in missing:
            phone = readable(person.mobile) if person.mobile else "sans téléphone"
            name = f"{person.last_name} {person.first_name}"
            typer.echo(f"{name:<36.36} {person.profession:<22.22} {phone}")
        typer.echo(f"À appeler : {len(missing)}.")
    else:
        typer.echo(board(picture))
