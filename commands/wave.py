"""`tocsin crisis wave`: the waves of a crisis, held, advanced, or sent for safety."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from textwrap import fill
from typing import Annotated

import typer

from acts.steering import SafetyOrder, WaveOrder, send_safety, steer_wave
from acts.wave_outlook import wave_outlooks
from adapters.database import crises, plans, tenants, waves
from adapters.database.wave_plans import WaveState
from adapters.database.waves import WaveRow
from commands.acting import LEAD, perform, recorded, set_going
from commands.options import Actor, CrisisId
from domain.calendar import french_moment
from domain.terminal_board import WIDTH
from domain.wording import WAVE_LABELS, people
from instance import Instance

app = typer.Typer(help="Les vagues d'une crise.", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Vague : V2.", metavar="VAGUE")]
Reason = Annotated[str, typer.Option(help="Pourquoi, en une phrase.")]


@app.command("list")
def list_waves(crisis: CrisisId) -> None:
    """Dit quand chaque vague est partie, ou pourquoi elle attend."""

    async def work(instance: Instance) -> list[str]:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            zone = (await tenants.get(connection, row.cpts_id)).zone_info
            template = (await plans.frozen(connection, row)).template
            planned = await wave_outlooks(connection, row, database.now())
            sent = await waves.of_crisis(connection, row.ref)
        moment = partial(french_moment, now=database.now(), zone=zone)
        codes = {wave.code for wave in planned}
        return [
            *(
                f"{wave.code:<3} {WAVE_LABELS.get(wave.code, wave.code)} : "
                + wave.in_words(template, row.state, moment)
                for wave in planned
            ),
            *_others((each for each in sent if each.code not in codes), moment),
        ]

    for line in perform(work):
        typer.echo(fill(line, WIDTH, subsequent_indent=" " * 6))


def _others(
    sent: Iterable[WaveRow], moment: Callable[[datetime], str]
) -> Iterator[str]:
    """Say when other messages left: a line a kind, the first and the last of many."""
    by_code: dict[str, list[datetime]] = {}
    for each in sent:
        by_code.setdefault(each.code, []).append(each.leaves_at)
    for code, hours in by_code.items():
        label = WAVE_LABELS.get(code, code)
        if len(hours) == 1:
            yield f"    {label} : {moment(hours[0])}"
            continue
        first, last = moment(min(hours)), moment(max(hours))
        yield f"    {label} : {len(hours)} fois, d'abord {first}, enfin {last}"


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
    typer.echo(f"Message « {message} » adressé à {people(told)}.")
