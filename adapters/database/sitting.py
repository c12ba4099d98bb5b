"""Who sits where, by name: what the cell chooses from."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import missions, people, reserve, rests
from adapters.database.tables import needs, seats
from domain.mission import MissionState
from domain.reference import CrisisRef
from domain.seating import Sitting


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> tuple[Sitting, ...]:
    """List who holds a seat or relieves there, card by card, then the reserve."""
    rows = await connection.execute(
        select(seats.c.person_id, needs.c.card_id)
        .join(
            needs,
            and_(
                needs.c.cpts_id == seats.c.cpts_id,
                needs.c.crisis_id == seats.c.crisis_id,
                needs.c.need_id == seats.c.need_id,
            ),
        )
        .where(
            seats.c.cpts_id == ref.cpts_id,
            seats.c.crisis_id == ref.crisis_id,
            seats.c.person_id.is_not(None),
        )
        .order_by(needs.c.card_id, seats.c.taken_at, seats.c.person_id)
    )
    cards: dict[str, str | None] = dict(rows.all())
    cards |= {r.person_id: r.card_id for r in await reserve.relieving(connection, ref)}
    line = await reserve.in_line(connection, ref)
    cards |= {waiting.person_id: None for waiting in line}
    proposed = {
        (mission.person_id, mission.card_id): mission.state
        for mission in await missions.of_crisis(connection, ref)
    }
    states = {who: proposed.get((who, card or "")) for who, card in cards.items()}
    return await _named(connection, ref, cards, states, now)


async def students(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> tuple[Sitting, ...]:
    """List the students who said yes: they fill no need and are never alone."""
    line = await reserve.students(connection, ref)
    rows = await missions.of_crisis(connection, ref)
    states = {mission.person_id: mission.state for mission in rows}
    cards = {waiting.person_id: None for waiting in line}
    return await _named(connection, ref, cards, states, now)


async def _named(
    connection: AsyncConnection,
    ref: CrisisRef,
    cards: Mapping[str, str | None],
    missions_of: Mapping[str, MissionState | None],
    now: datetime,
) -> tuple[Sitting, ...]:
    """Name people, by the card where they sit and the state of their mission."""
    resting = await rests.of_crisis(connection, ref, now)
    known = {p.person_id: p for p in await people.named(connection, ref, tuple(cards))}
    return tuple(
        Sitting(
            person_id=person_id,
            name=f"{known[person_id].last_name} {known[person_id].first_name}",
            profession=known[person_id].profession,
            skills=known[person_id].skills,
            zone=known[person_id].zone,
            mobile=known[person_id].mobile,
            card=card,
            mission=missions_of.get(person_id),
            rests_until=resting.get(person_id),
        )
        for person_id, card in cards.items()
    )
