"""The ways by which one message goes to one person; the next one brought forward."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.receipts import Delivered
from adapters.database.tables import batches, deliveries
from adapters.database.unit import Act
from domain.alert import DeliveryState
from domain.cascade import Way
from domain.relay import PlannedWay

TOGETHER = timedelta(seconds=1)  # failures come by the hundred: few batches
_OF_BATCH = and_(
    batches.c.cpts_id == deliveries.c.cpts_id,
    batches.c.batch_id == deliveries.c.batch_id,
)


async def ways_of(
    connection: AsyncConnection, cpts_id: str, one: Delivered
) -> tuple[PlannedWay, ...]:
    """List the ways by which the message of a delivery goes to its recipient."""
    rows = await connection.execute(
        select(deliveries, batches.c.leaves_at)
        .join(batches, _OF_BATCH)
        .where(
            deliveries.c.cpts_id == cpts_id,
            deliveries.c.crisis_id == one.crisis_id,
            deliveries.c.wave == one.wave,
            deliveries.c.recipient_id == one.recipient_id,
            batches.c.message == one.message,
        )
        .order_by(batches.c.leaves_at, deliveries.c.delivery_id)
    )
    return tuple(PlannedWay.model_validate(row) for row in rows.all())


async def bring_forward(
    act: Act, one: Delivered, way: PlannedWay, times: Sequence[Way]
) -> None:
    """Let a delivery leave at these times, the call and its second ring alike."""
    for at in times:
        delivery_id = f"{way.delivery_id}{at.suffix}"
        batch_id = await _leaving_at(act, one, at) or await _alone(
            act, one, at, delivery_id
        )
        await act.connection.execute(
            update(deliveries)
            .where(
                deliveries.c.cpts_id == act.cpts_id,
                deliveries.c.delivery_id == delivery_id,
                deliveries.c.state == DeliveryState.QUEUED,  # still: nobody holds it
            )
            .values(batch_id=batch_id)
        )


async def _leaving_at(act: Act, one: Delivered, way: Way) -> str | None:
    """Name a batch that leaves by this channel just then, and owes more."""
    found = await act.connection.execute(
        select(batches.c.batch_id)
        .where(
            batches.c.cpts_id == act.cpts_id,
            batches.c.crisis_id == one.crisis_id,
            batches.c.wave == one.wave,
            batches.c.message == one.message,
            batches.c.channel == way.channel,
            batches.c.closed_at.is_(None),
            batches.c.leaves_at <= way.leaves_at,
            batches.c.leaves_at > way.leaves_at - TOGETHER,
        )
        .order_by(batches.c.leaves_at.desc(), batches.c.batch_id)
        .limit(1)
        .with_for_update()
    )
    return found.scalar_one_or_none()


async def _alone(act: Act, one: Delivered, way: Way, batch_id: str) -> str:
    await act.connection.execute(
        insert(batches).values(
            cpts_id=act.cpts_id,
            batch_id=batch_id,
            crisis_id=one.crisis_id,
            wave=one.wave,
            message=one.message,
            fence=0,
            channel=way.channel,
            leaves_at=way.leaves_at,
        )
    )
    return batch_id
