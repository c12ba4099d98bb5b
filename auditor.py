"""The auditor's own rounds: worker and pages both make them, so that one is heard."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from acts.audit import audit
from adapters.database import pulses
from adapters.database.unit import Database
from domain.errors import PlanError

log = structlog.get_logger()

EVERY = timedelta(seconds=15)


async def keep_auditing(database: Database) -> None:
    """Audit every 15 seconds, unless another process just did."""
    while True:
        try:
            async with database.read() as connection:
                last = await pulses.last(connection, pulses.AUDITOR)
            if last is None or database.now() - last >= EVERY:
                await audit(database)
        except (PlanError, SQLAlchemyError) as error:  # its pulse says that it failed
            log.warning("audit.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY.total_seconds())
