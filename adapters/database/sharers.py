"""People who share a telephone that a wave wrote to once: « Qui répond ? »."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import crisis_people as person
from adapters.database.tables import deliveries
from domain.folding import in_order
from domain.reference import WaveRef

_CARRIERS = (  # of the messages that were for them and for others
    select(func.coalesce(deliveries.c.carried_by, deliveries.c.delivery_id))
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.crisis_id == given("k_crisis"),
        deliveries.c.wave == given("k_wave"),
        deliveries.c.recipient_id == given("k_person"),
        deliveries.c.sharing.is_not(None),
    )
    .distinct()
)


async def of_person(
    connection: AsyncConnection, ref: WaveRef, person_id: str
) -> tuple[tuple[str, str], ...]:
    """Give id and name of the others whom a message to their telephone was for."""
    named = {
        "k_cpts": ref.cpts_id,
        "k_crisis": ref.crisis_id,
        "k_wave": ref.wave,
        "k_person": person_id,
    }
    carriers = (await connection.execute(_CARRIERS, named)).scalars().all()
    if not carriers:
        return ()  # nearly always
    rows = await connection.execute(
        select(person.c.person_id, person.c.first_name, person.c.last_name)
        .join(
            deliveries,
            (deliveries.c.cpts_id == person.c.cpts_id)
            & (deliveries.c.crisis_id == person.c.crisis_id)
            & (deliveries.c.recipient_id == person.c.person_id),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            or_(
                deliveries.c.delivery_id.in_(carriers),
                deliveries.c.carried_by.in_(carriers),
            ),
            person.c.person_id != person_id,
        )
        .distinct()
        .order_by(person.c.person_id)
    )
    found = sorted(
        rows.all(), key=lambda each: in_order(each.last_name, each.first_name)
    )
    return tuple((row.person_id, f"{row.first_name} {row.last_name}") for row in found)
