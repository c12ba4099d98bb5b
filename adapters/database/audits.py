"""What the auditor reads of waves, and what it found lacking so far."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    case,
    delete,
    distinct,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.deliveries import OWED
from adapters.database.tables import (
    batches,
    deliveries,
    lapses,
    ledger_entries,
    waves,
)
from adapters.database.unit import Act
from domain.audit import AuditedWave, KeptLapse, Lack, Verdict
from domain.reference import CrisisRef


async def waves_of(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> tuple[AuditedWave, ...]:
    """Give the waves that the ledger says were opened, as their rows stand.

    What a cascade keeps for later does not wait yet.
    """
    asked = await _asked(connection, ref)
    begun = or_(batches.c.leaves_at.is_(None), batches.c.leaves_at <= now)
    due = and_(deliveries.c.state.in_(OWED), begun)
    left = (
        select(
            deliveries.c.wave,
            func.count(distinct(deliveries.c.recipient_id)).label("written_to"),
            func.count(case((due, 1))).label("waiting"),
            func.max(case((due, batches.c.leaves_at))).label("since"),
            func.max(deliveries.c.sent_at).label("last_sent_at"),
        )
        .join(
            batches,
            and_(
                batches.c.cpts_id == deliveries.c.cpts_id,
                batches.c.batch_id == deliveries.c.batch_id,
            ),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id, deliveries.c.crisis_id == ref.crisis_id
        )
        .group_by(deliveries.c.wave)
        .subquery()
    )
    rows = await connection.execute(
        select(
            waves,
            left.c.written_to,
            left.c.waiting,
            left.c.since,
            left.c.last_sent_at,
        )
        .outerjoin(left, left.c.wave == waves.c.wave)
        .where(waves.c.cpts_id == ref.cpts_id, waves.c.crisis_id == ref.crisis_id)
        .order_by(waves.c.wave)
    )
    return tuple(
        AuditedWave(
            wave=row.wave,
            code=row.code,
            asked=asked.get(row.wave, 0),
            written_to=row.written_to or 0,
            waiting=row.waiting or 0,
            last_sent_at=row.last_sent_at,
            opened_at=row.opened_at,
            leaves_at=max(row.leaves_at, row.since or row.leaves_at),
            remind_at=None if row.reminded_at or _is_met(row) else row.remind_at,
            close_at=row.close_at,
            closed=row.closed_at is not None,
        )
        for row in rows.all()
    )


def _is_met(row: Row[*tuple[Any, ...]]) -> bool:
    """Is nobody reminded any more? A wave that goes on reminds all the same."""
    return row.covered_at is not None and not row.goes_on


async def _asked(connection: AsyncConnection, ref: CrisisRef) -> dict[int, int]:
    """Say whom each wave was for, as its entry of the ledger counts them."""
    rows = await connection.execute(
        select(ledger_entries.c.canonical).where(
            ledger_entries.c.cpts_id == ref.cpts_id,
            ledger_entries.c.about == ref.crisis_id,
            ledger_entries.c.kind == "wave.opened",
        )
    )
    facts = (json.loads(text)["facts"] for text in rows.scalars())
    return {each["wave"]: each["asked"] for each in facts}


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[KeptLapse, ...]:
    """List what was found lacking in a crisis and still is."""
    rows = await connection.execute(
        select(lapses)
        .where(lapses.c.cpts_id == ref.cpts_id, lapses.c.crisis_id == ref.crisis_id)
        .order_by(lapses.c.due_at, lapses.c.lack, lapses.c.subject)
    )
    return tuple(
        KeptLapse(Lack(row.lack), row.subject, row.due_at, bool(row.raised_at))
        for row in rows.all()
    )


async def raised(connection: AsyncConnection) -> int:
    """Count what is late in all crises of all CPTS."""
    found = await connection.execute(
        select(func.count()).where(lapses.c.raised_at.is_not(None))
    )
    return found.scalar_one()


async def keep(act: Act, crisis_id: str, verdict: Verdict) -> None:
    """Keep what the auditor sees first and raises; forget what is done."""
    for lapse in (*verdict.news, *verdict.ended):
        await act.connection.execute(
            delete(lapses).where(
                lapses.c.cpts_id == act.cpts_id,
                lapses.c.crisis_id == crisis_id,
                lapses.c.lack == lapse.lack,
                lapses.c.subject == lapse.subject,
            )
        )
    for lapse in verdict.news:
        await act.connection.execute(
            insert(lapses).values(
                cpts_id=act.cpts_id,
                crisis_id=crisis_id,
                lack=lapse.lack,
                subject=lapse.subject,
                due_at=lapse.due_at,
                raised_at=act.at if lapse.raised else None,
            )
        )
