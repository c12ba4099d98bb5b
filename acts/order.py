"""What completes the order of a crisis: its call-back, its writing, its speed."""

from typing import Annotated

from pydantic import Field

from acts.conduct import advance
from acts.held import NOT_CANCELLED, RUNNING, OnCrisis, hold
from acts.recognition import stop_asking
from adapters.database import crises
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.authority import Authority
from domain.crisis import CrisisState, Instant, Origin, Reference, refuse_future
from domain.ledger import instant
from domain.order_errors import (
    AlreadyConfirmedError,
    CallBackNotAwaitedError,
    CallBackTooEarlyError,
    UnnamedAuthorityError,
)
from domain.privacy import refuse_patient_data
from domain.wave import Kinetic


class RecordCallBack(OnCrisis):
    """The authority was called back: the order is its own."""

    called_back_at: Instant
    reference: Reference | None = None


async def record_call_back(database: Database, order: RecordCallBack) -> CrisisState:
    """Turn a pre-alert into an active crisis. Give its new state.

    Raises:
        CallBackNotAwaitedError: It is no pre-alert.
        CallBackTooEarlyError: The call-back comes before the order.
        CrisisOverError: The crisis is over.
        FutureInstantError: The call-back is not past.
        PatientDataError: The reference holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reference or "")
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        if crisis.state is not CrisisState.PRE_ALERT:
            raise CallBackNotAwaitedError(crisis=order.crisis_id)
        refuse_future(act.at, order.called_back_at)
        if order.called_back_at < crisis.t0:
            raise CallBackTooEarlyError(crisis=order.crisis_id)
        reference = crisis.reference or order.reference
        state = CrisisState.ACTIVE if reference else CrisisState.ACTIVE_TO_CONFIRM
        values = {"called_back_at": order.called_back_at, "state": state}
        if crisis.reference is None and reference:
            giver = crisis.activation.authority
            values |= _confirmed(reference, act.at, giver)
        await crises.change(act, order.crisis_id, values)
        act.note(
            "order.called_back",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "called_back_at": instant(order.called_back_at),
                "reference": reference,
                "state": state,
            },
        )
        await advance(act, order.ref)  # the alert leaves at once
        act.sign_checkpoint()
    return state


class ConfirmOrder(OnCrisis):
    """The order is confirmed in writing; of a local initiative: it is recognised."""

    reference: Reference
    authority: Authority | None = None  # none: the one that gave the order
    written_at: Instant | None = None  # none: now


async def confirm_order(database: Database, order: ConfirmOrder) -> CrisisState:
    """Record the written reference, whatever the state. Give the state.

    A recognition has a date of its own: T0 stays what it was.

    Raises:
        AlreadyConfirmedError: The order has its reference.
        CrisisOverError: It was a false alarm.
        FutureInstantError: The writing is not past.
        PatientDataError: The reference holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnnamedAuthorityError: Nobody says which authority recognises an initiative.
    """
    refuse_patient_data(order.reference)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_CANCELLED)
        if crisis.reference is not None:
            raise AlreadyConfirmedError(crisis=order.crisis_id)
        authority = order.authority or crisis.activation.authority
        if authority is None:
            raise UnnamedAuthorityError(crisis=order.crisis_id)
        written_at = order.written_at or act.at
        refuse_future(act.at, written_at)
        state = _confirmed_state(crisis)
        values = _confirmed(order.reference, written_at, authority)
        await crises.change(act, order.crisis_id, values | {"state": state})
        await stop_asking(act, order.ref)
        act.note(
            "order.confirmed",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "authority": authority,
                "reference": order.reference,
                "written_at": instant(written_at),
                "recognises": crisis.activation.origin is Origin.LOCAL,
                "state": state,
            },
        )
        act.sign_checkpoint()
    return state


def _confirmed(
    reference: str, at: Instant, authority: Authority | None
) -> dict[str, object]:
    return {"reference": reference, "confirmed_at": at, "confirmed_by": authority}


def _confirmed_state(crisis: CrisisRow) -> CrisisState:
    """A pre-alert still waits for its call-back; what is over stays over."""
    if crisis.state is CrisisState.ACTIVE_TO_CONFIRM:
        return CrisisState.ACTIVE
    return crisis.state


class SetKinetic(OnCrisis):
    """The cell changes how fast the crisis is conducted, and says why (TC-03)."""

    kinetic: Kinetic
    reason: Annotated[str, Field(min_length=2, max_length=200)]


async def set_kinetic(database: Database, order: SetKinetic) -> None:
    """Choose the delays of every card; the same choice twice is made once.

    Raises:
        CrisisOverError: The crisis is over.
        PatientDataError: The reason holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        if crisis.chosen_kinetic is order.kinetic:
            return
        chosen = {"kinetic": order.kinetic, "kinetic_chosen": True}
        await crises.change(act, order.crisis_id, chosen)
        act.note(
            "kinetic.set",
            about=order.crisis_id,
            actor=order.actor,
            facts={"kinetic": order.kinetic, "reason": order.reason},
        )
