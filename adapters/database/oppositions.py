"""What people no longer want to receive, and what that stops at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.deliveries import OWED
from adapters.database.tables import (
    batches,
    crisis_people,
    deliveries,
    oppositions,
    people,
    waves,
)
from adapters.database.unit import Act
from domain.alert import PROTECTING, DeliveryState, NotSent
from domain.notice import NoticeKind
from domain.opposition import Opposition, Scope, barred
from domain.reference import WaveRef

_OF_CPTS = (
    select(oppositions)
    .where(oppositions.c.cpts_id == given("k_cpts"))
    .order_by(oppositions.c.person_id)
)


async def of_cpts(connection: AsyncConnection, cpts_id: str) -> tuple[Opposition, ...]:
    """List every opposition of a CPTS."""
    rows = await connection.execute(_OF_CPTS, {"k_cpts": cpts_id})
    return tuple(Opposition.model_validate(row) for row in rows.all())


async def barring(connection: AsyncConnection, ref: WaveRef) -> dict[str, NotSent]:
    """Say whom a message of this wave must not leave to, and why."""
    known = await of_cpts(connection, ref.cpts_id)
    if not known:
        return {}
    asks = await connection.scalar(
        select(waves.c.asks.is_(True) & waves.c.code.not_in(PROTECTING)).where(
            waves.c.cpts_id == ref.cpts_id,
            waves.c.crisis_id == ref.crisis_id,
            waves.c.wave == ref.wave,
        )
    )
    return barred(known, ref.crisis_id, asks=bool(asks))


async def knows(connection: AsyncConnection, cpts_id: str, person_id: str) -> bool:
    """Is, or was, this person of the CPTS, or of one of its crises?"""
    here, there = people.c, crisis_people.c
    found = await connection.scalar(
        select(
            or_(
                exists().where(here.cpts_id == cpts_id, here.person_id == person_id),
                exists().where(there.cpts_id == cpts_id, there.person_id == person_id),
            )
        )
    )
    return bool(found)


async def add(act: Act, said: Opposition) -> bool:
    """Keep an opposition; False if it was known."""
    where = _same(act, said)
    if await act.connection.scalar(select(exists().where(where))):
        return False
    values = {**said.model_dump(), "cpts_id": act.cpts_id, "since": act.at}
    await act.connection.execute(insert(oppositions).values(values))
    return True


async def remove(act: Act, said: Opposition) -> bool:
    """Take an opposition back; False if there was none."""
    gone = await act.connection.execute(
        delete(oppositions).where(_same(act, said)).returning(oppositions.c.person_id)
    )
    return gone.one_or_none() is not None


def _same(act: Act, said: Opposition) -> ColumnElement[bool]:
    return and_(
        oppositions.c.cpts_id == act.cpts_id,
        oppositions.c.person_id == said.person_id,
        oppositions.c.scope == said.scope,
        oppositions.c.crisis_id == said.crisis_id,
    )


async def hold_back(act: Act, said: Opposition) -> None:
    """Say of what is still to leave to this person that it will not, and why.

    What a connection holds already is not called back, but never tried again. Those
    who share their telephone still get what rang it for them all.
    """
    of_waves = deliveries.c.wave.is_not(None)
    of_letters = exists().where(
        batches.c.cpts_id == deliveries.c.cpts_id,
        batches.c.batch_id == deliveries.c.batch_id,
        batches.c.topic.is_not(None),
    )
    routine = of_letters.where(
        batches.c.message.in_([each for each in NoticeKind if each.is_routine])
    )
    requests = and_(
        deliveries.c.crisis_id == said.crisis_id,
        exists().where(
            waves.c.cpts_id == deliveries.c.cpts_id,
            waves.c.crisis_id == deliveries.c.crisis_id,
            waves.c.wave == deliveries.c.wave,
            waves.c.asks,
            waves.c.code.not_in(PROTECTING),
        ),
    )
    concerned = {
        Scope.ALERT: requests,
        Scope.ROUTINE: routine,
        Scope.EVER: or_(of_waves, of_letters),
    }[said.scope]
    why = NotSent.STOPPED if said.scope is Scope.ALERT else NotSent.OPPOSED
    theirs = (
        deliveries.c.cpts_id == act.cpts_id,
        deliveries.c.recipient_id == said.person_id,
        concerned,
    )
    await act.connection.execute(
        update(deliveries)
        .where(*theirs, deliveries.c.reason == NotSent.SHARED)
        .values(reason=why, carried_by=None)
    )
    for row in await _owed(act, theirs):
        if row.state == DeliveryState.QUEUED:
            await _end(act, row.delivery_id, why)
            await _pass_on(act, row)
        elif row.sharing is None:
            await _end(act, row.delivery_id, NotSent.UNCERTAIN)


async def _owed(
    act: Act, theirs: Sequence[ColumnElement[bool]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Hold what is owed, in the order of the outbox: no ring of waiters."""
    rows = await act.connection.execute(
        select(
            deliveries.c.delivery_id,
            deliveries.c.batch_id,
            deliveries.c.state,
            deliveries.c.sharing,
        )
        .where(*theirs, deliveries.c.state.in_(OWED))
        .order_by(deliveries.c.delivery_id)
        .with_for_update()
    )
    return rows.all()


async def _end(act: Act, delivery_id: str, why: NotSent) -> None:
    await act.connection.execute(
        update(deliveries)
        .where(
            deliveries.c.cpts_id == act.cpts_id,
            deliveries.c.delivery_id == delivery_id,
        )
        .values(state=DeliveryState.NOT_SENT, reason=why)
    )


async def _pass_on(act: Act, held: Row[*tuple[Any, ...]]) -> None:
    """Let the message to a shared telephone leave to the next of those who share it."""
    here = deliveries.c.cpts_id == act.cpts_id
    carried = deliveries.c.carried_by == held.delivery_id
    found = await act.connection.execute(
        select(deliveries.c.delivery_id, deliveries.c.name)
        .where(here, carried)
        .order_by(deliveries.c.place, deliveries.c.delivery_id)
    )
    left = found.all()
    if not left:
        return
    first = left[0].delivery_id
    await act.connection.execute(
        update(deliveries)
        .where(here, deliveries.c.delivery_id == first)
        .values(
            batch_id=held.batch_id,
            state=DeliveryState.QUEUED,
            reason=None,
            carried_by=None,
            name=", ".join(each.name for each in left),
            sharing=len(left) if len(left) > 1 else None,
        )
    )
    await act.connection.execute(
        update(deliveries).where(here, carried).values(carried_by=first)
    )
