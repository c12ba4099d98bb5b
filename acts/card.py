"""What people do with action cards: take, end with a proof, set aside, release."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from acts.conduct import advance
from acts.held import wake_up
from acts.runs import Ended, end_run
from adapters.database import cards, crises, situations
from adapters.database.cards import CardRun
from adapters.database.situations import Known
from adapters.database.unit import Act, Database
from domain.card import CardState, OrderSource
from domain.card_errors import (
    CardBlockedError,
    CardOverError,
    CardWaitsError,
    OrderNotAwaitedError,
    ProofIncompleteError,
    UnknownCardError,
)
from domain.card_fact import Order
from domain.errors import CrisisLiftedError, FutureInstantError
from domain.ledger import instant
from domain.privacy import refuse_patient_data
from domain.reference import CrisisRef
from domain.schedule import blocked_by

LONGEST_FIELD = 200


class CardOrder(BaseModel):
    """What somebody does with one run of a card."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    cpts_id: str
    crisis_id: str
    card_id: str
    run: int | None = None  # none: the first that is not over
    actor: str  # a role code

    @property
    def ref(self) -> CrisisRef:
        """The crisis."""
        return CrisisRef(cpts_id=self.cpts_id, crisis_id=self.crisis_id)


class ProveCard(CardOrder):
    """The proof that ends a run."""

    fields: Mapping[str, str]


class SetCardAside(CardOrder):
    """Why a run is without object, or was not done."""

    state: CardState = CardState.NOT_APPLICABLE
    reason: str = Field(min_length=3, max_length=LONGEST_FIELD)


class ReleaseCard(CardOrder):
    """An order that a card awaits, as an authority gave it."""

    source: OrderSource
    at: datetime
    reference: str = Field(min_length=1, max_length=120)


async def take_card(
    database: Database, order: CardOrder, person_id: str | None = None
) -> None:
    """Take a card: somebody answers for it from now on.

    Raises:
        CardBlockedError: Another card must be ended first.
        CardOverError: Nothing is left to do on it.
        CardWaitsError: It awaits an order.
        CrisisLiftedError: The crisis is closed.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        known, run = await _startable(act, order)
        taken = {
            "state": CardState.TAKEN,
            "taken_by": person_id,
            "taken_at": act.at,
        }
        await cards.change(act, order.crisis_id, run.scheduled.key, taken)
        act.note(
            "card.taken",
            about=order.crisis_id,
            actor=order.actor,
            facts={"card": run.card_id, "run": run.run},
        )
        act.wake(known.ref.workflow_id)


async def prove_card(database: Database, order: ProveCard) -> None:
    """End a card with its proof; one that is ended already is proved once more.

    Raises:
        CardBlockedError: Another card must be ended first.
        CardWaitsError: It awaits an order.
        CrisisLiftedError: The crisis is closed.
        PatientDataError: A field holds a patient's identity.
        ProofIncompleteError: A field of the proof is absent, unknown or too long.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(*order.fields.values())
    async with database.act(order.cpts_id) as act:
        known, run = await _startable(act, order, ended=True)
        _check_fields(known, order)
        await end_run(act, known, run, Ended(order.fields, order.actor, act.at))
        await advance(act, known.ref)
        act.wake(known.ref.workflow_id)


async def set_card_aside(database: Database, order: SetCardAside) -> None:
    """Say that a card is without object, or was not done, and why.

    Raises:
        CardOverError: Nothing is left to do on it.
        CrisisLiftedError: The crisis is closed.
        PatientDataError: The reason holds a patient's identity.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        known, run = await _run(act, order)
        if run.scheduled.over:
            raise CardOverError(card=order.card_id)
        said = {"state": order.state, "reason": order.reason, "done_at": act.at}
        await cards.change(act, order.crisis_id, run.scheduled.key, said)
        act.note(
            "card.aside",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "card": run.card_id,
                "run": run.run,
                "state": order.state,
                "reason": order.reason,
            },
        )
        await advance(act, known.ref)
        act.wake(known.ref.workflow_id)


async def release_card(database: Database, order: ReleaseCard) -> None:
    """Record an order that a card awaits: its clock starts once every group gave one.

    Raises:
        CrisisLiftedError: The crisis is closed.
        FutureInstantError: The order is dated in the future.
        OrderNotAwaitedError: The card awaits no order of this authority.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        known = await _open(act, order)
        laid = known.card(order.card_id)
        if laid is None:
            raise UnknownCardError(card=order.card_id)
        if order.at > act.at:
            raise FutureInstantError
        if not any(order.source in group for group in laid.awaited_orders):
            raise OrderNotAwaitedError(card=order.card_id, source=order.source)
        given = {(each.card_id, each.source) for each in known.facts.orders}
        if (order.card_id, order.source) not in given:
            said = Order(order.card_id, order.source, order.at)
            await cards.add_order(act, order.crisis_id, said, order.reference)
        act.note(
            "card.released",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "card": order.card_id,
                "source": order.source,
                "reference": order.reference,
                "given_at": instant(order.at),
            },
        )
        await advance(act, known.ref)
        act.wake(known.ref.workflow_id)


async def declare_event(database: Database, order: CardOrder) -> int:
    """Say that the condition of a card came true; give how many times it did.

    Raises:
        CrisisLiftedError: The crisis is closed.
        UnknownCardError: The crisis has no such card, or it has no condition.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        known = await _open(act, order)
        laid = known.card(order.card_id)
        if laid is None or laid.card.condition is None:
            raise UnknownCardError(card=order.card_id)
        number = await cards.add_event(act, order.crisis_id, order.card_id)
        act.note(
            "card.event",
            about=order.crisis_id,
            actor=order.actor,
            facts={"card": order.card_id, "event": number},
        )
        await advance(act, known.ref)
        act.wake(known.ref.workflow_id)
    return number


async def _open(act: Act, order: CardOrder) -> Known:
    crisis = await crises.lock(act, order.crisis_id)
    if crisis.state.is_over:
        raise CrisisLiftedError(crisis=order.crisis_id)
    await wake_up(act, crisis)
    return await situations.of_crisis(act.connection, crisis)


async def _run(
    act: Act, order: CardOrder, *, ended: bool = False
) -> tuple[Known, CardRun]:
    """Find the run: the one named, else the first not over, else the last."""
    known = await _open(act, order)
    line = [run for run in known.runs if run.card_id == order.card_id]
    if order.run is not None:
        line = [run for run in line if run.run == order.run]
    if not line:
        raise UnknownCardError(card=order.card_id)
    left = (run for run in line if not run.scheduled.over)
    found = next(left, line[-1] if ended or order.run else None)
    if found is None:
        raise CardOverError(card=order.card_id)
    return known, found


async def _startable(
    act: Act, order: CardOrder, *, ended: bool = False
) -> tuple[Known, CardRun]:
    known, run = await _run(act, order, ended=ended)
    if run.scheduled.over and not ended:
        raise CardOverError(card=order.card_id)
    if run.state is CardState.WAITING:
        raise CardWaitsError(card=order.card_id)
    laid, runs = known.card(order.card_id), [each.scheduled for each in known.runs]
    if laid is not None and not run.scheduled.over:
        awaited = blocked_by(laid, run.scheduled, known.laid, runs)
        if awaited:
            raise CardBlockedError(card=order.card_id, awaited=", ".join(awaited))
    return known, run


def _check_fields(known: Known, order: ProveCard) -> None:
    laid = known.card(order.card_id)
    wanted = laid.card.proof.fields if laid else ()
    missing = [name for name in wanted if not order.fields.get(name, "").strip()]
    unknown = [name for name in order.fields if name not in wanted]
    long = [n for n, value in order.fields.items() if len(value) > LONGEST_FIELD]
    if missing or unknown or long:
        raise ProofIncompleteError(
            card=order.card_id,
            missing=", ".join(missing) or "—",
            unknown=", ".join(unknown) or "—",
            long=", ".join(long) or "—",
        )
