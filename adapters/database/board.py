"""What the console shows: an instance at a glance, a crisis line by line."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crisis_log
from adapters.database.chronicle import LogLine, line_of
from adapters.database.crises import CrisisRow
from adapters.database.tables import crises, ledger_entries
from domain.crisis import CrisisState
from domain.reference import CrisisRef

_RUNNING = tuple(state for state in CrisisState if state.takes_answers)
_COUNTED = ("answer", "batch.sent")  # hundreds: the numbers tell them


async def running(connection: AsyncConnection) -> tuple[CrisisRow, ...]:
    """List the crises that run in this instance, the latest first."""
    rows = await connection.execute(
        select(crises)
        .where(crises.c.state.in_(_RUNNING))
        .order_by(crises.c.opened_at.desc())
    )
    return tuple(CrisisRow.model_validate(row) for row in rows.all())


async def ended(connection: AsyncConnection, number: int) -> tuple[CrisisRow, ...]:
    """List the last crises and exercises that are over."""
    rows = await connection.execute(
        select(crises)
        .where(crises.c.state.not_in(_RUNNING))
        .order_by(crises.c.opened_at.desc())
        .limit(number)
    )
    return tuple(CrisisRow.model_validate(row) for row in rows.all())


async def of_order(
    connection: AsyncConnection, cpts_id: str, order_key: str
) -> str | None:
    """Give the crisis that an order opened."""
    found = await connection.execute(
        select(crises.c.crisis_id).where(
            crises.c.cpts_id == cpts_id, crises.c.order_key == order_key
        )
    )
    return found.scalar_one_or_none()


async def last_lines(
    connection: AsyncConnection, ref: CrisisRef, number: int
) -> Sequence[LogLine]:
    """Read the end of the crisis log, the latest first; answers are counted apart."""
    rows = await connection.execute(
        select(
            ledger_entries.c.seq,
            ledger_entries.c.at,
            ledger_entries.c.kind,
            ledger_entries.c.canonical,
        )
        .where(
            ledger_entries.c.cpts_id == ref.cpts_id,
            ledger_entries.c.about == ref.crisis_id,
            ledger_entries.c.kind.not_in(_COUNTED),
        )
        .order_by(ledger_entries.c.seq.desc())
        .limit(number)
    )
    lines = [line_of(*row) for row in rows.all()]
    return await crisis_log.with_words(connection, ref, lines)
