"""Letters about a plan: what each batch says, and to whom."""

from collections.abc import Collection

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import oppositions
from adapters.database.deliveries import return_codes
from adapters.database.many import insert_all
from adapters.database.tables import batches, deliveries, notices
from adapters.database.unit import Act
from domain.alert import DeliveryState, NotSent
from domain.dispatch import BatchRef, NoticeBatch
from domain.errors import UnknownBatchError
from domain.notice import Notice, NoticeOrder, Recipient
from domain.opposition import out_of_letters
from domain.reference import NoticeRef


async def add(
    act: Act, order: NoticeOrder, rank: int, to: Collection[Recipient]
) -> BatchRef:
    """Queue one batch of letters; those without an address are told so."""
    stem = f"{order.plan_id}.{order.topic}.{order.kind}.{order.turn}"
    channel = order.channel
    batch = {"cpts_id": act.cpts_id, "batch_id": f"{stem}.lot.{rank}"}
    about = {"crisis_id": order.plan_id}
    named = {"topic": order.topic, "message": order.kind}
    way = {"channel": channel, "leaves_at": order.leaves_at}
    await act.connection.execute(
        insert(batches).values(**batch, **about, **named, **way, fence=0)
    )
    await act.connection.execute(
        insert(notices).values(**batch, **order.notice.model_dump())
    )
    known = await oppositions.of_cpts(act.connection, act.cpts_id)
    refused = out_of_letters(known, routine=order.kind.is_routine)
    rows = [
        {
            **batch,
            **about,
            "delivery_id": f"{stem}.{one.recipient_id}.{channel}",
            "recipient_id": one.recipient_id,
            "channel": channel,
            "name": one.name,
            "address": one.address,
            "state": DeliveryState.NOT_SENT if why else DeliveryState.QUEUED,
            "reason": why,
            "fence": 0,
            "return_code": code,
        }
        for one, code in zip(to, return_codes(channel, len(to)), strict=True)
        for why in [_why_not(one, refused)]
    ]
    await insert_all(act.connection, deliveries, rows)
    return BatchRef.model_validate(batch)


def _why_not(to: Recipient, refused: Collection[str]) -> NotSent | None:
    if to.address is None:
        return NotSent.NO_ADDRESS
    return NotSent.OPPOSED if to.recipient_id in refused else None


async def said(connection: AsyncConnection, ref: BatchRef) -> Notice:
    """Give what the letters of a batch say.

    Raises:
        UnknownBatchError: It is no batch of a notice.
    """
    found = await connection.execute(
        select(notices).where(
            notices.c.cpts_id == ref.cpts_id, notices.c.batch_id == ref.batch_id
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownBatchError(batch=ref.batch_id)
    return Notice.model_validate(row)


async def is_posted(connection: AsyncConnection, cpts_id: str, topic: str) -> bool:
    """Was a letter about this topic ever queued?"""
    found = await connection.execute(
        select(batches.c.batch_id)
        .where(batches.c.cpts_id == cpts_id, batches.c.topic == topic)
        .limit(1)
    )
    return found.first() is not None


async def owing(connection: AsyncConnection, ref: NoticeRef) -> tuple[NoticeBatch, ...]:
    """List the batches about a topic that still owe letters, in order."""
    rows = await connection.execute(
        select(
            *(batches.c.cpts_id, batches.c.batch_id),
            *(batches.c.channel, batches.c.leaves_at),
        )
        .where(
            batches.c.cpts_id == ref.cpts_id,
            batches.c.topic == ref.topic,
            batches.c.closed_at.is_(None),
        )
        .order_by(batches.c.batch_id)
    )
    return tuple(NoticeBatch.model_validate(row) for row in rows.mappings())


async def blank(act: Act, topics: Collection[str]) -> None:
    """Empty the letters about these topics: whom they went to, and what they said.

    What was to leave will not; what left is still counted.
    """
    about = select(batches.c.batch_id).where(
        batches.c.cpts_id == act.cpts_id, batches.c.topic.in_(topics)
    )
    letters = deliveries.c.cpts_id == act.cpts_id, deliveries.c.batch_id.in_(about)
    for state, why in (
        (DeliveryState.QUEUED, NotSent.TOO_LATE),
        (DeliveryState.SENDING, NotSent.UNCERTAIN),
    ):
        await act.connection.execute(
            update(deliveries)
            .where(*letters, deliveries.c.state == state)
            .values(state=DeliveryState.NOT_SENT, reason=why)
        )
    nobody = {"name": "", "address": None, "reply": None, "receipt_reason": None}
    await act.connection.execute(update(deliveries).where(*letters).values(**nobody))
    await act.connection.execute(
        update(notices)
        .where(notices.c.cpts_id == act.cpts_id, notices.c.batch_id.in_(about))
        .values(paragraphs=[])
    )


async def give_up(act: Act, topics: Collection[str], recipient_id: str) -> None:
    """Say of what is still to leave to somebody about these topics: they answered."""
    about = select(batches.c.batch_id).where(
        batches.c.cpts_id == act.cpts_id, batches.c.topic.in_(topics)
    )
    await act.connection.execute(
        update(deliveries)
        .where(
            deliveries.c.cpts_id == act.cpts_id,
            deliveries.c.batch_id.in_(about),
            deliveries.c.recipient_id == recipient_id,
            deliveries.c.state == DeliveryState.QUEUED,
        )
        .values(state=DeliveryState.NOT_SENT, reason=NotSent.ANSWERED)
    )
