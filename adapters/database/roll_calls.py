"""Roll calls: what was asked of many, and who answered."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import (
    batches,
    deliveries,
    enrolments,
    roll_call_people,
    roll_calls,
)
from adapters.database.unit import Act
from domain.alert import DeliveryState
from domain.contact_errors import UnknownRollCallError
from domain.notice import NoticeKind
from domain.roll_call import Called, RollCall, RollCallResult, topics_of
from domain.wave import Channel


async def of_cpts(connection: AsyncConnection, cpts_id: str) -> tuple[RollCall, ...]:
    """List the roll calls of a CPTS, the last one first."""
    rows = await connection.execute(
        select(roll_calls)
        .where(roll_calls.c.cpts_id == cpts_id)
        .order_by(roll_calls.c.opened_at.desc(), roll_calls.c.roll_call_id)
    )
    return tuple(RollCall.model_validate(row) for row in rows.all())


async def add(act: Act, call: RollCall, person_ids: Iterable[str]) -> None:
    """Keep a roll call, and whom it asks."""
    await act.connection.execute(
        insert(roll_calls).values(cpts_id=act.cpts_id, **call.model_dump())
    )
    key = {"cpts_id": act.cpts_id, "roll_call_id": call.roll_call_id}
    await act.connection.execute(
        insert(roll_call_people), [{**key, "person_id": who} for who in person_ids]
    )


async def answer(act: Act, call_id: str, person_id: str) -> bool:
    """Note the first answer of somebody; False: they answered, or were not asked."""
    changed = await act.connection.execute(
        update(roll_call_people)
        .where(
            roll_call_people.c.cpts_id == act.cpts_id,
            roll_call_people.c.roll_call_id == call_id,
            roll_call_people.c.person_id == person_id,
            roll_call_people.c.answered_at.is_(None),
        )
        .values(answered_at=act.at)
        .returning(roll_call_people.c.person_id)
    )
    return changed.one_or_none() is not None


async def end(act: Act, call_id: str) -> None:
    """Say that nothing more is expected of a roll call."""
    await act.connection.execute(
        update(roll_calls)
        .where(
            roll_calls.c.cpts_id == act.cpts_id,
            roll_calls.c.roll_call_id == call_id,
        )
        .values(ended_at=act.at)
    )


async def result(
    connection: AsyncConnection, cpts_id: str, call_id: str
) -> RollCallResult:
    """Say where a roll call stands.

    Raises:
        UnknownRollCallError: The CPTS never asked that.
    """
    known = {each.roll_call_id: each for each in await of_cpts(connection, cpts_id)}
    if call_id not in known:
        raise UnknownRollCallError(roll_call=call_id)
    asked = roll_call_people.c
    left = case((deliveries.c.state != DeliveryState.NOT_SENT, 1), else_=0)
    letters = (  # a person may be written to by several channels
        select(
            deliveries.c.recipient_id,
            func.max(left).label("left"),
            func.max(deliveries.c.reason).label("reason"),
        )
        .join(
            batches,
            and_(
                batches.c.cpts_id == deliveries.c.cpts_id,
                batches.c.batch_id == deliveries.c.batch_id,
            ),
        )
        .where(deliveries.c.cpts_id == cpts_id, batches.c.topic.in_(topics_of(call_id)))
        .group_by(deliveries.c.recipient_id)
        .subquery()
    )
    rows = await connection.execute(
        select(asked.person_id, asked.answered_at, letters.c.left, letters.c.reason)
        .outerjoin(letters, letters.c.recipient_id == asked.person_id)
        .where(asked.cpts_id == cpts_id, asked.roll_call_id == call_id)
        .order_by(asked.person_id)
    )
    people = tuple(
        Called(
            person_id=row.person_id,
            answered_at=row.answered_at,
            left=bool(row.left),
            reason=None if row.left else row.reason,
        )
        for row in rows.all()
    )
    return RollCallResult(known[call_id], people)


async def confirmed(connection: AsyncConnection, cpts_id: str) -> dict[str, datetime]:
    """Say when each member last confirmed what is known of them."""
    rows = await connection.execute(
        select(enrolments.c.person_id, enrolments.c.confirmed_at).where(
            enrolments.c.cpts_id == cpts_id
        )
    )
    return {row.person_id: row.confirmed_at for row in rows.all()}


class Tested(BaseModel):
    """A text or a call of a test of alert, and who has not answered it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    recipient_id: str
    topic: str


async def tested(
    connection: AsyncConnection, number: str | None, delivery_id: str | None
) -> Tested | None:
    """Say whose test of alert an answer is about: that of a call, or of a number."""
    if number is None and not delivery_id:  # whoever has no number is not it
        return None
    same = (
        deliveries.c.delivery_id == delivery_id
        if delivery_id
        else deliveries.c.address == number
    )
    found = await connection.execute(
        select(deliveries.c.cpts_id, deliveries.c.recipient_id, batches.c.topic)
        .join(
            batches,
            and_(
                batches.c.cpts_id == deliveries.c.cpts_id,
                batches.c.batch_id == deliveries.c.batch_id,
            ),
        )
        .join(
            roll_call_people,
            and_(
                roll_call_people.c.cpts_id == deliveries.c.cpts_id,
                roll_call_people.c.person_id == deliveries.c.recipient_id,
                batches.c.topic.startswith(roll_call_people.c.roll_call_id),
            ),
        )
        .where(
            same,
            deliveries.c.channel != Channel.MAIL,
            batches.c.message == NoticeKind.TEST,
            roll_call_people.c.answered_at.is_(None),
        )
        .order_by(roll_call_people.c.roll_call_id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else Tested.model_validate(row)
