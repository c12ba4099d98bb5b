"""The messages that expect an answer of somebody, and the answers that came."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import recipients, waves
from domain.answer import Availability


class Question(BaseModel):
    """A message that expects an answer, and the one that came."""

    model_config = ConfigDict(frozen=True)

    wave: int
    message: str  # code of its text
    offered: tuple[str, ...]  # codes of the answers that the wave takes
    covered: bool
    answer: Availability | None
    answered_at: datetime | None
    employer_agrees: bool | None  # as they said with their answer, or the directory
    whereabouts: str | None  # as they said with « besoin d'aide »

    @property
    def protects(self) -> bool:
        """Is it a safety message? It is answered in any state."""
        return Availability.SHELTERED in self.offered

    @property
    def rank(self) -> tuple[int, int]:
        """Say which is looked at first: safety, then what is open, then the last."""
        if self.protects:
            urgent = self.answer in {None, *_NOT_SAFE}
            return (0 if urgent else 3), -self.wave
        return (1 if self.answer is None else 2), -self.wave


_NOT_SAFE = (Availability.SILENT, Availability.NEEDS_HELP)

_EVERY = (
    select(
        recipients.c.wave,
        recipients.c.answer,
        recipients.c.answered_at,
        recipients.c.detail,
        waves.c.message,
        waves.c.answers,
        waves.c.covered_at,
    )
    .join(
        waves,
        and_(
            waves.c.cpts_id == recipients.c.cpts_id,
            waves.c.crisis_id == recipients.c.crisis_id,
            waves.c.wave == recipients.c.wave,
        ),
    )
    .where(
        recipients.c.cpts_id == given("k_cpts"),
        recipients.c.crisis_id == given("k_crisis"),
        recipients.c.person_id == given("k_person"),
        waves.c.asks,
    )
    .order_by(recipients.c.wave)
)


async def of_person(
    connection: AsyncConnection,
    named: Mapping[str, object],
    beforehand: Mapping[str, bool | None],
) -> tuple[Question, ...]:
    """List what somebody was asked, in turn.

    Args:
        connection: Where to read.
        named: The person and the crisis, by the names of a prepared statement.
        beforehand: What the directory says that an answer may change.
    """
    rows = await connection.execute(_EVERY, named)
    return tuple(of_row(row, beforehand) for row in rows.all())


def of_row(
    row: Row[*tuple[Any, ...]], beforehand: Mapping[str, bool | None]
) -> Question:
    """Read one of them from the row of its wave and its recipient."""
    said = {**beforehand, **(row.detail or {})}
    return Question.model_construct(
        wave=row.wave,
        message=row.message,
        offered=tuple(row.answers),
        covered=row.covered_at is not None,
        answer=Availability(row.answer) if row.answer else None,
        answered_at=row.answered_at,
        employer_agrees=said["employer_agrees"],
        whereabouts=said.get("whereabouts"),
    )
