"""Deliveries and their batches: what is to leave, what left, what did not and why."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import repeat

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import batches, crisis_people, deliveries
from adapters.database.unit import Act
from domain.alert import DeliveryState, NotSent
from domain.dispatch import BatchRef
from domain.errors import UnknownBatchError
from domain.reference import CrisisRef, WaveRef
from domain.wave import Channel

OWED = (DeliveryState.QUEUED, DeliveryState.SENDING)
_STEM, _DRAWN = 2, 8  # bytes of a return code, as `domain/return_path.py` reads them


def return_codes(channel: Channel, number: int) -> Iterator[str | None]:
    """Draw the codes by which mails are known if they come back; nothing else does.

    Those of one message begin alike: an index holds them in a few pages, where codes
    of no order would each rewrite a page of it.
    """
    if channel is not Channel.MAIL:
        return repeat(None, number)
    stem, drawn = secrets.token_hex(_STEM), secrets.token_hex(_DRAWN * number)
    size = 2 * _DRAWN
    return (stem + drawn[at : at + size] for at in range(0, len(drawn), size))


async def queue_letter(
    act: Act, batch: Mapping[str, object], delivery: Mapping[str, object]
) -> None:
    """Queue one letter about one document: a batch of one."""
    await act.connection.execute(
        insert(batches).values(cpts_id=act.cpts_id, fence=0, **batch)
    )
    await act.connection.execute(
        insert(deliveries).values(
            cpts_id=act.cpts_id,
            batch_id=batch["batch_id"],
            crisis_id=batch["crisis_id"],
            channel=Channel.MAIL,
            state=DeliveryState.QUEUED,
            fence=0,
            return_code=next(return_codes(Channel.MAIL, 1)),
            **delivery,
        )
    )


class OpenBatch(BaseModel):
    """A batch that still owes messages: by which channel, and from when on."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    batch_id: str
    channel: Channel
    leaves_at: datetime | None  # None: with its wave


async def open_batches(
    connection: AsyncConnection, ref: WaveRef
) -> tuple[OpenBatch, ...]:
    """List the batches of a wave that still owe messages, in order."""
    rows = await connection.execute(
        select(batches.c.batch_id, batches.c.channel, batches.c.leaves_at)
        .where(
            batches.c.cpts_id == ref.cpts_id,
            batches.c.crisis_id == ref.crisis_id,
            batches.c.wave == ref.wave,
            batches.c.closed_at.is_(None),
        )
        .order_by(batches.c.batch_id)
    )
    return tuple(OpenBatch.model_validate(row) for row in rows.all())


async def letters_of(
    connection: AsyncConnection, cpts_id: str, document_id: str
) -> tuple[BatchRef, ...]:
    """List the batches about a document that still owe their letter."""
    rows = await connection.execute(
        select(batches.c.batch_id)
        .where(
            batches.c.cpts_id == cpts_id,
            batches.c.document_id == document_id,
            batches.c.closed_at.is_(None),
        )
        .order_by(batches.c.batch_id)
    )
    return tuple(BatchRef(cpts_id=cpts_id, batch_id=found) for found in rows.scalars())


class BatchRow(BaseModel):
    """One batch as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    batch_id: str
    crisis_id: str
    wave: int | None
    document_id: str | None
    topic: str | None
    message: str
    channel: Channel
    closed_at: datetime | None
    digest: str | None


async def batch(connection: AsyncConnection, ref: BatchRef) -> BatchRow:
    """Give one batch.

    Raises:
        UnknownBatchError: There is no such batch.
    """
    found = await connection.execute(
        select(batches).where(
            batches.c.cpts_id == ref.cpts_id, batches.c.batch_id == ref.batch_id
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownBatchError(batch=ref.batch_id)
    return BatchRow.model_validate(row)


async def lock_batch(act: Act, ref: BatchRef) -> BatchRow:
    """Give one batch, and hold it until the commit.

    Raises:
        UnknownBatchError: There is no such batch.
    """
    await act.connection.execute(
        select(batches.c.batch_id)
        .where(batches.c.cpts_id == ref.cpts_id, batches.c.batch_id == ref.batch_id)
        .with_for_update()
    )
    return await batch(act.connection, ref)


async def close_batch(act: Act, batch: BatchRow, digest: str) -> None:
    """Say that a batch owes nothing more, and what its lines are."""
    await act.connection.execute(
        update(batches)
        .where(batches.c.cpts_id == act.cpts_id, batches.c.batch_id == batch.batch_id)
        .values(closed_at=batch.closed_at or act.at, digest=digest)
    )


async def owed(connection: AsyncConnection, ref: BatchRef) -> int:
    """Count what a batch still owes."""
    found = await connection.execute(
        select(func.count()).where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.batch_id == ref.batch_id,
            deliveries.c.state.in_(OWED),
        )
    )
    return found.scalar_one()


async def lines(
    connection: AsyncConnection, ref: BatchRef
) -> tuple[tuple[str, str, str | None], ...]:
    """Give the lines of a batch: delivery, state, reason; what its digest is of."""
    rows = await connection.execute(
        select(deliveries.c.delivery_id, deliveries.c.state, deliveries.c.reason)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.batch_id == ref.batch_id,
        )
        .order_by(deliveries.c.delivery_id)
    )
    return tuple((row.delivery_id, row.state, row.reason) for row in rows.all())


async def give_up(act: Act, ref: WaveRef, why: NotSent) -> None:
    """Say of all that a wave still owes that it will not leave, and why.

    What a connection still holds is said uncertain; its reply, if one comes, wins.
    """
    await act.connection.execute(  # in the order of the outbox: no ring of waiters
        select(deliveries.c.delivery_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave == ref.wave,
            deliveries.c.state.in_(OWED),
        )
        .order_by(deliveries.c.delivery_id)
        .with_for_update()
    )
    for state, reason in (
        (DeliveryState.QUEUED, why),
        (DeliveryState.SENDING, NotSent.UNCERTAIN),
    ):
        await act.connection.execute(
            update(deliveries)
            .where(
                deliveries.c.cpts_id == ref.cpts_id,
                deliveries.c.crisis_id == ref.crisis_id,
                deliveries.c.wave == ref.wave,
                deliveries.c.state == state,
            )
            .values(state=DeliveryState.NOT_SENT, reason=reason)
        )


async def give_up_letters(act: Act, document_id: str) -> None:
    """Say of the letters still to leave about a document that they are needless."""
    about = select(batches.c.batch_id).where(
        batches.c.cpts_id == act.cpts_id, batches.c.document_id == document_id
    )
    await act.connection.execute(
        update(deliveries)
        .where(
            deliveries.c.cpts_id == act.cpts_id,
            deliveries.c.batch_id.in_(about),
            deliveries.c.state == DeliveryState.QUEUED,
        )
        .values(state=DeliveryState.NOT_SENT, reason=NotSent.ANSWERED)
    )


async def reached(connection: AsyncConnection, ref: CrisisRef) -> tuple[str, ...]:
    """List whoever was sent something, or may have been, in a crisis."""
    people = select(crisis_people.c.person_id).where(
        crisis_people.c.cpts_id == ref.cpts_id,
        crisis_people.c.crisis_id == ref.crisis_id,
    )
    rows = await connection.execute(
        select(deliveries.c.recipient_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
            deliveries.c.recipient_id.in_(people),  # not places, nor partners
            or_(
                deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.SENDING)),
                deliveries.c.reason == NotSent.UNCERTAIN,
            ),
        )
        .distinct()
        .order_by(deliveries.c.recipient_id)
    )
    return tuple(rows.scalars())


async def carried_since(
    connection: AsyncConnection, provider: str, since: datetime
) -> int:
    """Count what a provider took since then, for every CPTS."""
    found = await connection.execute(
        select(func.count()).where(
            deliveries.c.provider == provider, deliveries.c.sent_at >= since
        )
    )
    return found.scalar_one()
