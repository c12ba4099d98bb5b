"""A crisis as the terminal's board shows it.

The plan and the CPTS were checked when they were written. `crisis status`, typed all
day, reads a few words of their kept texts without loading all that checks them.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, figures
from adapters.database.crises import CrisisRow
from adapters.database.tables import cpts, plan_versions
from domain.terminal_board import Picture, Standing


async def picture(
    connection: AsyncConnection, crisis_id: str, now: datetime
) -> Picture:
    """Read a crisis as it stands.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    row = await crises.find(connection, crisis_id)
    numbers = await figures.of_crisis(connection, row.ref, now)
    return Picture(
        row=Standing.model_validate(row),
        types=await type_labels(connection, row, numbers.types),
        numbers=numbers,
        zone=await time_zone(connection, row.cpts_id),
        now=now,
    )


async def type_labels(
    connection: AsyncConnection, crisis: CrisisRow, codes: Sequence[str]
) -> tuple[str, ...]:
    """Name types of crisis as the plan of a crisis does."""
    found = await connection.execute(
        select(plan_versions.c.content).where(
            plan_versions.c.cpts_id == crisis.cpts_id,
            plan_versions.c.plan_id == crisis.plan_id,
            plan_versions.c.number == crisis.plan_number,
        )
    )
    sheets = json.loads(found.scalar_one())["template"]["types"]
    labels = {sheet["type"]: sheet["libelle"] for sheet in sheets}
    return tuple(labels[code] for code in codes)


async def time_zone(connection: AsyncConnection, cpts_id: str) -> ZoneInfo:
    """Give the zone in which a CPTS reads hours."""
    kept = select(cpts.c.content).where(cpts.c.cpts_id == cpts_id)
    found = await connection.execute(kept)
    return ZoneInfo(found.scalar_one()["fuseau"])
