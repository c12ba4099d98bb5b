"""A version of the plan printed: read at one instant, then handed to a press."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.database import plan_sources
from adapters.database.unit import Database
from domain.ars_summary import ArsSummary
from domain.plan_edition import printed_plan
from domain.plan_errors import NeverPublicError
from domain.printed_plan import Copy, Edition, PlanFormat, PrintedPlan


@dataclass(frozen=True, slots=True)
class PlanPress:
    """What prints a plan, by form, and the page that sums it up."""

    plans: Mapping[PlanFormat, Callable[[PrintedPlan], bytes]]
    summary: Callable[[ArsSummary], bytes]
    fingerprint: str  # of the key that signs the ledger


@dataclass(frozen=True, slots=True)
class PrintPlan:
    """What is to be printed; no number: the last version."""

    cpts_id: str
    form: PlanFormat
    copy: Copy
    number: int | None = None


async def print_plan(database: Database, order: PrintPlan, press: PlanPress) -> bytes:
    """Print one copy of a version; nothing is written anywhere.

    Raises:
        NeverPublicError: This form has no public edition.
        UnknownCptsError: There is no such CPTS.
        UnknownPlanError: The CPTS has no plan.
        UnknownVersionError: The plan has no such version.
    """
    if order.copy.edition is Edition.PUBLIC and not order.form.may_be_public:
        raise NeverPublicError(form=order.form.value)
    if order.form is PlanFormat.SUMMARY:
        summary = await sum_up(database, order.cpts_id, press, order.number)
        return await asyncio.to_thread(press.summary, summary)
    async with database.read() as connection:
        source = await plan_sources.read(
            connection, order.cpts_id, order.number, press.fingerprint
        )
    if order.form is PlanFormat.JSON:
        return source.plan.canonical().encode()
    made = printed_plan(source, order.copy, database.now())
    return await asyncio.to_thread(press.plans[order.form], made)


async def sum_up(
    database: Database, cpts_id: str, press: PlanPress, number: int | None = None
) -> ArsSummary:
    """Sum a version up for the ARS.

    Raises:
        UnknownCptsError: There is no such CPTS.
        UnknownPlanError: The CPTS has no plan.
        UnknownVersionError: The plan has no such version.
    """
    async with database.read() as connection:
        source = await plan_sources.read(connection, cpts_id, number, press.fingerprint)
        return await plan_sources.summary(connection, source, database.now())
