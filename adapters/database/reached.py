"""What happened between a crisis and each person it asked, once a person."""

from collections import defaultdict
from collections.abc import Container

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import seats
from adapters.database.deliveries import OWED
from adapters.database.tables import deliveries, recipients, waves
from domain.alert import TO_CALL, DeliveryState
from domain.answer import SAFE_OR_NOT, Availability, last_word
from domain.board import Reach
from domain.receipt import Receipt
from domain.reference import CrisisRef
from domain.wave import NOT_TO_PEOPLE


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef, resting: Container[str] = ()
) -> tuple[Reach, ...]:
    """Say what happened with each person whom a wave of this crisis asked.

    Args:
        connection: To read by.
        ref: The crisis.
        resting: Who rests after a post.
    """
    said: dict[str, list[Availability]] = defaultdict(list)
    rows = await connection.execute(
        select(
            recipients.c.person_id,
            recipients.c.answer,
            recipients.c.detail,
            waves.c.closed_at,
        )
        .join(
            waves,
            (waves.c.cpts_id == recipients.c.cpts_id)
            & (waves.c.crisis_id == recipients.c.crisis_id)
            & (waves.c.wave == recipients.c.wave),
        )
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            waves.c.asks.is_(True),
            waves.c.code.not_in(NOT_TO_PEOPLE),
        )
        .order_by(
            recipients.c.answered_at.is_not(None),
            recipients.c.answered_at,
            recipients.c.wave,
        )
    )
    where: dict[str, str] = {}
    awaited: set[str] = set()
    for person_id, answer, detail, closed_at in rows.all():
        if answer in SAFE_OR_NOT:
            where[person_id] = (detail or {}).get("whereabouts", "")
        said[person_id] += [Availability(answer)] if answer else []
        if closed_at is None:
            awaited.add(person_id)
    left = await _left(connection, ref)
    held = await seats.assigned(connection, ref)
    return tuple(
        Reach(
            person_id=person_id,
            answer=last_word(answers),
            whereabouts=where.get(person_id, ""),
            seated=person_id in held,
            resting=person_id in resting,
            awaited=person_id in awaited,
            **left.get(person_id, {}),
        )
        for person_id, answers in said.items()
    )


async def _left(
    connection: AsyncConnection, ref: CrisisRef
) -> dict[str, dict[str, bool]]:
    """Say of each recipient if a message left, will leave, or could not arrive."""
    lost = func.coalesce(deliveries.c.receipt, "") == Receipt.FAILED
    rows = await connection.execute(
        select(
            deliveries.c.recipient_id,
            _some((deliveries.c.state == DeliveryState.SENT) & ~lost),
            _some(deliveries.c.state.in_(OWED)),
            _some(deliveries.c.reason.in_(TO_CALL) | lost),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
        )
        .group_by(deliveries.c.recipient_id)
    )
    return {
        person_id: {"sent": bool(sent), "pending": bool(due), "failed": bool(failed)}
        for person_id, sent, due, failed in rows.all()
    }


def _some(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))
