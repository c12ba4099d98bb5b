"""Whom a wave was for and asked nothing: its need was met before."""

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_

from adapters.database.tables import deliveries, recipients
from domain.alert import DeliveryState, NotSent
from domain.reference import CrisisRef, WaveRef


def was_spared(ref: CrisisRef | WaveRef) -> ColumnElement[bool]:
    """Say of recipients of a crisis that nothing left to them, since the need was met.

    Whoever was sent something, or may have been, or still is to be, was not spared.
    """
    needless = deliveries.c.reason == NotSent.COVERED
    asked = or_(
        deliveries.c.state != DeliveryState.NOT_SENT,
        deliveries.c.reason == NotSent.UNCERTAIN,
    )
    spared = (
        select(deliveries.c.wave, deliveries.c.recipient_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
        )
        .group_by(deliveries.c.wave, deliveries.c.recipient_id)
        .having(
            func.max(case((needless, 1), else_=0)) == 1,
            func.max(case((asked, 1), else_=0)) == 0,
        )
    )
    return tuple_(recipients.c.wave, recipients.c.person_id).in_(spared)
