"""`tocsin crisis mission`: propose one, list them, call one off."""

import json
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from acts.mission import (
    CancelMission,
    ProposeMission,
    cancel_mission,
    propose_mission,
)
from adapters.database import crises, missions, people, tenants, waves
from commands.acting import GOING, LEAD, WAITING, instant, perform, set_going
from commands.options import Actor, AsJson, CrisisId
from domain.calendar import french_hour, french_instant
from domain.mission import Mission, MissionOrder
from domain.reference import CrisisRef, WaveRef
from domain.wording import MISSION_LABELS
from instance import Instance

app = typer.Typer(
    help="Les missions : personne ne part sans en avoir accepté une.",
    no_args_is_help=True,
)
SOON = timedelta(hours=1)  # « 22:05 » at 22:10 is five minutes ago, not tomorrow


@app.command()
def propose(  # noqa: PLR0913 - one option a line of the order
    crisis: CrisisId,
    *,
    person: Annotated[str, typer.Option(help="RPPS, courriel ou identifiant.")],
    card: Annotated[str, typer.Option(help="Fiche, par exemple T2-07.")],
    place: Annotated[str, typer.Option(help="Où se rendre.")],
    contact: Annotated[str, typer.Option(help="Qui attend sur place, et son numéro.")],
    begin: Annotated[str, typer.Option("--from", help="Début : 08:00, ou ISO 8601.")],
    until: Annotated[str, typer.Option(help="Fin : 12:00, ou ISO 8601.")],
    zone: Annotated[
        str | None,
        typer.Option(help="Zone du lieu ; sans elle, toute interdiction retient."),
    ] = None,
    wished: Annotated[
        bool,
        typer.Option("--wished", help="La personne demande à être prévenue la nuit."),
    ] = False,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Propose une mission : la personne l'accepte ou non, sur sa page."""

    async def work(instance: Instance) -> tuple[str, bool, str]:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
            found = await people.find(connection, ref, person)
            tenant = await tenants.get(connection, row.cpts_id)
        local = tenant.zone_info
        starts_at = _coming("--from", begin, local, database.now() - SOON)
        said = {
            "card_id": card,
            "person_id": found,
            "place": place,
            "zone": zone,
            "contact": contact,
            "starts_at": starts_at,
            "ends_at": _coming("--until", until, local, starts_at),
        }
        order = ProposeMission(
            **ref.model_dump(),
            mission=MissionOrder.model_validate(said),
            actor=actor,
            wished=wished,
        )
        mission_id = await propose_mission(database, order)
        async with database.read() as connection:
            mission = await missions.get(connection, ref, mission_id)
            wave = WaveRef(**ref.model_dump(), wave=mission.wave)
            leaves_at = (await waves.get(connection, wave)).leaves_at
        later = (
            f"Il fait nuit : le courriel part à {french_hour(leaves_at, local)}."
            if leaves_at > mission.proposed_at
            else ""
        )
        return mission_id, await set_going(instance, ref), later

    mission_id, going, later = perform(work)
    if as_json:
        typer.echo(json.dumps({"mission_id": mission_id}))
        return
    typer.echo(
        f"Mission {mission_id} proposée. {later or (GOING if going else WAITING)}"
    )


def _coming(option: str, text: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Read an hour as the next one after this instant, or an ISO 8601 instant."""
    at = instant(option, text, zone, after)
    return at + timedelta(days=1) if at <= after and ":" in text[:3] else at


@app.command("list")
def list_all(crisis: CrisisId, *, as_json: AsJson = False) -> None:
    """Liste les missions d'une crise, et où en est chacune."""

    async def work(
        instance: Instance,
    ) -> tuple[tuple[Mission, ...], dict[str, str], ZoneInfo]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
            tenant = await tenants.get(connection, row.cpts_id)
            rows = await missions.of_crisis(connection, ref)
            ids = tuple({each.person_id for each in rows})
            known = await people.named(connection, ref, ids)
        names = {p.person_id: f"{p.last_name} {p.first_name}" for p in known}
        return rows, names, tenant.zone_info

    rows, names, local = perform(work)
    if as_json:
        found = [each.model_dump(mode="json") for each in rows]
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in rows:
        begin = french_instant(each.starts_at, local)
        typer.echo(
            f"{each.mission_id:<4} {each.card_id:<6} {MISSION_LABELS[each.state]:<10} "
            f"{names[each.person_id]:<28.28} {begin} "
            f"(fin {french_hour(each.ends_at, local)}), {each.place}"
        )
    typer.echo(f"Missions : {len(rows)}.")


@app.command()
def cancel(
    crisis: CrisisId,
    mission: Annotated[
        str, typer.Argument(help="Identifiant de la mission.", metavar="MISSION")
    ],
    *,
    actor: Actor = LEAD,
) -> None:
    """Annule une mission : la personne en est prévenue, sa place lui reste."""

    async def work(instance: Instance) -> bool:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
        ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
        order = CancelMission(**ref.model_dump(), mission_id=mission, actor=actor)
        await cancel_mission(instance.database, order)
        return await set_going(instance, ref)

    going = perform(work)
    typer.echo(f"Mission {mission} annulée. {GOING if going else WAITING}")
    typer.echo("Appelez la personne si elle est déjà en route.")
