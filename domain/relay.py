"""One way failed: the next one of the cascade need not wait for its hour.

Source: docs/sources.md#cascade
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.alert import DeliveryState, NotSent
from domain.cascade import AGAIN
from domain.receipt import Receipt
from domain.wave import Channel


class PlannedWay(BaseModel):
    """One way by which a message goes to somebody, and where it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    delivery_id: str
    channel: Channel
    state: DeliveryState
    reason: NotSent | None
    receipt: Receipt | None
    leaves_at: datetime | None  # None: with its wave
    sharing: int | None  # how many share the telephone; None: nobody does

    def waits(self, now: datetime) -> bool:
        """Is its hour still to come?"""
        later = self.leaves_at is not None and self.leaves_at > now
        return later and self.state is DeliveryState.QUEUED

    @property
    def may_be_sooner(self) -> bool:
        """May it leave before its hour?

        Those who share a telephone were not missed; a second ring follows its first.
        """
        return self.sharing is None and not self.delivery_id.endswith(AGAIN)

    def may_arrive(self, now: datetime) -> bool:
        """Did it leave, or is it about to, and nobody says that it failed?"""
        if self.state is DeliveryState.NOT_SENT:
            left = self.reason is NotSent.UNCERTAIN
        else:
            left = not self.waits(now)
        return left and self.receipt is not Receipt.FAILED


def next_way(ways: Iterable[PlannedWay], now: datetime) -> PlannedWay | None:
    """Give the way that may leave at once; None while another one may arrive."""
    known = tuple(ways)
    if any(way.may_arrive(now) for way in known):
        return None
    waiting = (way for way in known if way.waits(now) and way.may_be_sooner)
    return min(waiting, key=lambda way: way.leaves_at or now, default=None)
