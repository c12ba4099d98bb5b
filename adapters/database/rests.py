"""Who rests after a post, in one crisis."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, missions, tenants
from domain.reference import CrisisRef
from domain.rest import Rest


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> dict[str, datetime]:
    """Say until when each person rests who does, keyed by person.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    rest = Rest.of(await tenants.get(connection, ref.cpts_id), crisis.activation)
    return rest.resting(await missions.of_crisis(connection, ref), now)
