"""Numbers declared from one's own practice: one row a card and person, the last."""

from collections import Counter

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import contributions
from adapters.database.unit import Act
from domain.contribution import Declared, DeclaredTotals
from domain.reference import CrisisRef


async def replace(
    act: Act, crisis_id: str, person_id: str, declared: tuple[Declared, ...]
) -> None:
    """Write what somebody declares on these cards; what they had said of them goes."""
    await act.connection.execute(
        delete(contributions).where(
            contributions.c.cpts_id == act.cpts_id,
            contributions.c.crisis_id == crisis_id,
            contributions.c.person_id == person_id,
            contributions.c.card_id.in_([each.card_id for each in declared]),
        )
    )
    rows = [
        {
            "cpts_id": act.cpts_id,
            "crisis_id": crisis_id,
            "person_id": person_id,
            "at": act.at,
            **each.model_dump(),
        }
        for each in declared
        if each.fields
    ]
    if rows:
        await act.connection.execute(insert(contributions), rows)


_OF_PERSON = select(
    contributions.c.card_id, contributions.c.fields, contributions.c.minutes
).where(
    contributions.c.cpts_id == given("k_cpts"),
    contributions.c.crisis_id == given("k_crisis"),
    contributions.c.person_id == given("k_person"),
)


async def of_person(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> tuple[Declared, ...]:
    """Give what somebody declared last on each card."""
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    rows = await connection.execute(_OF_PERSON, named)
    return tuple(Declared.model_validate(row) for row in rows.all())


async def totals(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[DeclaredTotals, ...]:
    """Add up what was declared, card by card."""
    rows = await connection.execute(
        select(contributions.c.card_id, contributions.c.fields).where(
            contributions.c.cpts_id == ref.cpts_id,
            contributions.c.crisis_id == ref.crisis_id,
        )
    )
    people: Counter[str] = Counter()
    sums: dict[str, Counter[str]] = {}
    for card_id, fields in rows.all():
        people[card_id] += 1
        sums.setdefault(card_id, Counter()).update(fields)
    return tuple(
        DeclaredTotals(card_id=card_id, people=people[card_id], fields=dict(fields))
        for card_id, fields in sorted(sums.items())
    )
