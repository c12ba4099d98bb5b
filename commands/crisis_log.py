"""`tocsin crisis log|note`: the main courante, read and written."""

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from acts.crisis_log import NoteInLog, note_in_log
from adapters.database import crises, crisis_log, tenants
from adapters.database.chronicle import LogLine
from commands.acting import LEAD, perform, recorded
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.calendar import french_day, french_hour
from domain.chronicle import told
from instance import Instance


def log(crisis: CrisisId, *, as_json: AsJson = False) -> None:
    """Montre la main courante : ce qui est inscrit au registre, dans l'ordre."""

    async def work(instance: Instance) -> tuple[tuple[LogLine, ...], ZoneInfo]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
            lines = await crisis_log.read(connection, row.ref)
        return lines, tenant.zone_info

    lines, zone = perform(work)
    if as_json:
        rows = [
            {
                "seq": line.seq,
                "at": line.at.isoformat(),
                "kind": line.kind,
                "actor": line.actor,
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


def note(
    crisis: CrisisId,
    text: Annotated[
        str, typer.Argument(help="Un fait, une décision : 500 caractères.")
    ],
    *,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Écrit dans la main courante ; une correction s'ajoute, rien ne s'efface."""

    async def work(desk: Desk) -> None:
        order = recorded(NoteInLog, **desk.by(actor), text=text)
        await note_in_log(desk.instance.database, order)

    act_on(crisis, work).tell("Inscrit à la main courante.", as_json=as_json)
