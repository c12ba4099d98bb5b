"""What keeps people from leaving: orders that are awaited, bans on circulation.

Source: docs/sources.md#gates
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from domain.card import CountsFrom
from domain.card_fact import Agreement, Event, Order
from domain.union import LaidCard


class NoDeparture(StrEnum):
    """Why nobody leaves on a card."""

    ORDER = "ORDRE_ATTENDU"
    BAN = "CIRCULATION_INTERDITE"
    WITHDRAWN = "TYPE_RETIRE"
    LIFTED = "CRISE_LEVEE"


@dataclass(frozen=True, slots=True)
class TravelBan:
    """A ban on circulation in some zones; none named: everywhere."""

    zones: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None = None

    def runs(self, at: datetime) -> bool:
        """Is it in force at this instant?"""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def covers(self, zones: tuple[str, ...]) -> bool:
        """Does it leave none of these zones free?"""
        return not self.zones or (bool(zones) and set(zones) <= set(self.zones))


@dataclass(frozen=True, slots=True)
class CrisisFacts:
    """What happened in a crisis that its cards depend on."""

    zones: tuple[str, ...] = ()  # of the perimeter; none named: the whole territory
    orders: tuple[Order, ...] = ()
    events: tuple[Event, ...] = ()
    bans: tuple[TravelBan, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    lifted_at: datetime | None = None
    pace: int = 1

    def known(self, now: datetime) -> Self:
        """Leave out what has not happened yet."""
        return replace(
            self,
            orders=tuple(order for order in self.orders if order.at <= now),
            events=tuple(event for event in self.events if event.at <= now),
            bans=tuple(ban for ban in self.bans if ban.starts_at <= now),
            agreements=tuple(each for each in self.agreements if each.at <= now),
            lifted_at=self.lifted_at
            if self.lifted_at and self.lifted_at <= now
            else None,
        )

    def instants(self) -> Iterator[datetime]:
        """List the instants at which something begins or ends."""
        yield from (order.at for order in self.orders)
        yield from (event.at for event in self.events)
        yield from (ban.starts_at for ban in self.bans)
        yield from (ban.ends_at for ban in self.bans if ban.ends_at)
        if self.lifted_at:
            yield self.lifted_at

    def agreed(self, card_id: str, run: int) -> Agreement | None:
        """Give what was agreed last for one run of a card."""
        last_first = reversed(self.agreements)
        found = (a for a in last_first if (a.card_id, a.run) == (card_id, run))
        return next(found, None)

    def bans_on(self, laid: LaidCard) -> tuple[TravelBan, ...]:
        """List the bans that hold the whole card, the first one first."""
        if not laid.card.moves_people:
            return ()
        held = (ban for ban in self.bans if ban.covers(self.zones))
        return tuple(sorted(held, key=lambda ban: ban.starts_at))


def ordered_at(laid: LaidCard, facts: CrisisFacts) -> datetime | None:
    """Say when the awaited orders were complete; None if they are not.

    The lifting is itself the order that cards counted from it await.
    """
    if laid.card.counts_from is CountsFrom.LIFTING:
        return facts.lifted_at
    complete = laid.t0
    for group in laid.awaited_orders:
        given = [
            order.at
            for order in facts.orders
            if order.card_id == laid.card_id and order.source in group
        ]
        if not given:
            return None
        complete = max(complete, min(given))
    return complete


def no_departure(
    laid: LaidCard, facts: CrisisFacts, zone: str | None, now: datetime
) -> NoDeparture | None:
    """Say why no mission of this card may leave for this zone, or None.

    Args:
        laid: The card.
        facts: What happened.
        zone: Where the mission goes; None, unknown: any ban holds it.
        now: The instant of the departure.
    """
    facts = facts.known(now)
    if laid.withdrawn is not None:
        return NoDeparture.WITHDRAWN
    if facts.lifted_at and laid.card.counts_from is not CountsFrom.LIFTING:
        return NoDeparture.LIFTED
    if ordered_at(laid, facts) is None:
        return NoDeparture.ORDER
    running = (ban for ban in facts.bans if laid.card.moves_people and ban.runs(now))
    if any(zone is None or ban.covers((zone,)) for ban in running):
        return NoDeparture.BAN
    return None
