"""What the terminal's board shows besides numbers, read from kept texts as they are.

The plan and the CPTS were checked when they were written. `crisis status`, typed all
day, reads these few words without loading all that checks them.
"""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.crises import CrisisRow
from adapters.database.tables import cpts, plan_versions


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
