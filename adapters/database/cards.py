"""Runs of action cards: where each stands."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import card_runs
from adapters.database.unit import Act
from domain.card import CardState
from domain.reference import CrisisRef


async def add(act: Act, crisis_id: str, runs: Sequence[Mapping[str, object]]) -> None:
    """Lay out the cards of a crisis: card_id, state, due_at, done_at."""
    await act.connection.execute(
        insert(card_runs),
        [{"cpts_id": act.cpts_id, "crisis_id": crisis_id, **run} for run in runs],
    )


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


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[Mapping[str, object], ...]:
    """List the cards of a crisis with their state, due_at and done_at."""
    rows = await connection.execute(
        select(card_runs)
        .where(
            card_runs.c.cpts_id == ref.cpts_id, card_runs.c.crisis_id == ref.crisis_id
        )
        .order_by(card_runs.c.card_id)
    )
    return tuple(dict(row) for row in rows.mappings())
