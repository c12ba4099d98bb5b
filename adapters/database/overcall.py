"""Past crises and exercises of a CPTS: whom they asked, and who came."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, tables, turnout, waves
from adapters.database.columns import given, named
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


_asked, _wave = tables.recipients.c, tables.waves.c
_CALLS = (
    select(_asked.person_id, func.count(distinct(_asked.crisis_id)))
    .join(
        tables.waves,
        and_(
            _wave.cpts_id == _asked.cpts_id,
            _wave.crisis_id == _asked.crisis_id,
            _wave.wave == _asked.wave,
        ),
    )
    .where(
        _wave.cpts_id == given("k_cpts"),
        _wave.crisis_id != given("k_crisis"),
        _wave.code.in_(_CALLING),
        _wave.leaves_at >= given("k_since"),
    )
    .group_by(_asked.person_id)
)


async def calls(
    connection: AsyncConnection, ref: CrisisRef, day: date
) -> dict[str, int]:
    """Count the other crises that called each person for a seat, in the year before."""
    since = datetime.combine(day - A_YEAR, time(), UTC)
    rows = await connection.execute(_CALLS, {**named(ref), "k_since": since})
    return dict(rows.all())
