"""Seats: taken one at a time, never twice, never two by one person."""

from collections.abc import Collection, Sequence

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis, named
from adapters.database.tables import missions, needs, seats
from adapters.database.unit import Act
from domain.mission import MissionState
from domain.need import Need
from domain.reference import CrisisRef

_NEEDS = (
    select(needs)
    .where(in_crisis(needs))
    .order_by(needs.c.card_id, needs.c.profession.is_(None), needs.c.need_id)
)
_TAKEN_AWAY = delete(needs).where(
    in_crisis(needs), needs.c.need_id.in_(given("k_needs"))
)
_STILL_HELD = select(seats.c.need_id, seats.c.position).where(
    in_crisis(seats), seats.c.need_id.in_(given("k_needs"))
)
_EVERYONE = select(seats.c.person_id).where(
    in_crisis(seats), seats.c.person_id.is_not(None)
)
_ON_MISSION = select(missions.c.person_id).where(
    in_crisis(missions), missions.c.state == MissionState.ACCEPTED
)


async def lay_out(act: Act, crisis_id: str, wanted: Sequence[Need]) -> None:
    """Lay out needs, and an empty row for each seat that they lack."""
    if not wanted:
        return
    base = {"cpts_id": act.cpts_id, "crisis_id": crisis_id}
    there = await _shrunk(act, crisis_id, wanted)
    await act.connection.execute(
        insert(needs),
        [{**base, **need.model_dump(mode="json")} for need in wanted],
    )
    rows = [
        {
            **base,
            "seat_id": f"{need.need_id}.{position}",
            "need_id": need.need_id,
            "position": position,
        }
        for need in wanted
        for position in range(1, need.needed + 1)
        if (need.need_id, position) not in there
    ]
    await act.connection.execute(insert(seats), rows)


async def _shrunk(
    act: Act, crisis_id: str, wanted: Sequence[Need]
) -> frozenset[tuple[str, int]]:
    """Take away these needs as a removal left them; give the seats still held."""
    these = {
        "k_cpts": act.cpts_id,
        "k_crisis": crisis_id,
        "k_needs": [need.need_id for need in wanted],
    }
    await act.connection.execute(_TAKEN_AWAY, these)
    rows = await act.connection.execute(_STILL_HELD, these)
    return frozenset((need_id, position) for need_id, position in rows.all())


async def needs_of(
    connection: AsyncConnection, cpts_id: str, crisis_id: str
) -> tuple[Need, ...]:
    """Give the needs of a crisis, seats kept for a profession first."""
    of_crisis = {"k_cpts": cpts_id, "k_crisis": crisis_id}
    rows = await connection.execute(_NEEDS, of_crisis)
    return tuple(Need.model_validate(row, from_attributes=True) for row in rows.all())


async def take(
    act: Act, crisis_id: str, need_ids: Sequence[str], person_id: str
) -> str | None:
    """Take the first free seat among these needs, in order; give its need."""
    order = {need_id: place for place, need_id in enumerate(need_ids)}
    free = and_(
        seats.c.cpts_id == act.cpts_id,
        seats.c.crisis_id == crisis_id,
        seats.c.need_id.in_(need_ids),
        seats.c.person_id.is_(None),
    )
    first = (
        select(seats.c.seat_id)
        .where(free)
        .order_by(case(order, value=seats.c.need_id), seats.c.position)
        .limit(1)
        .scalar_subquery()
    )
    seize = (
        update(seats)
        .where(free, seats.c.seat_id == first)
        .values(person_id=person_id, taken_at=act.at)
        .returning(seats.c.need_id)
    )
    some = select(seats.c.seat_id).where(free).limit(1)
    while need_ids:
        need_id: str | None = await act.connection.scalar(seize)
        if need_id is not None or await act.connection.scalar(some) is None:
            return need_id
    return None


async def holders(
    connection: AsyncConnection, ref: CrisisRef, need_ids: Sequence[str]
) -> tuple[str | None, ...]:
    """Say who holds each seat of these needs; None: it is empty."""
    rows = await connection.execute(
        select(seats.c.person_id).where(
            seats.c.cpts_id == ref.cpts_id,
            seats.c.crisis_id == ref.crisis_id,
            seats.c.need_id.in_(need_ids),
        )
    )
    return tuple(rows.scalars())


async def free(act: Act, crisis_id: str) -> int:
    """Count the seats that are still empty, over all needs."""
    named = {"k_cpts": act.cpts_id, "k_crisis": crisis_id}
    found = await act.connection.execute(_EMPTY, named)
    return found.scalar_one()


_EMPTY = select(func.count()).where(
    seats.c.cpts_id == given("k_cpts"),
    seats.c.crisis_id == given("k_crisis"),
    seats.c.person_id.is_(None),
)
_OF_PERSON = (
    seats.c.cpts_id == given("k_cpts"),
    seats.c.crisis_id == given("k_crisis"),
    seats.c.person_id == given("k_person"),
)
_LEFT = (
    update(seats)
    .where(*_OF_PERSON)
    .values(person_id=None, taken_at=None)
    .returning(seats.c.need_id)
)
_HELD = select(seats.c.need_id).where(*_OF_PERSON)


async def leave(act: Act, crisis_id: str, person_id: str) -> str | None:
    """Give back the seat of someone; give its need, or None without a seat."""
    named = {"k_cpts": act.cpts_id, "k_crisis": crisis_id, "k_person": person_id}
    need_id: str | None = await act.connection.scalar(_LEFT, named)
    return need_id


async def serve(act: Act, crisis_id: str, person_id: str) -> None:
    """Write that somebody ended a mission in their seat: it was filled."""
    await act.connection.execute(
        update(seats)
        .where(
            seats.c.cpts_id == act.cpts_id,
            seats.c.crisis_id == crisis_id,
            seats.c.person_id == person_id,
        )
        .values(served_at=act.at)
    )


async def withdraw(act: Act, crisis_id: str, card_ids: Collection[str]) -> int:
    """Take back the empty seats of cards that nobody wants; count those still held."""
    taken = await filled(act.connection, act.cpts_id, crisis_id)
    held = 0
    for need in await needs_of(act.connection, act.cpts_id, crisis_id):
        if need.card_id not in card_ids:
            continue
        left = taken.get(need.need_id, 0)
        held += left
        of_need = (
            seats.c.cpts_id == act.cpts_id,
            seats.c.crisis_id == crisis_id,
            seats.c.need_id == need.need_id,
        )
        await act.connection.execute(
            delete(seats).where(*of_need, seats.c.person_id.is_(None))
        )
        this = (
            needs.c.cpts_id == act.cpts_id,
            needs.c.crisis_id == crisis_id,
            needs.c.need_id == need.need_id,
        )
        shrink = update(needs).values(needed=left) if left else delete(needs)
        await act.connection.execute(shrink.where(*this))
    return held


async def held_by(
    connection: AsyncConnection, cpts_id: str, crisis_id: str, person_id: str
) -> str | None:
    """Give the need whose seat someone holds."""
    named = {"k_cpts": cpts_id, "k_crisis": crisis_id, "k_person": person_id}
    found = await connection.execute(_HELD, named)
    return found.scalar_one_or_none()


async def filled(
    connection: AsyncConnection, cpts_id: str, crisis_id: str
) -> dict[str, int]:
    """Count the taken seats by need; a need with none is absent."""
    return await _count(connection, cpts_id, crisis_id, seats.c.person_id.is_not(None))


async def served(
    connection: AsyncConnection, cpts_id: str, crisis_id: str
) -> dict[str, int]:
    """Count by need the seats held, now or until the end of a mission, once each."""
    ever = or_(seats.c.person_id.is_not(None), seats.c.served_at.is_not(None))
    return await _count(connection, cpts_id, crisis_id, ever)


async def _count(
    connection: AsyncConnection,
    cpts_id: str,
    crisis_id: str,
    which: ColumnElement[bool],
) -> dict[str, int]:
    rows = await connection.execute(
        select(seats.c.need_id, func.count())
        .where(
            seats.c.cpts_id == cpts_id,
            seats.c.crisis_id == crisis_id,
            which,
        )
        .group_by(seats.c.need_id)
    )
    return dict(rows.all())


async def everyone(
    connection: AsyncConnection, cpts_id: str, crisis_id: str
) -> frozenset[str]:
    """Give whoever holds a seat."""
    of_crisis = {"k_cpts": cpts_id, "k_crisis": crisis_id}
    rows = await connection.execute(_EVERYONE, of_crisis)
    return frozenset(person for person in rows.scalars() if person is not None)


async def assigned(connection: AsyncConnection, ref: CrisisRef) -> frozenset[str]:
    """Give whoever holds a seat or accepted a mission: who relieves has no seat."""
    seated = await everyone(connection, ref.cpts_id, ref.crisis_id)
    rows = await connection.execute(_ON_MISSION, named(ref))
    return seated.union(rows.scalars())
