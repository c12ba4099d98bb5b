"""`tocsin crisis`: open on an order, follow, lift."""

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from acts.ending import LiftCrisis, lift_crisis
from adapters.database import (
    chronicle,
    crises,
    figures,
    people,
    tenants,
)
from adapters.database.crises import CrisisRow
from adapters.database.people import FrozenPerson
from commands import card, mission, wave
from commands.acting import (
    GOING,
    LEAD,
    WAITING,
    Actor,
    AsJson,
    perform,
    set_going,
)
from commands.board import board
from commands.opening import CptsId, open_one
from commands.seats import show_seats
from domain.authority import Authority
from domain.calendar import french_day, french_hour
from domain.chronicle import told
from domain.contact import readable
from domain.figures import Figures
from domain.reference import CrisisRef
from domain.wording import STATE_LABELS
from instance import Instance

app = typer.Typer(help="Les crises d'une CPTS.", no_args_is_help=True)
app.command("open")(open_one)
app.command("seats")(show_seats)
app.add_typer(mission.app, name="mission")
app.add_typer(card.app, name="card")
app.add_typer(wave.app, name="wave")
CrisisId = Annotated[
    str, typer.Argument(help="Identifiant de la crise.", metavar="CRISE")
]


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

    async def work(
        instance: Instance,
    ) -> tuple[CrisisRow, Figures, tuple[FrozenPerson, ...], ZoneInfo]:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=row.crisis_id)
            numbers = await figures.of_crisis(connection, ref, database.now())
            missed = await figures.unreached(connection, ref) if unreached else ()
            missing = await people.named(connection, ref, missed)
            tenant = await tenants.get(connection, row.cpts_id)
        return row, numbers, missing, tenant.zone_info

    row, numbers, missing, zone = perform(work)
    if as_json:
        typer.echo(numbers.model_dump_json())
    elif unreached:
        for person in missing:
            phone = readable(person.mobile) if person.mobile else "sans téléphone"
            name = f"{person.last_name} {person.first_name}"
            typer.echo(f"{name:<36.36} {person.profession:<22.22} {phone}")
        typer.echo(f"À appeler : {len(missing)}.")
    else:
        typer.echo(board(row, numbers, zone))


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


@app.command()
def log(crisis: CrisisId, *, as_json: AsJson = False) -> None:
    """Montre la main courante : ce qui est inscrit au registre, dans l'ordre."""

    async def work(
        instance: Instance,
    ) -> tuple[tuple[chronicle.LogLine, ...], ZoneInfo]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
            lines = await chronicle.log_of(connection, row.cpts_id, (crisis,))
        return lines, tenant.zone_info

    lines, zone = perform(work)
    if as_json:
        rows = [
            {
                "seq": line.seq,
                "at": line.at.isoformat(),
                "kind": line.kind,
                "text": told(line.kind, line.facts),
            }
            for line in lines
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    day = ""
    for line in lines:
        if (now := french_day(line.at, zone)) != day:
            day = now
            typer.echo(day)
        typer.echo(f"  {french_hour(line.at, zone)}  {told(line.kind, line.facts)}")


@app.command()
def lift(
    crisis: CrisisId,
    authority: Annotated[Authority, typer.Option(help="Qui décide la levée.")],
    *,
    reference: Annotated[str | None, typer.Option(help="Référence écrite.")] = None,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Lève une crise : rien de plus ne part, les personnes jointes sont prévenues."""

    async def work(instance: Instance) -> tuple[int, Figures, bool]:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
        order = LiftCrisis(
            cpts_id=row.cpts_id,
            crisis_id=crisis,
            authority=authority,
            reference=reference,
            actor=actor,
        )
        informed = await lift_crisis(database, order)
        ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
        going = await set_going(instance, ref)
        async with database.read() as connection:
            numbers = await figures.of_crisis(connection, ref, database.now())
        return informed, numbers, going

    informed, numbers, going = perform(work)
    if as_json:
        typer.echo(numbers.model_dump_json())
        return
    typer.echo(
        f"Crise {crisis} levée : {informed} personnes à prévenir. "
        f"{GOING if going else WAITING} Le compte rendu part ensuite à l'ARS."
    )
