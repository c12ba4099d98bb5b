"""What people do with action cards: take, end with a proof, set aside, release."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import Field

from acts.conduct import advance
from acts.held import NOT_OVER, OnCrisis, hold
from acts.runs import Ended, end_run, run_in_hand
from adapters.database import cards, situations
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
from domain.errors import FutureInstantError
from domain.ledger import instant
from domain.privacy import refuse_patient_data
from domain.same_call import same_call
from domain.schedule import blocked_by

LONGEST_FIELD = 200


class CardOrder(OnCrisis):
    """What somebody does with one run of a card."""

    card_id: str
    run: int | None = None  # none: the first that is not over


class ProveCard(CardOrder):
    """The proof that ends a run, or corrects the one that did."""

    fields: Mapping[str, str]
    same_call: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    """Proofs of other cards that the same call does, by card; what they share with
    `fields` need not be said again."""
    corrects: bool = False


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
        CrisisOverError: The crisis is closed.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        _, run = await _startable(act, order)
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


async def prove_card(database: Database, order: ProveCard) -> None:
    """End a card with its proof; a correction is one more proof of one that is ended.

    Raises:
        CardBlockedError: Another card must be ended first.
        CardOverError: Somebody ended it before, and this corrects nothing.
        CardWaitsError: It awaits an order.
        CrisisOverError: The crisis is closed.
        PatientDataError: A field holds a patient's identity.
        ProofIncompleteError: A field of the proof is absent, unknown or too long.
        UnknownCardError: The crisis has no such card, or another call does it.
        UnknownCrisisError: No such crisis.
    """
    every = (order.fields, *order.same_call.values())
    refuse_patient_data(*(value for fields in every for value in fields.values()))
    async with database.act(order.cpts_id) as act:
        known, run = await _startable(act, order, ended=order.corrects)
        _check_fields(known, order.card_id, order.fields)
        ended = Ended(order.fields, order.actor, act.at)
        others = tuple(_same_call(known, order)) if not order.corrects else ()
        await end_run(act, known, run, ended, others)
        await advance(act, known.ref)


def _same_call(
    known: Known, order: ProveCard
) -> Iterator[tuple[CardRun, Mapping[str, str]]]:
    """Give the runs that the same call does, each with all its fields."""
    others = {laid.card_id: laid for laid in same_call(known.laid, order.card_id)}
    for card_id, typed in order.same_call.items():
        if card_id not in others:
            raise UnknownCardError(card=card_id)
        run = run_in_hand(known, card_id)
        if run is None:
            raise CardOverError(card=card_id)
        _check_start(known, run)
        wanted = others[card_id].card.proof.fields
        shared = {name: said for name, said in order.fields.items() if name in wanted}
        fields = {**shared, **typed}
        _check_fields(known, card_id, fields)
        yield run, fields


async def set_card_aside(database: Database, order: SetCardAside) -> None:
    """Say that a card is without object, or was not done, and why.

    Raises:
        CardOverError: Nothing is left to do on it.
        CrisisOverError: The crisis is closed.
        PatientDataError: The reason holds a patient's identity.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reason)
    async with database.act(order.cpts_id) as act:
        known, run = await _run(act, order)
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


async def release_card(database: Database, order: ReleaseCard) -> None:
    """Record an order that a card awaits: its clock starts once every group gave one.

    Raises:
        CrisisOverError: The crisis is closed.
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


async def declare_event(database: Database, order: CardOrder) -> int:
    """Say that the condition of a card came true; give how many times it did.

    Raises:
        CrisisOverError: The crisis is closed.
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
    return number


async def _open(act: Act, order: CardOrder) -> Known:
    crisis = await hold(act, order, NOT_OVER)
    return await situations.of_crisis(act.connection, crisis)


async def _run(
    act: Act, order: CardOrder, *, ended: bool = False
) -> tuple[Known, CardRun]:
    """Find the run: the one named, else the first not over, or the last that ended."""
    known = await _open(act, order)
    line = [run for run in known.runs if run.card_id == order.card_id]
    if order.run is not None:
        line = [run for run in line if run.run == order.run]
    if not line:
        raise UnknownCardError(card=order.card_id)
    over = [run for run in line if run.scheduled.over]
    left = [run for run in line if not run.scheduled.over]
    if ended and over:
        return known, over[-1]
    if not left:
        raise CardOverError(card=order.card_id)
    return known, left[0]


async def _startable(
    act: Act, order: CardOrder, *, ended: bool = False
) -> tuple[Known, CardRun]:
    known, run = await _run(act, order, ended=ended)
    _check_start(known, run)
    return known, run


def _check_start(known: Known, run: CardRun) -> None:
    if run.state is CardState.WAITING:
        raise CardWaitsError(card=run.card_id)
    laid, runs = known.card(run.card_id), [each.scheduled for each in known.runs]
    if laid is not None and not run.scheduled.over:
        awaited = blocked_by(laid, run.scheduled, known.laid, runs)
        if awaited:
            raise CardBlockedError(card=run.card_id, awaited=", ".join(awaited))


def _check_fields(known: Known, card_id: str, said: Mapping[str, str]) -> None:
    laid = known.card(card_id)
    wanted = laid.card.proof.fields if laid else ()
    missing = [name for name in wanted if not said.get(name, "").strip()]
    unknown = [name for name in said if name not in wanted]
    long = [name for name, value in said.items() if len(value) > LONGEST_FIELD]
    if missing or unknown or long:
        raise ProofIncompleteError(
            card=card_id,
            missing=", ".join(missing) or "—",
            unknown=", ".join(unknown) or "—",
            long=", ".join(long) or "—",
        )
