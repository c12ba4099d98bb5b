"""Receipts of providers and mails that came back, kept with their deliveries."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import batches, deliveries
from adapters.database.unit import Act
from domain.alert import DeliveryState, NotSent
from domain.cascade import AGAIN
from domain.receipt import Receipt, ReceiptNote
from domain.wave import Channel


class DeliveryKey(BaseModel):
    """Which delivery a receipt is about."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    delivery_id: str


class Delivered(BaseModel):
    """One delivery as it stands, and what its batch says."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    delivery_id: str
    crisis_id: str
    wave: int | None
    recipient_id: str
    channel: Channel
    address: str | None
    sent_at: datetime | None
    reply: str | None
    receipt: Receipt | None
    message: str


async def about(connection: AsyncConnection, note: ReceiptNote) -> DeliveryKey | None:
    """Say which delivery a receipt is about; None if none is known by these ids."""
    found = await connection.execute(
        select(deliveries.c.cpts_id, deliveries.c.delivery_id).where(_about(note))
    )
    row = found.first()
    return DeliveryKey.model_validate(row) if row else None


async def lock(act: Act, delivery_id: str) -> Delivered:
    """Give one delivery, held until the commit."""
    found = await act.connection.execute(
        select(deliveries, batches.c.message)
        .join(
            batches,
            and_(
                batches.c.cpts_id == deliveries.c.cpts_id,
                batches.c.batch_id == deliveries.c.batch_id,
            ),
        )
        .where(_is(act, delivery_id))
        .with_for_update(of=deliveries)
    )
    return Delivered.model_validate(found.one())


async def write(act: Act, delivery_id: str, note: ReceiptNote) -> None:
    """Keep a receipt that says more than what was known."""
    arrived = note.receipt is Receipt.DELIVERED
    await act.connection.execute(
        update(deliveries)
        .where(_is(act, delivery_id))
        .values(
            receipt=note.receipt,
            receipt_at=note.at,
            receipt_reason=None if arrived else note.reason,
        )
    )
    if arrived:  # the doubt is over: it had left
        await act.connection.execute(
            update(deliveries)
            .where(_is(act, delivery_id), deliveries.c.reason == NotSent.UNCERTAIN)
            .values(state=DeliveryState.SENT, reason=None, sent_at=note.at)
        )
        await _ring_no_more(act, delivery_id)


async def _ring_no_more(act: Act, delivery_id: str) -> None:
    """Leave alone whoever took a call: it is not placed a second time."""
    await act.connection.execute(
        update(deliveries)
        .where(
            _is(act, f"{delivery_id}{AGAIN}"),
            deliveries.c.state == DeliveryState.QUEUED,
        )
        .values(state=DeliveryState.NOT_SENT, reason=NotSent.HEARD)
    )


def _is(act: Act, delivery_id: str) -> ColumnElement[bool]:
    return and_(
        deliveries.c.cpts_id == act.cpts_id, deliveries.c.delivery_id == delivery_id
    )


def _about(note: ReceiptNote) -> ColumnElement[bool]:
    """Name the delivery; the reply that names its provider may not be written yet."""
    if note.return_code is not None:
        return deliveries.c.return_code == note.return_code
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
            and_(deliveries.c.provider.is_(None), deliveries.c.channel != Channel.MAIL),
        ),
    )
