"""The pulse of each process, as others see it: who is alive, which provider is slow."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import pulses
from adapters.database.unit import Database

WORKER = "worker"
AUDITOR = "auditor"
SHOWN_FOR = timedelta(seconds=30)  # twice what the worker lets pass between two


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


async def slow(database: Database) -> frozenset[str]:
    """Name the providers that a worker finds slow: each has a pulse while it is."""
    async with database.read() as connection:
        fresh = await connection.execute(
            select(pulses.c.process).where(
                pulses.c.at > database.now() - SHOWN_FOR,
                pulses.c.process.not_in((WORKER, AUDITOR)),
            )
        )
        return frozenset(fresh.scalars())
