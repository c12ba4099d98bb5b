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

from adapters.database.columns import given, in_crisis, named
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

_BEGUN = or_(batches.c.leaves_at.is_(None), batches.c.leaves_at <= given("k_now"))
_DUE = and_(deliveries.c.state.in_(OWED), _BEGUN)
_LEFT = (
    select(
        deliveries.c.wave,
        func.count(distinct(deliveries.c.recipient_id)).label("written_to"),
        func.count(case((_DUE, 1))).label("waiting"),
        func.max(case((_DUE, batches.c.leaves_at))).label("since"),
        func.max(deliveries.c.sent_at).label("last_sent_at"),
    )
    .join(
        batches,
        and_(
            batches.c.cpts_id == deliveries.c.cpts_id,
            batches.c.batch_id == deliveries.c.batch_id,
        ),
    )
    .where(in_crisis(deliveries))
    .group_by(deliveries.c.wave)
    .subquery()
)
_WAVES = (
    select(
        waves,
        _LEFT.c.written_to,
        _LEFT.c.waiting,
        _LEFT.c.since,
        _LEFT.c.last_sent_at,
    )
    .outerjoin(_LEFT, _LEFT.c.wave == waves.c.wave)
    .where(in_crisis(waves))
    .order_by(waves.c.wave)
)
_OPENED = select(ledger_entries.c.canonical).where(
    ledger_entries.c.cpts_id == given("k_cpts"),
    ledger_entries.c.about == given("k_crisis"),
    ledger_entries.c.kind == "wave.opened",
)
_KEPT = (
    select(lapses)
    .where(in_crisis(lapses))
    .order_by(lapses.c.due_at, lapses.c.lack, lapses.c.subject)
)


async def waves_of(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> tuple[AuditedWave, ...]:
    """Give the waves that the ledger says were opened, as their rows stand.

    What a cascade keeps for later does not wait yet.
    """
    asked = await _asked(connection, ref)
    rows = await connection.execute(_WAVES, {**named(ref), "k_now": now})
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
    rows = await connection.execute(_OPENED, named(ref))
    facts = (json.loads(text)["facts"] for text in rows.scalars())
    return {each["wave"]: each["asked"] for each in facts}


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[KeptLapse, ...]:
    """List what was found lacking in a crisis and still is."""
    rows = await connection.execute(_KEPT, named(ref))
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
