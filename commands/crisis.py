"""`tocsin crisis`: its commands put together; where a crisis stands."""

import json
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
from adapters.database.crises import CrisisRow
from adapters.database.people import FrozenPerson
from commands import card, crisis_type, mission, sitrep, survey, wave
from commands.acting import AsJson, perform
from commands.ban import ban
from commands.board import Picture, board
from commands.crisis_log import log, note
from commands.ending import cancel, close, leave, lift
from commands.letter import letter
from commands.on_crisis import CrisisId
from commands.opening import CptsId, open_one
from commands.order import call_back, confirm, kinetic
from commands.seats import show_seats
from domain.contact import readable
from domain.wording import STATE_LABELS
from instance import Instance

app = typer.Typer(help="Les crises d'une CPTS.", no_args_is_help=True)
app.command("open")(open_one)
app.command("call-back")(call_back)
app.command("confirm")(confirm)
app.command("kinetic")(kinetic)
app.command("ban")(ban)
app.command("log")(log)
app.command("note")(note)
app.command("seats")(show_seats)
app.command("cancel")(cancel)
app.command("lift")(lift)
app.command("stand-down")(leave)
app.command("close")(close)
app.command("letter")(letter)
app.add_typer(crisis_type.app, name="type")
app.add_typer(mission.app, name="mission")
app.add_typer(card.app, name="card")
app.add_typer(wave.app, name="wave")
app.add_typer(sitrep.app, name="sitrep")
app.add_typer(survey.app, name="survey")


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


@app.command("list")
def list_all(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Liste les crises d'une CPTS, la dernière d'abord."""

    async def work(instance: Instance) -> tuple[CrisisRow, ...]:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            return await crises.all_of(connection, cpts)

    rows = perform(work)
    if as_json:
        found = [{"crisis_id": row.crisis_id, "state": row.state} for row in rows]
        typer.echo(json.dumps(found))
        return
    for row in rows:
        mark = " EXERCICE" if row.activation.exercise else ""
        typer.echo(f"{row.crisis_id}  {STATE_LABELS[row.state]}{mark}")
    if not rows:
        typer.echo("Aucune crise n'a été ouverte.")
