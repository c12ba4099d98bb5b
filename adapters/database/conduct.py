"""What workflows ask first: where a crisis stands, and what nobody looks after."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, documents, same_person, waves
from adapters.database.columns import given, in_crisis, named
from adapters.database.tables import (
    batches,
    checkpoints,
    ledger_entries,
    ledger_head,
    reviews,
    transmissions,
)
from adapters.database.tables import crises as crises_table
from adapters.database.tables import waves as waves_table
from domain.conduct import Conduct
from domain.reference import CrisisRef, DocumentRef, NoticeRef, ReviewRef, WaveRef


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> Conduct:
    """Say where a crisis stands.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    rows = await waves.of_crisis(connection, ref)
    posted = await documents.transmissions_of(connection, ref)
    return Conduct(
        lifted=not crisis.state.takes_answers,
        filed=crisis.filed_at is not None,
        open_waves=tuple(
            WaveRef(**ref.model_dump(), wave=row.wave)
            for row in rows
            if row.closed_at is None
        ),
        to_send=tuple(
            DocumentRef(cpts_id=ref.cpts_id, document_id=row.document_id)
            for row in posted
            if row.ended_at is None
        ),
    )


_OPENED = (
    select(func.min(ledger_entries.c.seq))
    .where(
        ledger_entries.c.cpts_id == given("k_cpts"),
        ledger_entries.c.about == given("k_crisis"),
        ledger_entries.c.kind == "crisis.opened",
    )
    .scalar_subquery()
)
_SIGNED = (  # by the act that opened it, of all that it said
    select(func.min(checkpoints.c.size))
    .where(checkpoints.c.cpts_id == given("k_cpts"), checkpoints.c.size > _OPENED)
    .scalar_subquery()
)
_AS_OPENED = (
    select(crises_table.c.next_at)
    .join(ledger_head, ledger_head.c.cpts_id == crises_table.c.cpts_id)
    .where(in_crisis(crises_table), ledger_head.c.size == _SIGNED)
)


async def as_opened(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> Conduct | None:
    """Say where a crisis stands if it still is as its opening left it.

    Its opening did all that was due. Nothing is since, if the ledger of its CPTS still
    has the size that the opening signed, nobody chose another CPTS, and the next moment
    of its clock is not there.

    Returns:
        None: something may be due.
    """
    found = await connection.execute(_AS_OPENED, named(ref))
    row = found.one_or_none()
    if (
        row is None
        or (row.next_at is not None and row.next_at <= now)
        or await same_person.choices(connection, ref)
    ):
        return None
    stands = await of_crisis(connection, ref)
    return stands.model_copy(update={"next_at": row.next_at})


async def open_rows(
    connection: AsyncConnection,
) -> tuple[CrisisRef | WaveRef | DocumentRef | NoticeRef | ReviewRef, ...]:
    """List every open row that should have a workflow, over all CPTS."""
    open_crises = await connection.execute(
        select(crises_table.c.cpts_id, crises_table.c.crisis_id)
        .where(
            or_(crises_table.c.filed_at.is_(None), crises_table.c.next_at.is_not(None))
        )
        .order_by(crises_table.c.opened_at)
    )
    open_waves = await connection.execute(
        select(waves_table.c.cpts_id, waves_table.c.crisis_id, waves_table.c.wave)
        .where(waves_table.c.closed_at.is_(None))
        .order_by(waves_table.c.opened_at)
    )
    posted = await connection.execute(
        select(transmissions.c.cpts_id, transmissions.c.document_id)
        .where(transmissions.c.ended_at.is_(None))
        .order_by(transmissions.c.document_id)
    )
    letters = await connection.execute(
        select(batches.c.cpts_id, batches.c.topic)
        .where(batches.c.topic.is_not(None), batches.c.closed_at.is_(None))
        .distinct()
        .order_by(batches.c.cpts_id, batches.c.topic)
    )
    going = await connection.execute(
        select(reviews.c.cpts_id, reviews.c.year)
        .where(reviews.c.ended_at.is_(None))
        .order_by(reviews.c.cpts_id, reviews.c.year)
    )
    return (
        *(CrisisRef.model_validate(row) for row in open_crises.mappings()),
        *(WaveRef.model_validate(row) for row in open_waves.mappings()),
        *(DocumentRef.model_validate(row) for row in posted.mappings()),
        *(NoticeRef.model_validate(row) for row in letters.mappings()),
        *(ReviewRef.model_validate(row) for row in going.mappings()),
    )
