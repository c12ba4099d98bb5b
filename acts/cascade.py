"""By which ways a wave leaves: its cascade, what is carried, the night."""

from adapters.database import crises, plans, tenants
from adapters.database.unit import Act
from domain.alert import WavePlan
from domain.cascade import WITHOUT_CASCADE, Way, spared, steps_of, ways
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
    return spared(found, plan.code if own else plan.message, night)


async def ways_of_reminder(act: Act, ref: WaveRef) -> tuple[Way, ...]:
    """Say by which ways the silent are reminded: once, in writing."""
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    return ways(WITHOUT_CASCADE, crisis.carried, act.at, crisis.activation.pace)
