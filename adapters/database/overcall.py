"""Past crises and exercises of a CPTS: whom they asked, and who came."""

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, turnout, waves
from adapters.database.crises import CrisisRow
from domain.overcall import Past, learned
from domain.turnout import GroupRow, by_group

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
