"""Runs of action cards: where each stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import card_runs
from adapters.database.unit import Act
from domain.card import CardState
from domain.reference import CrisisRef


async def add(act: Act, crisis_id: str, runs: Sequence[Mapping[str, object]]) -> None:
    """Open runs: card_id, run, state, opened_at, due_at, done_at."""
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


class CardRun(BaseModel):
    """One card as it stands in a crisis."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    card_id: str
    run: int
    state: CardState
    opened_at: datetime
    due_at: datetime | None
    taken_by: str | None
    taken_at: datetime | None
    done_at: datetime | None
    reason: str | None
    raised_at: datetime | None


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[CardRun, ...]:
    """List the cards of a crisis."""
    rows = await connection.execute(
        select(card_runs)
        .where(
            card_runs.c.cpts_id == ref.cpts_id, card_runs.c.crisis_id == ref.crisis_id
        )
        .order_by(card_runs.c.card_id, card_runs.c.run)
    )
    return tuple(CardRun.model_validate(row) for row in rows.all())
