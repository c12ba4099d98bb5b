"""Who sits where, by name: what the cell chooses from."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import missions, people, reserve
from adapters.database.tables import needs, seats
from domain.reference import CrisisRef
from domain.seating import Sitting


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[Sitting, ...]:
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
    known = {p.person_id: p for p in await people.named(connection, ref, tuple(cards))}
    proposed = {
        (mission.person_id, mission.card_id): mission.state
        for mission in await missions.of_crisis(connection, ref)
    }
    return tuple(
        Sitting(
            person_id=person_id,
            name=f"{known[person_id].last_name} {known[person_id].first_name}",
            profession=known[person_id].profession,
            zone=known[person_id].zone,
            mobile=known[person_id].mobile,
            card=card,
            mission=proposed.get((person_id, card or "")),
        )
        for person_id, card in cards.items()
    )
