"""By which ways a wave leaves: its cascade, what is carried, the night."""

from collections.abc import Iterable

from acts.wave_situation import is_short
from adapters.database import crises, plans, situations, tenants, waves
from adapters.database.crises import CrisisRow
from adapters.database.queueing import spared_less
from adapters.database.unit import Act
from adapters.database.waves import WaveRow
from domain.alert import WavePlan
from domain.cascade import (
    WITHOUT_CASCADE,
    Way,
    reminded_by,
    rung_twice,
    spared,
    steps_of,
    ways,
)
from domain.night import Ground, Night
from domain.reference import WaveRef
from domain.template import Template
from domain.wave import Channel, ChannelStep


async def ways_of(act: Act, ref: WaveRef, plan: WavePlan) -> tuple[Way, ...]:
    """Say by which ways a wave leaves, and when."""
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    template = (await plans.frozen(act.connection, crisis)).template
    pace = crisis.activation.pace
    steps = steps_of(template, plan.code, crisis.kinetic)
    found = ways(steps, crisis.carried, plan.leaves_at, pace)
    if not crisis.providers:
        return found  # mail alone: the hour of the wave is that of the night
    night = await _night(act, crisis, template)
    sending = _sending(steps, plan.code, plan.message)
    held = spared(found, sending, night, plan.leaves_at)
    return tuple(rung_twice(held, pace))


async def ways_left(
    act: Act, ref: WaveRef, said: tuple[str, Channel], person_id: str
) -> tuple[Way, ...]:
    """Say when a message leaves to somebody by this channel, if it is used now.

    Args:
        act: The act.
        ref: The wave.
        said: The message, and the channel.
        person_id: Whom it is for: the night spares less who holds a seat, or said so.

    Returns:
        A call is placed twice; nothing if the night holds it back.
    """
    message, channel = said
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    template = (await plans.frozen(act.connection, crisis)).template
    wave = await waves.get(act.connection, ref)
    steps = steps_of(template, wave.code, crisis.kinetic)
    night = await _night(act, crisis, template)
    now = Way(channel, act.at, act.at)
    sending = _sending(steps, wave.code, message)
    (held,) = spared((now,), sending, night, wave.leaves_at)
    sooner = await spared_less(act.connection, ref, held.sooner_to)
    if held.at(sooner=person_id in sooner) > act.at:
        return ()
    return tuple(rung_twice((now,), crisis.activation.pace))


async def _night(act: Act, crisis: CrisisRow, template: Template) -> Night:
    tenant = await tenants.get(act.connection, crisis.cpts_id)
    table, pace = template.departures.night, crisis.activation.pace
    return Night(table, tenant.zone_info, crisis.kinetic, pace)


def _sending(steps: Iterable[ChannelStep], code: str, message: str) -> str:
    """Name what the table of the night knows: the wave, or the message it is."""
    return message if steps is WITHOUT_CASCADE else code


async def ways_of_reminder(act: Act, ref: WaveRef, wave: WaveRow) -> tuple[Way, ...]:
    """Say by which ways the silent are reminded: those that asked them before.

    By night, those who may be woken; everybody if a minimum lacks, where the table of
    the night says so.
    """
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    template = (await plans.frozen(act.connection, crisis)).template
    pace = crisis.activation.pace
    steps = steps_of(template, wave.code, crisis.kinetic)
    patience = (wave.remind_at or act.at) - wave.leaves_at
    used = reminded_by(steps, patience, pace)
    found = ways(used, crisis.carried, act.at, pace)
    night = await _night(act, crisis, template)
    if night.falls_at(act.at):
        known = await situations.of_crisis(act.connection, crisis)
        short = await is_short(act.connection, known)
        grounds = frozenset({Ground.SHORT} if short else ())
        sending = _sending(steps, wave.code, wave.message)
        found = spared(found, sending, night, wave.leaves_at, grounds)
    return tuple(rung_twice(found, pace))
