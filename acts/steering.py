"""What the cell decides of waves: hold, advance, let go, send a safety message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.conduct import advance
from acts.held import NOT_OVER, OnCrisis, hold
from acts.wave import open_wave
from adapters.database import crises, situations, wave_plans
from adapters.database.unit import Database
from adapters.database.wave_plans import WavePlanRow, WaveState
from domain.alert import WavePlan, WaveTimes
from domain.audience import Call, Recipients
from domain.card_errors import MessageNotAllowedError, UnknownWaveError, WaveGoneError
from domain.crisis import CrisisState
from domain.message import zones_in_short
from domain.order_errors import UnknownZoneError
from domain.privacy import refuse_patient_data
from domain.wave import WaveSheet

SAFETY = "VS"
_ANY = frozenset(CrisisState)  # the plan says in which a safety message leaves


class WaveOrder(OnCrisis):
    """What the cell decides of one wave, and why."""

    code: str
    state: WaveState  # RETENUE, AVANCEE, AUTO
    reason: str = Field(min_length=3, max_length=200)


async def steer_wave(database: Database, order: WaveOrder) -> None:
    """Hold a wave, let it leave before its hour, or by itself again.

    Raises:
        CrisisOverError: The crisis is closed, or was a false alarm.
        PatientDataError: The reason holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnknownWaveError: The plan has no such wave.
        WaveGoneError: It has left already.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_OVER)
        known = await situations.of_crisis(act.connection, crisis)
        if order.code not in {sheet.code for sheet in known.plan.template.waves}:
            raise UnknownWaveError(wave=order.code)
        decided = await wave_plans.of_crisis(act.connection, order.ref)
        row = decided.get(order.code)
        if row is not None and row.wave is not None:
            raise WaveGoneError(wave=order.code)
        said = WavePlanRow(
            code=order.code,
            state=order.state,
            reason=order.reason,
            decided_by=order.actor,
        )
        await wave_plans.decide(act, order.crisis_id, said)
        act.note(
            "wave.steered",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "code": order.code,
                "state": order.state,
                "reason": order.reason,
            },
        )
        await advance(act, order.ref)


class SafetyOrder(OnCrisis):
    """A message that protects: to whoever may be in these zones, whatever they said."""

    message: str  # abri, repli, poste
    zones: tuple[str, ...] = ()  # none named: those of the order


@dataclass(frozen=True, slots=True)
class ForeseenSafety:
    """A safety message about to leave: whom it reaches, and where."""

    sheet: WaveSheet
    within: timedelta
    zones: tuple[str, ...]
    found: Recipients


async def foresee_safety(
    connection: AsyncConnection, order: SafetyOrder, now: datetime
) -> ForeseenSafety:
    """Say whom a safety message would reach; nothing is written.

    Raises:
        MessageNotAllowedError: It is no safety message, or not in this state.
        UnknownCrisisError: No such crisis.
        UnknownWaveError: The plan has no safety wave.
        UnknownZoneError: The CPTS has no such zone.
    """
    crisis = await crises.get(connection, order.cpts_id, order.crisis_id)
    known = await situations.of_crisis(connection, crisis)
    template, tenant = known.plan.template, known.tenant
    sheet = next((s for s in template.waves if s.code == SAFETY), None)
    if sheet is None or sheet.answer_within is None:
        raise UnknownWaveError(wave=SAFETY)
    allowed = template.departures.state(crisis.state)
    if order.message not in sheet.messages or not allowed.allows(order.message):
        raise MessageNotAllowedError(message=order.message)
    for zone in order.zones:
        if zone not in tenant.zones:
            raise UnknownZoneError(zone=zone, zones=", ".join(tenant.zones))
    zones = order.zones or crisis.activation.zones
    day = now.astimezone(tenant.zone_info).date()
    call = Call(sheet, crisis.kinetic, day, zones=frozenset(zones))
    everyone = await known.directory.on(day)
    within = sheet.answer_within.of(crisis.kinetic)
    return ForeseenSafety(sheet, within, zones, call.to(everyone))


async def send_safety(database: Database, order: SafetyOrder) -> int:
    """Tell everyone in some zones to take shelter, withdraw or stay. Count them.

    Raises:
        FormAlreadyPostedError: The same form was taken before.
        MessageNotAllowedError: It is no safety message, or not in this state.
        UnknownCrisisError: No such crisis.
        UnknownWaveError: The plan has no safety wave.
        UnknownZoneError: The CPTS has no such zone.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, _ANY)
        foreseen = await foresee_safety(act.connection, order, act.at)
        times = WaveTimes(
            t0=act.at,
            now=act.at,
            after=foreseen.sheet.leaves_after.of(crisis.kinetic),
            within=foreseen.within,
            pace=crisis.activation.pace,
        )
        plan = WavePlan.asking(SAFETY, order.message, foreseen.sheet.answers, times)
        says = {
            "zone": zones_in_short(foreseen.zones, "concernée") or "entière",
            "zones": ", ".join(foreseen.zones) or "tout le territoire",
        }
        told = plan.model_copy(update={"says": says, "goes_on": True})
        asked = foreseen.found.asked
        ref = await open_wave(act, order.crisis_id, told, asked)
        await wave_plans.leave_out(act, ref, foreseen.found)
        act.note(
            "safety.sent",
            about=order.crisis_id,
            actor=order.actor,
            facts={"message": order.message, "zones": list(foreseen.zones)},
        )
    return len(asked)
