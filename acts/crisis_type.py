"""Types of a crisis, added and removed while it runs, on a new reference."""

from typing import Annotated

from pydantic import Field

from acts.conduct import advance
from acts.held import RUNNING, OnCrisis, hold
from adapters.database import crises, crisis_types, plans, seats
from adapters.database.crises import CrisisRow
from adapters.database.unit import Act, Database
from domain.crisis import ActivatedType, Instant, Reference, refuse_future
from domain.crisis_type import fastest
from domain.ledger import instant
from domain.order_errors import LastTypeError, TypeAlreadyGivenError, TypeNotGivenError
from domain.plan import Plan
from domain.privacy import refuse_patient_data


class AddType(OnCrisis):
    """The authority extends the order to one more type."""

    type_code: str
    scenarios: tuple[str, ...]
    received_at: Instant  # the T0 of this type
    reference: Reference


async def add_type(database: Database, order: AddType) -> ActivatedType:
    """Give a running crisis one more type: its cards count from its own T0.

    Raises:
        CrisisOverError: The crisis is over.
        FutureInstantError: The order is not past.
        PatientDataError: The reference holds a patient's identity.
        TypeAlreadyGivenError: The crisis has this type.
        UnknownCrisisError: No such crisis.
        UnknownTypeError: Its plan has no such type or scenario.
    """
    refuse_patient_data(order.reference)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        refuse_future(act.at, order.received_at)
        plan = await plans.frozen(act.connection, crisis)
        (added,) = plan.template.activated((order.type_code,), order.scenarios)
        if added.code in await _codes(act, crisis):
            raise TypeAlreadyGivenError(crisis=order.crisis_id, type=added.code)
        await crisis_types.forget(act, order.ref, added.code)
        await crisis_types.add(
            act, order.crisis_id, (added,), order.received_at, order.reference
        )
        act.note(
            "type.added",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "type": added.code,
                "scenarios": list(added.scenarios),
                "label": plan.template.type_sheet(added.code).label,
                "t0": instant(order.received_at),
                "reference": order.reference,
            },
        )
        await _set_out(act, crisis, plan)
        act.sign_checkpoint()
    return added


async def _codes(act: Act, crisis: CrisisRow) -> tuple[str, ...]:
    types = await crisis_types.current(act.connection, crisis.ref, crisis.activation)
    return tuple(each.code for each in types)


async def _set_out(act: Act, crisis: CrisisRow, plan: Plan) -> None:
    """Go on with the types of now: their speed unless one was chosen, their cards."""
    types = await crisis_types.current(act.connection, crisis.ref, crisis.activation)
    speed = crisis.chosen_kinetic or fastest(plan.template.scenarios_of(types))
    await crises.change(act, crisis.crisis_id, {"kinetic": speed})
    await advance(act, crisis.ref)


class RemoveType(OnCrisis):
    """The authority takes one type out of the order."""

    type_code: str
    reference: Reference
    reason: Annotated[str, Field(min_length=2, max_length=200)]


async def remove_type(database: Database, order: RemoveType) -> int:
    """Take a type out of a running crisis. Count those who hold a seat for it.

    Seats that nobody took are wanted no more; those who sit are for the cell to tell.

    Raises:
        CrisisOverError: The crisis is over.
        LastTypeError: It is the only one.
        PatientDataError: The reference or the reason holds a patient's identity.
        TypeNotGivenError: The crisis does not have this type.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reference, order.reason)
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        plan = await plans.frozen(act.connection, crisis)
        types = await crisis_types.current(act.connection, order.ref, crisis.activation)
        left = tuple(each for each in types if each.code != order.type_code)
        if len(left) == len(types):
            raise TypeNotGivenError(crisis=order.crisis_id, type=order.type_code)
        if not left:
            raise LastTypeError(crisis=order.crisis_id, type=order.type_code)
        await crisis_types.remove(act, order.ref, order.type_code, order.reason)
        kept = {card.card_id for card in plan.template.cards_for(left)}
        gone = (card.card_id for card in plan.template.cards_for(types))
        unwanted = frozenset(gone) - kept
        held = await seats.withdraw(act, order.crisis_id, unwanted)
        act.note(
            "type.removed",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "type": order.type_code,
                "label": plan.template.type_sheet(order.type_code).label,
                "reference": order.reference,
                "reason": order.reason,
                "seated": held,
            },
        )
        await _set_out(act, crisis, plan)
        act.sign_checkpoint()
    return held
