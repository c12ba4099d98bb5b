"""What the console shows: an instance at a glance, a crisis line by line."""

from collections import defaultdict
from collections.abc import Container, Sequence

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crisis_log, seats
from adapters.database.chronicle import LogLine, line_of
from adapters.database.crises import CrisisRow
from adapters.database.tables import (
    crises,
    deliveries,
    ledger_entries,
    recipients,
    waves,
)
from domain.alert import DeliveryState, NotSent
from domain.answer import SAFE_OR_NOT, Availability, last_word
from domain.board import Reach
from domain.crisis import CrisisState
from domain.receipt import Receipt
from domain.reference import CrisisRef
from domain.wave import NOT_TO_PEOPLE

_RUNNING = tuple(state for state in CrisisState if state.takes_answers)
_PENDING = (DeliveryState.QUEUED, DeliveryState.SENDING)
_TO_CALL = (
    NotSent.NO_ADDRESS,
    NotSent.REFUSED,
    NotSent.TOO_LATE,
    NotSent.UNCERTAIN,
    NotSent.SHARED,
)
_COUNTED = ("answer", "batch.sent")  # hundreds: the numbers tell them


async def running(connection: AsyncConnection) -> tuple[CrisisRow, ...]:
    """List the crises that run in this instance, the latest first."""
    rows = await connection.execute(
        select(crises)
        .where(crises.c.state.in_(_RUNNING))
        .order_by(crises.c.opened_at.desc())
    )
    return tuple(CrisisRow.model_validate(row) for row in rows.all())


async def ended(connection: AsyncConnection, number: int) -> tuple[CrisisRow, ...]:
    """List the last crises and exercises that are over."""
    rows = await connection.execute(
        select(crises)
        .where(crises.c.state.not_in(_RUNNING))
        .order_by(crises.c.opened_at.desc())
        .limit(number)
    )
    return tuple(CrisisRow.model_validate(row) for row in rows.all())


async def of_order(
    connection: AsyncConnection, cpts_id: str, order_key: str
) -> str | None:
    """Give the crisis that an order opened."""
    found = await connection.execute(
        select(crises.c.crisis_id).where(
            crises.c.cpts_id == cpts_id, crises.c.order_key == order_key
        )
    )
    return found.scalar_one_or_none()


async def reached(
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
        select(recipients.c.person_id, recipients.c.answer, recipients.c.detail)
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
    for person_id, answer, detail in rows.all():
        if answer in SAFE_OR_NOT:
            where[person_id] = (detail or {}).get("whereabouts", "")
        said[person_id] += [Availability(answer)] if answer else []
    left = await _left(connection, ref)
    held = await seats.assigned(connection, ref)
    return tuple(
        Reach(
            person_id=person_id,
            answer=last_word(answers),
            whereabouts=where.get(person_id, ""),
            seated=person_id in held,
            resting=person_id in resting,
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
            _some(deliveries.c.state.in_(_PENDING)),
            _some(deliveries.c.reason.in_(_TO_CALL) | lost),
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


async def last_lines(
    connection: AsyncConnection, ref: CrisisRef, number: int
) -> Sequence[LogLine]:
    """Read the end of the crisis log, the latest first; answers are counted apart."""
    rows = await connection.execute(
        select(
            ledger_entries.c.seq,
            ledger_entries.c.at,
            ledger_entries.c.kind,
            ledger_entries.c.canonical,
        )
        .where(
            ledger_entries.c.cpts_id == ref.cpts_id,
            ledger_entries.c.about == ref.crisis_id,
            ledger_entries.c.kind.not_in(_COUNTED),
        )
        .order_by(ledger_entries.c.seq.desc())
        .limit(number)
    )
    lines = [line_of(*row) for row in rows.all()]
    return await crisis_log.with_words(connection, ref, lines)
