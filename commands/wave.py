"""`tocsin crisis wave`: the waves of a crisis, held, advanced, or sent for safety."""

from typing import Annotated

import typer

from acts.steering import SafetyOrder, WaveOrder, send_safety, steer_wave
from adapters.database import crises, tenants, wave_plans, waves
from adapters.database.wave_plans import WaveState
from commands.acting import LEAD, perform, recorded, set_going
from commands.options import Actor, CrisisId
from domain.calendar import french_hour
from domain.chronicle import WAVES
from domain.reference import CrisisRef
from instance import Instance

app = typer.Typer(help="Les vagues d'une crise.", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Vague : V2.", metavar="VAGUE")]
Reason = Annotated[str, typer.Option(help="Pourquoi, en une phrase.")]


@app.command("list")
def list_waves(crisis: CrisisId) -> None:
    """Liste les vagues parties, puis celles que la cellule retient ou avance."""

    async def work(instance: Instance) -> list[str]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=row.crisis_id)
            zone = (await tenants.get(connection, ref.cpts_id)).zone_info
            gone = await waves.of_crisis(connection, ref)
            decided = await wave_plans.of_crisis(connection, ref)
        lines = [
            f"{wave.wave:>3}  {WAVES.get(wave.code, wave.code)}, "
            f"partie à {french_hour(wave.leaves_at, zone)}"
            f"{' (close)' if wave.closed_at else ''}"
            for wave in gone
        ]
        return lines + [
            f"  -  {WAVES.get(plan.code, plan.code)} : "
            f"{plan.state.lower()}, {plan.reason}"
            for plan in decided.values()
            if plan.wave is None
        ]

    for line in perform(work):
        typer.echo(line)


@app.command()
def hold(crisis: CrisisId, wave: Code, *, reason: Reason, actor: Actor = LEAD) -> None:
    """Retient une vague : elle ne part plus seule."""
    _steer(crisis, wave, WaveState.HELD, reason, actor)
    typer.echo(f"Vague {wave} retenue.")


@app.command("advance")
def advance_wave(
    crisis: CrisisId, wave: Code, *, reason: Reason, actor: Actor = LEAD
) -> None:
    """Avance une vague : elle part dès que ses conditions sont remplies."""
    _steer(crisis, wave, WaveState.ADVANCED, reason, actor)
    typer.echo(f"Vague {wave} avancée.")


@app.command()
def release(
    crisis: CrisisId, wave: Code, *, reason: Reason, actor: Actor = LEAD
) -> None:
    """Rend une vague à son heure."""
    _steer(crisis, wave, WaveState.AUTO, reason, actor)
    typer.echo(f"Vague {wave} rendue à son heure.")


def _steer(crisis: str, code: str, state: WaveState, reason: str, actor: str) -> None:
    async def work(instance: Instance) -> None:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
        order = recorded(
            WaveOrder,
            cpts_id=row.cpts_id,
            crisis_id=row.crisis_id,
            code=code.upper(),
            state=state,
            reason=reason,
            actor=actor,
        )
        await steer_wave(instance.database, order)
        await set_going(instance, order.ref)

    perform(work)


@app.command()
def safety(
    crisis: CrisisId,
    message: Annotated[
        str, typer.Argument(help="abri, repli ou poste.", metavar="MESSAGE")
    ],
    *,
    zones: Annotated[
        list[str] | None,
        typer.Option("--zone", help="Zone concernée ; peut se répéter."),
    ] = None,
    actor: Actor = LEAD,
) -> None:
    """Envoie un message de sécurité à tous ceux de la zone, quoi qu'ils aient dit."""

    async def work(instance: Instance) -> int:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
        order = recorded(
            SafetyOrder,
            cpts_id=row.cpts_id,
            crisis_id=row.crisis_id,
            message=message,
            zones=tuple(zones or ()),
            actor=actor,
        )
        told = await send_safety(instance.database, order)
        await set_going(instance, order.ref)
        return told

    told = perform(work)
    typer.echo(f"Message « {message} » adressé à {told} personnes.")
