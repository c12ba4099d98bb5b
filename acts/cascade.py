"""By which ways a wave leaves: its cascade, what is carried, the night."""

from adapters.database import crises, plans, tenants
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
from domain.night import Night
from domain.reference import WaveRef


async def ways_of(act: Act, ref: WaveRef, plan: WavePlan) -> tuple[Way, ...]:
    """Say by which ways a wave leaves, and when."""
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    template = (await plans.frozen(act.connection, crisis)).template
    pace = crisis.activation.pace
    steps = steps_of(template, plan.code, crisis.kinetic)
    found = ways(steps, crisis.carried, plan.leaves_at, pace)
    if not crisis.providers:
        return found  # mail alone: the hour of the wave is that of the night
    tenant = await tenants.get(act.connection, ref.cpts_id)
    night = Night(template.departures.night, tenant.zone_info, crisis.kinetic, pace)
    own = steps is not WITHOUT_CASCADE
    held = spared(found, plan.code if own else plan.message, night)
    return tuple(rung_twice(held, pace))


async def ways_of_reminder(act: Act, ref: WaveRef, wave: WaveRow) -> tuple[Way, ...]:
    """Say by which ways the silent are reminded: those that asked them before."""
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    template = (await plans.frozen(act.connection, crisis)).template
    pace = crisis.activation.pace
    steps = steps_of(template, wave.code, crisis.kinetic)
    patience = (wave.remind_at or act.at) - wave.leaves_at
    used = reminded_by(steps, patience, pace)
    return tuple(rung_twice(ways(used, crisis.carried, act.at, pace), pace))
