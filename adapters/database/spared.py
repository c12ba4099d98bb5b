"""Whom a wave was for and asked nothing: its need was met before."""

from sqlalchemy import case, func, or_, select, tuple_

from adapters.database.columns import in_crisis
from adapters.database.tables import deliveries, recipients
from domain.alert import DeliveryState, NotSent

_NEEDLESS = deliveries.c.reason == NotSent.COVERED
_ASKED = or_(
    deliveries.c.state != DeliveryState.NOT_SENT,
    deliveries.c.reason == NotSent.UNCERTAIN,
)
_WHO = (
    select(deliveries.c.wave, deliveries.c.recipient_id)
    .where(in_crisis(deliveries), deliveries.c.wave.is_not(None))
    .group_by(deliveries.c.wave, deliveries.c.recipient_id)
    .having(
        func.max(case((_NEEDLESS, 1), else_=0)) == 1,
        func.max(case((_ASKED, 1), else_=0)) == 0,
    )
)

SPARED = tuple_(recipients.c.wave, recipients.c.person_id).in_(_WHO)
"""Recipients of a crisis to whom nothing left, since the need was met.

Whoever was sent something, or may have been, or still is to be, was not spared.
"""
