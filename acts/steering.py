"""What the cell decides of waves: hold, advance, let go, send a safety message."""

from pydantic import Field

from acts.conduct import advance
from acts.held import NOT_OVER, OnCrisis, hold
from acts.wave import open_wave
from adapters.database import situations, wave_plans
from adapters.database.unit import Act, Database
from adapters.database.wave_plans import WavePlanRow, WaveState
from domain.alert import WavePlan, WaveTimes
from domain.audience import Call
from domain.card_errors import MessageNotAllowedError, UnknownWaveError, WaveGoneError
from domain.privacy import refuse_patient_data

SAFETY = "VS"


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
        said = WavePlanRow(code=order.code, state=order.state, reason=order.reason)
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


async def send_safety(database: Database, order: SafetyOrder) -> int:
    """Tell everyone in some zones to take shelter, withdraw or stay. Count them.

    Raises:
        CrisisOverError: The crisis is closed, or was a false alarm.
        MessageNotAllowedError: It is no safety message, or not in this state.
        UnknownCrisisError: No such crisis.
        UnknownWaveError: The plan has no safety wave.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_OVER)
        known = await situations.of_crisis(act.connection, crisis)
        template = known.plan.template
        sheet = next((s for s in template.waves if s.code == SAFETY), None)
        if sheet is None or sheet.answer_within is None:
            raise UnknownWaveError(wave=SAFETY)
        allowed = template.departures.state(crisis.state)
        if order.message not in sheet.messages or not allowed.allows(order.message):
            raise MessageNotAllowedError(message=order.message)
        zones = order.zones or crisis.activation.zones
        day = act.at.astimezone(known.tenant.zone_info).date()
        call = Call(sheet, crisis.kinetic, day, zones=frozenset(zones))
        everyone = await situations.candidates(act.connection, order.ref, day)
        found = call.to(everyone)
        within = sheet.answer_within.of(crisis.kinetic)
        times = WaveTimes(
            t0=act.at,
            now=act.at,
            after=sheet.leaves_after.of(crisis.kinetic),
            within=within,
            pace=crisis.activation.pace,
        )
        plan = WavePlan.asking(SAFETY, order.message, sheet.answers, times)
        says = {"zone": zones[0] if zones else "entière"}
        told = plan.model_copy(update={"says": says, "goes_on": True})
        ref = await open_wave(act, order.crisis_id, told, found.asked)
        await wave_plans.leave_out(act, ref, found)
        _note(act, order, zones)
    return len(found.asked)


def _note(act: Act, order: SafetyOrder, zones: tuple[str, ...]) -> None:
    act.note(
        "safety.sent",
        about=order.crisis_id,
        actor=order.actor,
        facts={"message": order.message, "zones": list(zones)},
    )
