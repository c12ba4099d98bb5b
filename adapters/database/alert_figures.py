"""Whom a crisis wrote to: counted once a person and wave, whatever the channels."""

from collections import Counter

from sqlalchemy import Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.deliveries import OWED
from adapters.database.tables import deliveries, recipients, waves
from domain.alert import TO_CALL, DeliveryState, NotSent
from domain.answer import Availability
from domain.figures import Alerts
from domain.receipt import Receipt
from domain.reference import CrisisRef
from domain.wave import NOT_TO_PEOPLE

_KINDS = ("sent", "pending", "reason", "arrived", "hoped")


def per_recipient(ref: CrisisRef) -> Subquery:
    """Give one row a recipient and wave: did one of its messages leave?"""
    sent = case((deliveries.c.state == DeliveryState.SENT, 1), else_=0)
    pending = case((deliveries.c.state.in_(OWED), 1), else_=0)
    arrived = case((deliveries.c.receipt == Receipt.DELIVERED, 1), else_=0)
    hoped = case(  # it left, and nobody says that it failed
        (
            and_(
                deliveries.c.state == DeliveryState.SENT,
                func.coalesce(deliveries.c.receipt, "") != Receipt.FAILED,
            ),
            1,
        ),
        else_=0,
    )
    return (
        select(
            deliveries.c.wave,
            deliveries.c.recipient_id,
            func.max(sent).label("sent"),
            func.max(pending).label("pending"),
            func.max(arrived).label("arrived"),
            func.max(hoped).label("hoped"),
            func.max(deliveries.c.reason).label("reason"),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
        )
        .group_by(deliveries.c.wave, deliveries.c.recipient_id)
        .subquery()
    )


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[Alerts, dict[str, int]]:
    """Count people asked, written to, reached; and why the others were not."""
    each = per_recipient(ref)
    answer = func.coalesce(recipients.c.answer, Availability.SILENT)
    spoke = case((answer != Availability.SILENT, 1), else_=0).label("spoke")
    kinds = (*(each.c[name] for name in _KINDS), spoke)
    rows = await connection.execute(
        select(*(*kinds, func.count()))
        .select_from(each)
        .outerjoin(
            recipients,
            (recipients.c.cpts_id == ref.cpts_id)
            & (recipients.c.crisis_id == ref.crisis_id)
            & (recipients.c.wave == each.c.wave)
            & (recipients.c.person_id == each.c.recipient_id),
        )
        .group_by(*kinds)
    )
    asked = sent = failed = delivered = 0
    reasons: Counter[str] = Counter()
    for left, pending, reason, arrived, hoped, heard, number in rows.all():
        asked += number
        if left:
            sent += number
            if not (hoped or arrived):
                failed += number
            elif arrived or heard:
                delivered += number
        elif not pending:
            reasons[reason or NotSent.UNCERTAIN] += number
    alerts = Alerts(
        asked=asked,
        sent=sent,
        not_sent=reasons.total(),
        delivered=delivered,
        failed=reasons[NotSent.REFUSED] + failed,
        unknown=sent - delivered - failed,
    )
    return alerts, dict(sorted(reasons.items()))


async def people_written_to(connection: AsyncConnection, ref: CrisisRef) -> int:
    """Count whom its waves are for, each person once; no place, no partner."""
    found = await connection.execute(
        select(func.count(recipients.c.person_id.distinct()))
        .join(
            waves,
            (waves.c.cpts_id == recipients.c.cpts_id)
            & (waves.c.crisis_id == recipients.c.crisis_id)
            & (waves.c.wave == recipients.c.wave),
        )
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            waves.c.code.not_in(NOT_TO_PEOPLE),
        )
    )
    return found.scalar_one()


async def unreached(connection: AsyncConnection, ref: CrisisRef) -> tuple[str, ...]:
    """List whom no message of a request may have reached: people to call."""
    each = per_recipient(ref)
    rows = await connection.execute(
        select(each.c.recipient_id)
        .join(
            waves,
            (waves.c.wave == each.c.wave)
            & (waves.c.cpts_id == ref.cpts_id)
            & (waves.c.crisis_id == ref.crisis_id),
        )
        .where(
            waves.c.asks.is_(True),
            waves.c.code.not_in(NOT_TO_PEOPLE),
            each.c.pending == 0,
            or_(
                and_(each.c.sent == 0, each.c.reason.in_(TO_CALL)),
                and_(each.c.sent == 1, each.c.hoped == 0, each.c.arrived == 0),
            ),
        )
        .distinct()
    )
    return tuple(rows.scalars())
