"""All that the money calendar of a CPTS is made of, read at one instant."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, payments, plans
from adapters.database.chronicle import LogLine, line_of
from adapters.database.tables import ledger_entries
from domain.cpts import Cpts
from domain.fixed_part import FixedPart
from domain.money import ProofEntry, Story
from domain.plan import plan_id_of
from domain.receiver import Receiver, receiver

_A_DAY = timedelta(days=1)


async def read(connection: AsyncConnection, tenant: Cpts, part: FixedPart) -> Story:
    """Gather versions, payments, and the entries that prove what a year must prove.

    They are about the plan, or open an exercise: what a real crisis brings is the
    variable part.
    """
    exercises = [
        row.crisis_id
        for row in await crises.all_of(connection, tenant.cpts_id)
        if row.activation.exercise
    ]
    kinds = {kind for need in part.proofs for kind in need.entries}
    table = ledger_entries.c
    rows = await connection.execute(
        select(table.seq, table.at, table.kind, table.canonical)
        .where(
            table.cpts_id == tenant.cpts_id,
            table.about.in_([plan_id_of(tenant.cpts_id), *exercises]),
            table.kind.in_(kinds),
        )
        .order_by(table.seq)
    )
    lines = (line_of(*row) for row in rows.all())
    zone = tenant.zone_info
    return Story(
        zone=zone,
        versions=await plans.history(connection, tenant.cpts_id),
        entries=tuple(
            ProofEntry(
                line.seq, line.kind, _counted_on(line, zone), _receiver(line, tenant)
            )
            for line in lines
            if line.facts.get("adopted", True)  # no refusal of the bureau
        ),
        payments=await payments.of_cpts(connection, tenant.cpts_id),
    )


def _receiver(line: LogLine, tenant: Cpts) -> Receiver | None:
    return receiver(tenant, str(line.facts.get("contact", "")))


def _counted_on(line: LogLine, zone: ZoneInfo) -> date:
    """Say in which year an entry counts: a review, in the year that its date ends.

    It is filed on the anniversary itself, the first day of the next year; filed later,
    it counts on the day of its filing.
    """
    if line.kind == "review.ended" and not line.facts["late"]:
        return date.fromisoformat(str(line.facts["due_on"])) - _A_DAY
    return line.at.astimezone(zone).date()
