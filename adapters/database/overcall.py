"""Past crises and exercises of a CPTS: whom they asked, and who came."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, tables, turnout, waves
from adapters.database.crises import CrisisRow
from domain.overcall import Past, learned
from domain.reference import CrisisRef
from domain.turnout import GroupRow, by_group

A_YEAR = timedelta(days=365)
_CALLING = ("V2", "V3")
_LATEST = 10  # older ones say little of who is there today


async def past_of(connection: AsyncConnection, cpts_id: str) -> dict[str, Past]:
    """Say, by profession, how many were asked and came in the latest crises.

    Those of which every delay was divided count for nothing, nor false alarms.
    """
    lifted = (
        crisis
        for crisis in await crises.all_of(connection, cpts_id)
        if crisis.lifted_at is not None and crisis.activation.pace == 1
    )
    latest = [each for _, each in zip(range(_LATEST), lifted, strict=False)]
    return learned([await _by_profession(connection, each) for each in latest])


async def _by_profession(
    connection: AsyncConnection, crisis: CrisisRow
) -> tuple[GroupRow, ...]:
    asking = turnout.requests(await waves.of_crisis(connection, crisis.ref))
    parts = await turnout.parts(connection, crisis.ref)
    people = await turnout.people(connection, crisis.ref, asking, ())
    return by_group(((each.profession, each) for each in people), parts)


async def calls(
    connection: AsyncConnection, ref: CrisisRef, day: date
) -> dict[str, int]:
    """Count the other crises that called each person for a seat, in the year before."""
    since = datetime.combine(day - A_YEAR, time(), UTC)
    asked, wave = tables.recipients.c, tables.waves.c
    same = and_(
        wave.cpts_id == asked.cpts_id,
        wave.crisis_id == asked.crisis_id,
        wave.wave == asked.wave,
    )
    rows = await connection.execute(
        select(asked.person_id, func.count(distinct(asked.crisis_id)))
        .join(tables.waves, same)
        .where(
            wave.cpts_id == ref.cpts_id,
            wave.crisis_id != ref.crisis_id,
            wave.code.in_(_CALLING),
            wave.leaves_at >= since,
        )
        .group_by(asked.person_id)
    )
    return dict(rows.all())
