"""`tocsin crisis status`: where a crisis stands; typed all day, so it loads little."""

from typing import Annotated
from urllib.parse import quote

import typer

from commands.house import ask
from commands.options import AsJson, CrisisId

app = typer.Typer()


@app.command()
def status(
    crisis: CrisisId,
    *,
    unreached: Annotated[
        bool,
        typer.Option("--unreached", help="Qui appeler : les personnes non jointes."),
    ] = False,
    people: Annotated[
        bool,
        typer.Option(
            "--people", help="Chaque personne, canal par canal : confié, remis, refusé."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Dit où en est une crise."""
    if people:
        from commands.people_standing import list_people  # noqa: PLC0415 - loads much

        list_people(crisis, as_json=as_json)
        return
    if unreached and not as_json:
        from commands.unreached import list_unreached  # noqa: PLC0415 - loads much

        list_unreached(crisis)
        return
    form = "json" if as_json else "txt"
    said = ask(f"/crises/{quote(crisis, safe='')}/etat.{form}")
    if said is None:
        from commands.standing_here import read  # noqa: PLC0415 - loads much

        said = read(crisis, as_json=as_json)
    typer.echo(said)
