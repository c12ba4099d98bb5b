"""`tocsin crisis status`: where a crisis stands; typed all day, so it loads little."""

from typing import Annotated

import typer

from adapters.database import crises, figures, glance
from commands.acting import AsJson, CrisisId, perform
from commands.board import Picture, board
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
    if unreached and not as_json:
        # loads the whole directory, and telephone numbers: not for the board
        from commands.unreached import list_unreached  # noqa: PLC0415

        list_unreached(crisis)
        return

    async def work(instance: Instance) -> Picture:
        now = instance.database.now()
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            numbers = await figures.of_crisis(connection, row.ref, now)
            return Picture(
                row=row,
                types=await glance.type_labels(connection, row, numbers.types),
                numbers=numbers,
                zone=await glance.time_zone(connection, row.cpts_id),
                now=now,
            )

    picture = perform(work)
    typer.echo(picture.numbers.model_dump_json() if as_json else board(picture))
