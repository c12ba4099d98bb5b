"""The auditor's own rounds: the worker makes them; the pages too once it does not."""

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
DEPUTY_AFTER = 2 * EVERY
"""The pages answer people meanwhile: they audit if the worker missed a round."""


async def keep_auditing(database: Database, unless_within: timedelta = EVERY) -> None:
    """Look every 15 seconds if a round is to be made, and make it."""
    while True:
        try:
            await make_round(database, unless_within)
        except (PlanError, SQLAlchemyError) as error:  # its pulse says that it failed
            log.warning("audit.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY.total_seconds())


async def make_round(database: Database, unless_within: timedelta) -> None:
    """Audit every crisis, unless a process ended a round this short a time ago.

    A crisis that cannot be read hides no other; without its pulse, the board and
    `/auditz` say that crises are not all audited.
    """
    async with database.read() as connection:
        last = await pulses.last(connection, pulses.AUDITOR)
    if last is None or database.now() - last >= unless_within:
        for crisis, error in (await audit(database)).items():
            log.error("audit.crisis_failed", crisis=crisis, error=type(error).__name__)
