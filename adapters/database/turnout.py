"""Who was asked for help, reached, answered and came: counted where the rows are."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import (
    contributions,
    crisis_people,
    deliveries,
    missions,
    recipients,
)
from adapters.database.waves import WaveRow
from domain.alert import DeliveryState
from domain.answer import Availability
from domain.mission import MissionState
from domain.reference import CrisisRef
from domain.turnout import Asked, Part

_AGREED = (MissionState.ACCEPTED, MissionState.ENDED)


def requests(waves: Iterable[WaveRow]) -> tuple[WaveRow, ...]:
    """Keep the waves that ask for help: those that offer « yes, now »."""
    return tuple(wave for wave in waves if Availability.IMMEDIATE in wave.answers)


async def people(
    connection: AsyncConnection,
    ref: CrisisRef,
    asking: Sequence[WaveRow],
    also: Iterable[str],
) -> tuple[Asked, ...]:
    """List whom these waves asked, and others who took part; each once.

    Args:
        connection: Where to read.
        ref: The crisis.
        asking: The waves that ask for help.
        also: Who took part, asked or not.
    """
    numbers = [wave.wave for wave in asking]
    asked, spoke = _asked(ref, numbers), _spoke(ref, numbers)
    who = crisis_people.c
    rows = await connection.execute(
        select(
            who.person_id,
            who.profession,
            who.zone,
            asked.c.recipient_id.is_not(None),
            func.coalesce(asked.c.sent, 0) == 1,
            spoke.c.person_id.is_not(None),
        )
        .outerjoin(asked, asked.c.recipient_id == who.person_id)
        .outerjoin(spoke, spoke.c.person_id == who.person_id)
        .where(who.cpts_id == ref.cpts_id, who.crisis_id == ref.crisis_id)
    )
    kept = frozenset(also)
    everyone = (Asked(*row) for row in rows.all())
    return tuple(each for each in everyone if each.asked or each.person_id in kept)


def _asked(ref: CrisisRef, numbers: Sequence[int]) -> Subquery:
    """Give one row a person asked: did one message of a request leave?"""
    left = case((deliveries.c.state == DeliveryState.SENT, 1), else_=0)
    return (
        select(deliveries.c.recipient_id, func.max(left).label("sent"))
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.in_(numbers),
        )
        .group_by(deliveries.c.recipient_id)
        .subquery()
    )


def _spoke(ref: CrisisRef, numbers: Sequence[int]) -> Subquery:
    return (
        select(recipients.c.person_id)
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.wave.in_(numbers),
            recipients.c.answered_at.is_not(None),
        )
        .distinct()
        .subquery()
    )


async def parts(connection: AsyncConnection, ref: CrisisRef) -> tuple[Part, ...]:
    """List missions and contributions, with the time that people confirmed."""
    m, c = missions.c, contributions.c
    gone = await connection.execute(
        select(m.person_id, m.state, m.worked_from, m.worked_until).where(
            m.cpts_id == ref.cpts_id, m.crisis_id == ref.crisis_id
        )
    )
    declared = await connection.execute(
        select(c.person_id, c.minutes).where(
            c.cpts_id == ref.cpts_id, c.crisis_id == ref.crisis_id
        )
    )
    return (
        *(
            Part(person_id, state in _AGREED, begun and until and until - begun)
            for person_id, state, begun, until in gone.all()
        ),
        *(
            Part(person_id, agreed=True, worked=timedelta(minutes=minutes or 0))
            for person_id, minutes in declared.all()
        ),
    )
