"""By which ways people were last written to or called, and what became of it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import batches, deliveries
from domain.reference import CrisisRef
from domain.way_taken import WayTaken


async def last_of(
    connection: AsyncConnection, ref: CrisisRef, person_ids: Sequence[str]
) -> dict[str, tuple[WayTaken, ...]]:
    """Give the ways of the last wave that each of these people had, by person."""
    rows = await connection.execute(
        select(deliveries, batches.c.leaves_at)
        .join(
            batches,
            (batches.c.cpts_id == deliveries.c.cpts_id)
            & (batches.c.batch_id == deliveries.c.batch_id),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
            deliveries.c.recipient_id.in_(person_ids),
        )
        .order_by(deliveries.c.wave.desc(), batches.c.leaves_at, deliveries.c.channel)
    )
    last: dict[str, int] = {}
    ways: defaultdict[str, list[WayTaken]] = defaultdict(list)
    for row in rows.all():
        if last.setdefault(row.recipient_id, row.wave) == row.wave:
            ways[row.recipient_id].append(WayTaken.model_validate(row))
    return {person_id: tuple(found) for person_id, found in ways.items()}
