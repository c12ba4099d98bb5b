"""The pulse of each process: who is alive, as the others see it."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import pulses
from adapters.database.unit import Database

WORKER = "worker"
AUDITOR = "auditor"


async def beat(database: Database, process: str) -> None:
    """Say that a process is alive now."""
    async with database.write() as connection:
        await connection.execute(delete(pulses).where(pulses.c.process == process))
        await connection.execute(
            insert(pulses).values(process=process, at=database.now())
        )


async def last(connection: AsyncConnection, process: str) -> datetime | None:
    """Say when a process was last alive."""
    found = await connection.execute(
        select(pulses.c.at).where(pulses.c.process == process)
    )
    return found.scalar_one_or_none()
