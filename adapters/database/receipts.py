"""Receipts of providers, kept with their deliveries."""

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import deliveries
from domain.alert import DeliveryState, NotSent
from domain.cascade import AGAIN
from domain.receipt import Receipt, ReceiptNote
from domain.wave import Channel


async def keep(connection: AsyncConnection, note: ReceiptNote) -> bool:
    """Keep a receipt; False if no delivery is known by these ids.

    Safe to repeat, in any order: a delivery that arrived stays arrived.
    """
    about = _about(note)
    kept = await connection.execute(select(deliveries.c.delivery_id).where(about))
    if kept.first() is None:
        return False
    arrived = note.receipt is Receipt.DELIVERED
    kept_before: ColumnElement[bool] = deliveries.c.receipt.is_(None)
    if arrived:
        kept_before = or_(kept_before, deliveries.c.receipt == Receipt.FAILED)
    await connection.execute(
        update(deliveries)
        .where(about, kept_before)
        .values(
            receipt=note.receipt,
            receipt_at=note.at,
            receipt_reason=None if arrived else note.reason,
        )
    )
    if arrived:  # the doubt is over: it had left
        await connection.execute(
            update(deliveries)
            .where(about, deliveries.c.reason == NotSent.UNCERTAIN)
            .values(state=DeliveryState.SENT, reason=None, sent_at=note.at)
        )
        await _ring_no_more(connection, about)
    return True


async def _ring_no_more(
    connection: AsyncConnection, about: ColumnElement[bool]
) -> None:
    """Leave alone whoever took a call: it is not placed a second time."""
    taken = await connection.execute(
        select(deliveries.c.cpts_id, deliveries.c.delivery_id).where(
            about, deliveries.c.channel == Channel.CALL
        )
    )
    for cpts_id, delivery_id in taken.all():
        await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.cpts_id == cpts_id,
                deliveries.c.delivery_id == f"{delivery_id}{AGAIN}",
                deliveries.c.state == DeliveryState.QUEUED,
            )
            .values(state=DeliveryState.NOT_SENT, reason=NotSent.HEARD)
        )


def _about(note: ReceiptNote) -> ColumnElement[bool]:
    """Name the delivery; the reply that names its provider may not be written yet."""
    if note.delivery_id is None:
        return and_(
            deliveries.c.provider == note.provider,
            deliveries.c.provider_id == note.provider_id,
        )
    same = [deliveries.c.delivery_id == note.delivery_id]
    if note.cpts_id is not None:
        same.append(deliveries.c.cpts_id == note.cpts_id)
    return and_(
        *same,
        or_(
            deliveries.c.provider == note.provider,
            and_(deliveries.c.provider.is_(None), deliveries.c.channel != "COURRIEL"),
        ),
    )
