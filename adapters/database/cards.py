"""Runs of action cards: where each stands, what proves it, what it awaits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis, named
from adapters.database.tables import card_events, card_orders, card_runs, proofs
from adapters.database.unit import Act
from domain.card import CardState, OrderSource
from domain.card_fact import Event, Order
from domain.proof import Proof, WrittenProof
from domain.reference import CrisisRef
from domain.run import Deadline, Run


class CardRun(BaseModel):
    """One run of a card as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    card_id: str
    run: int
    state: CardState
    opened_at: datetime
    counted_from: datetime | None
    due_at: datetime | None
    milestones: tuple[tuple[str, datetime], ...]
    milestones_done: tuple[str, ...]
    taken_by: str | None
    taken_at: datetime | None
    done_at: datetime | None
    reason: str | None

    @property
    def scheduled(self) -> Run:
        """The run as the schedule reasons about it."""
        return Run(
            card_id=self.card_id,
            number=self.run,
            state=self.state,
            opened_at=self.opened_at,
            counted_from=self.counted_from,
            due_at=self.due_at,
            milestones=tuple(Deadline(at, name) for name, at in self.milestones),
            milestones_done=self.milestones_done,
            reason=self.reason,
        )


def _row(run: Run) -> dict[str, object]:
    return {
        "state": run.state,
        "counted_from": run.counted_from,
        "due_at": run.due_at,
        "milestones": [(m.milestone, m.due_at.isoformat()) for m in run.milestones],
        "milestones_done": list(run.milestones_done),
        "reason": run.reason,
    }


_CHANGED = update(card_runs).where(
    in_crisis(card_runs),
    card_runs.c.card_id == given("k_card"),
    card_runs.c.run == given("k_run"),
)
_RUNS = (
    select(card_runs)
    .where(in_crisis(card_runs))
    .order_by(card_runs.c.card_id, card_runs.c.run)
)
_ORDERS = (
    select(card_orders.c.card_id, card_orders.c.source, card_orders.c.at)
    .where(in_crisis(card_orders))
    .order_by(card_orders.c.at, card_orders.c.card_id)
)
_EVENTS = (
    select(card_events.c.card_id, card_events.c.at)
    .where(in_crisis(card_events))
    .order_by(card_events.c.card_id, card_events.c.event)
)
_LAST_PROOF = select(func.max(proofs.c.proof)).where(
    in_crisis(proofs),
    proofs.c.card_id == given("k_card"),
    proofs.c.run == given("k_run"),
)
_PROOFS = (
    select(proofs.c.run, proofs.c.fields)
    .where(in_crisis(proofs), proofs.c.card_id == given("k_card"))
    .order_by(proofs.c.run, proofs.c.proof)
)


async def open_runs(act: Act, crisis_id: str, runs: Sequence[Run]) -> None:
    """Write runs that the schedule opens."""
    rows = [
        {
            "cpts_id": act.cpts_id,
            "crisis_id": crisis_id,
            "card_id": run.card_id,
            "run": run.number,
            "opened_at": run.opened_at,
            **_row(run),
        }
        for run in runs
    ]
    if rows:
        await act.connection.execute(insert(card_runs), rows)


async def change_runs(act: Act, crisis_id: str, runs: Sequence[Run]) -> None:
    """Write runs as the schedule changes them."""
    for run in runs:
        await change(act, crisis_id, run.key, _row(run))


async def change(
    act: Act, crisis_id: str, key: tuple[str, int], values: Mapping[str, object]
) -> None:
    """Write what became of one run."""
    card_id, number = key
    which = {
        "k_cpts": act.cpts_id,
        "k_crisis": crisis_id,
        "k_card": card_id,
        "k_run": number,
    }
    await act.connection.execute(_CHANGED, {**which, **values})


async def start(act: Act, crisis_id: str, card_id: str) -> None:
    """Say that a card runs, if it had not started."""
    await act.connection.execute(
        update(card_runs)
        .where(
            card_runs.c.cpts_id == act.cpts_id,
            card_runs.c.crisis_id == crisis_id,
            card_runs.c.card_id == card_id,
            card_runs.c.state == CardState.TO_DO,
        )
        .values(state=CardState.RUNNING)
    )


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[CardRun, ...]:
    """List the runs of a crisis, card by card."""
    rows = await connection.execute(_RUNS, named(ref))
    return tuple(CardRun.model_validate(row) for row in rows.all())


async def add_order(act: Act, crisis_id: str, order: Order, reference: str) -> None:
    """Keep an order that a card awaited."""
    await act.connection.execute(
        insert(card_orders).values(
            cpts_id=act.cpts_id,
            crisis_id=crisis_id,
            card_id=order.card_id,
            source=order.source,
            at=order.at,
            reference=reference,
        )
    )


async def orders(connection: AsyncConnection, ref: CrisisRef) -> tuple[Order, ...]:
    """List the orders that cards were given."""
    rows = await connection.execute(_ORDERS, named(ref))
    return tuple(Order(r.card_id, OrderSource(r.source), r.at) for r in rows.all())


async def add_event(act: Act, crisis_id: str, card_id: str) -> int:
    """Note that the condition of a card came true; give how many times it did."""
    table = card_events.c
    last = await act.connection.scalar(
        select(func.max(table.event)).where(
            table.cpts_id == act.cpts_id,
            table.crisis_id == crisis_id,
            table.card_id == card_id,
        )
    )
    number: int = (last or 0) + 1
    await act.connection.execute(
        insert(card_events).values(
            cpts_id=act.cpts_id,
            crisis_id=crisis_id,
            card_id=card_id,
            event=number,
            at=act.at,
        )
    )
    return number


async def events(connection: AsyncConnection, ref: CrisisRef) -> tuple[Event, ...]:
    """List the times that conditions of cards came true."""
    rows = await connection.execute(_EVENTS, named(ref))
    return tuple(Event(row.card_id, row.at) for row in rows.all())


async def add_proof(act: Act, crisis_id: str, proof: Proof) -> int:
    """Keep a proof of a run; give its number."""
    which = {
        "k_cpts": act.cpts_id,
        "k_crisis": crisis_id,
        "k_card": proof.card_id,
        "k_run": proof.run,
    }
    number: int = (await act.connection.scalar(_LAST_PROOF, which) or 0) + 1
    row = {
        "cpts_id": act.cpts_id,
        "crisis_id": crisis_id,
        "proof": number,
        "at": act.at,
        **proof.model_dump(mode="json"),
    }
    await act.connection.execute(insert(proofs), row)
    return number


async def proofs_of(
    connection: AsyncConnection, ref: CrisisRef, card_id: str
) -> dict[int, dict[str, Any]]:
    """Give the last proof of each run of a card: its fields, by run."""
    rows = await connection.execute(_PROOFS, {**named(ref), "k_card": card_id})
    return {row.run: row.fields for row in rows.all()}


async def proofs_of_run(
    connection: AsyncConnection, ref: CrisisRef, card_id: str, run: int
) -> tuple[WrittenProof, ...]:
    """Give every proof of a run, the one that stands first."""
    table = proofs.c
    rows = await connection.execute(
        select(table.fields, table.actor, table.at)
        .where(
            table.cpts_id == ref.cpts_id,
            table.crisis_id == ref.crisis_id,
            table.card_id == card_id,
            table.run == run,
        )
        .order_by(table.proof.desc())
    )
    return tuple(WrittenProof.model_validate(row) for row in rows.all())
