"""How a crisis ends: proposed, lifted, a false alarm, stood down, closed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acts.alert import close_open_waves
from acts.held import NOT_CANCELLED, RUNNING, WRITING_UP, OnCrisis, hold
from acts.partners import tell_partners_the_end
from acts.wave import open_wave
from adapters.database import (
    cards,
    crises,
    deliveries,
    documents,
    same_person,
    tenants,
)
from adapters.database.crises import CrisisRow
from adapters.database.unit import Act, Database
from domain.alert import ClosedWhy, WavePlan
from domain.authority import Authority
from domain.calendar import french_hour
from domain.card import CardState
from domain.crisis import CrisisState, Origin
from domain.errors import AlreadyLiftedError
from domain.letter import MessageKind
from domain.message import InGsm7
from domain.order_errors import (
    AlreadyStoodDownError,
    LiftingAuthorityError,
    NeverRecognisedError,
    NotFiledError,
)
from domain.privacy import refuse_patient_data

_ENDED = (CardState.DONE, CardState.NOT_APPLICABLE, CardState.NOT_DONE)


class ProposeLifting(OnCrisis):
    """The cell proposes to the authority to lift, in writing (TC-18)."""

    criteria: Annotated[str, Field(max_length=500)] = ""


async def propose_lifting(database: Database, order: ProposeLifting) -> None:
    """Record a proposal; the CPTS does not lift by itself. It may be made again.

    Raises:
        CrisisOverError: The crisis is over.
        PatientDataError: The text holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.criteria)
    async with database.act(order.cpts_id) as act:
        await hold(act, order, RUNNING)
        await crises.change(act, order.crisis_id, {"lifting_proposed_at": act.at})
        act.note(
            "lifting.proposed",
            about=order.crisis_id,
            actor=order.actor,
            facts={"criteria": order.criteria or None},
        )


class LiftCrisis(OnCrisis):
    """The order to lift a crisis."""

    authority: Authority | None  # none: the presidency, of its own initiative
    reference: Annotated[str, Field(min_length=1, max_length=120)] | None = None


async def lift_crisis(database: Database, order: LiftCrisis) -> int:
    """Lift a crisis: nothing unsent leaves, everyone reached is told. Count them.

    Raises:
        AlreadyLiftedError: It was lifted before.
        CrisisOverError: It was a false alarm.
        LiftingAuthorityError: The CPTS alone may not lift this one.
        NeverRecognisedError: It is for the presidency to end this one.
        PatientDataError: The reference holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reference or "")
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_CANCELLED)
        if crisis.state not in RUNNING:
            raise AlreadyLiftedError(crisis=order.crisis_id)
        _check_who_lifts(crisis, order.authority)
        values: dict[str, object] = {
            "state": CrisisState.LIFTED,
            "lifted_at": act.at,
            "lifted_by": order.authority,
        }
        await crises.change(act, order.crisis_id, values)
        told = await _stop(act, crisis, ClosedWhy.LIFTED)
        act.note(
            "crisis.lifted",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "authority": order.authority,
                "reference": order.reference,
                "told": len(told),
            },
        )
        wave = WavePlan.informing("LEVEE", MessageKind.LIFTED, act.at)
        await open_wave(act, order.crisis_id, wave, told)
        await tell_partners_the_end(act, order.ref)
        act.sign_checkpoint()
    return len(told)


def _check_who_lifts(crisis: CrisisRow, authority: Authority | None) -> None:
    """Source: docs/sources.md#states."""
    said = crisis.activation
    ours = said.origin is Origin.LOCAL and crisis.confirmed_by is None
    if authority is None and not ours:
        raise LiftingAuthorityError(crisis=crisis.crisis_id)
    if authority is not None and ours:
        raise NeverRecognisedError(crisis=crisis.crisis_id)


async def _stop(act: Act, crisis: CrisisRow, why: ClosedWhy) -> tuple[str, ...]:
    """Close what still asks. List whoever was reached, and is to be told."""
    await close_open_waves(act, crisis.ref, why)
    await same_person.forget(act, crisis.crisis_id)
    return await deliveries.reached(act.connection, crisis.ref)


class CancelCrisis(OnCrisis):
    """The alarm was false."""

    reason: Annotated[str, Field(min_length=2, max_length=20), InGsm7]  # {motif}


async def cancel_crisis(database: Database, order: CancelCrisis) -> int:
    """Cancel a false alarm: whoever was reached is told at once, once. Count them.

    Raises:
        CrisisOverError: The crisis is over already.
        PatientDataError: The reason holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        values = {"state": CrisisState.CANCELLED, "cancelled_at": act.at}
        await crises.change(act, order.crisis_id, values)
        told = await _stop(act, crisis, ClosedWhy.CANCELLED)
        act.note(
            "crisis.cancelled",
            about=order.crisis_id,
            actor=order.actor,
            facts={"reason": order.reason, "told": len(told)},
        )
        tenant = await tenants.get(act.connection, order.cpts_id)
        hour = "".join(french_hour(act.at, tenant.zone_info).split())
        says = {"heure": hour, "motif": order.reason}
        wave = WavePlan.informing("ANNULATION", MessageKind.CANCELLED, act.at, says)
        await open_wave(act, order.crisis_id, wave, told)
        await tell_partners_the_end(act, order.ref, says)
        act.sign_checkpoint()
    return len(told)


class StandDown(OnCrisis):
    """The cell goes home, before or after the lifting."""


async def stand_down(database: Database, order: StandDown) -> None:
    """Record that the cell is stood down: a local act, which lifts nothing.

    Raises:
        AlreadyStoodDownError: It was before.
        CrisisOverError: The crisis is closed, or was a false alarm.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING | WRITING_UP)
        if crisis.stood_down_at is not None:
            raise AlreadyStoodDownError(crisis=order.crisis_id)
        await crises.change(act, order.crisis_id, {"stood_down_at": act.at})
        act.note("cell.stood_down", about=order.crisis_id, actor=order.actor)


class CloseCrisis(OnCrisis):
    """Nothing more is expected of this crisis."""


class Remaining(BaseModel):
    """What a closed crisis leaves open."""

    model_config = ConfigDict(frozen=True)

    cards: int  # not ended
    receipts: int  # documents sent that nobody acknowledged
    reference: bool  # the written one never came


async def close_crisis(database: Database, order: CloseCrisis) -> Remaining:
    """Close a crisis once its report is made. Say what remains open.

    Raises:
        CrisisOverError: It runs, was a false alarm, or is closed already.
        NotFiledError: Its report is not made yet.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, WRITING_UP)
        if crisis.filed_at is None:
            raise NotFiledError(crisis=order.crisis_id)
        runs = await cards.of_crisis(act.connection, order.ref)
        posted = await documents.transmissions_of(act.connection, order.ref)
        remaining = Remaining(
            cards=sum(run.state not in _ENDED for run in runs),
            receipts=sum(row.received_at is None for row in posted),
            reference=crisis.reference is None,
        )
        await crises.change(act, order.crisis_id, {"state": CrisisState.CLOSED})
        act.note(
            "crisis.closed",
            about=order.crisis_id,
            actor=order.actor,
            facts=remaining.model_dump(),
        )
        act.sign_checkpoint()
    return remaining
