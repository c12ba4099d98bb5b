"""`tocsin crisis`: its commands put together."""

import json

import typer

from adapters.database import crises, tenants
from adapters.database.crises import CrisisRow
from commands import card, crisis_type, mission, partners, sitrep, survey, wave
from commands.acting import perform
from commands.ban import ban
from commands.crisis_log import log, note
from commands.ending import cancel, close, leave, lift
from commands.letter import letter
from commands.opening import CptsId, open_one
from commands.options import AsJson
from commands.order import call_back, confirm, kinetic
from commands.preview import preview
from commands.seats import show_seats
from commands.standing import status
from domain.wording import STATE_LABELS
from instance import Instance

app = typer.Typer(help="Les crises d'une CPTS.", no_args_is_help=True)
app.command("preview")(preview)
app.command("open")(open_one)
app.command("call-back")(call_back)
app.command("confirm")(confirm)
app.command("kinetic")(kinetic)
app.command("ban")(ban)
app.command("log")(log)
app.command("note")(note)
app.command("status")(status)
app.command("seats")(show_seats)
app.command("partners")(partners.show_partners)
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
app.add_typer(partners.app, name="partner")


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
