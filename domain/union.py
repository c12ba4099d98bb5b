"""The cards of a crisis: the union over its types, each laid out once.

Source: docs/sources.md#union
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import paced
from domain.card import ActionCard, OrderGroup
from domain.crisis import ActivatedType
from domain.crisis_type import fastest
from domain.template import Template
from domain.wave import Delay, Kinetic


class DatedType(ActivatedType):
    """A type of a crisis, with its own T0, and why it was removed."""

    t0: datetime
    added_at: datetime | None = None  # when it was recorded
    removed_because: str | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """A kinetic, and since when the crisis has it."""

    since: datetime
    kinetic: Kinetic


@dataclass(frozen=True, slots=True)
class LaidCard:
    """A card as one crisis lays it out."""

    card: ActionCard
    t0: datetime  # the first of the types that want it
    speeds: tuple[Speed, ...]
    awaited_orders: tuple[OrderGroup, ...]  # one order from each group
    cautions: tuple[str, ...]  # the card's, then those of every type
    withdrawn: str | None = None  # why its type was removed

    @property
    def card_id(self) -> str:
        """The id of the card."""
        return self.card.card_id

    def due(self, delay: Delay, since: datetime, pace: int) -> datetime:
        """End the shortest delay; a speed taken later counts from then."""
        return min(
            max(since, speed.since) + paced(delay.of(speed.kinetic), pace)
            for speed in self.speeds
        )

    def ends_at(self, lifted_at: datetime | None, pace: int) -> datetime | None:
        """Say from when it opens no run any more."""
        if lifted_at is None or self.card.repeats_until is None:
            return lifted_at
        beyond: timedelta = self.card.repeats_until.after(lifted_at) - lifted_at
        return lifted_at + paced(beyond, pace)


def kinetic_of(
    template: Template, types: tuple[DatedType, ...], chosen: Kinetic | None = None
) -> Kinetic:
    """Say how fast a crisis goes: as chosen at TC-03, else as its fastest scenario."""
    return chosen or fastest(template.scenarios_of(_active(types) or types))


def lay_out(
    template: Template, types: tuple[DatedType, ...], chosen: Kinetic | None = None
) -> tuple[LaidCard, ...]:
    """Lay out the cards of a crisis: common ones, then type by type, each once.

    Args:
        template: The plan in force, frozen at activation.
        types: Every type the crisis has or had; at least one.
        chosen: The kinetic chosen at TC-03 for the whole activation.

    Raises:
        UnknownTypeError: The template has no such type, or the type no such scenario.
    """
    speeds = _speeds(template, types, chosen)
    sheets = [template.type_sheet(each.code) for each in _active(types)]
    cautions = tuple(text for sheet in sheets for text in sheet.cautions)
    active = frozenset(sheet.code for sheet in sheets)
    laid = {}
    for card, t0, withdrawn in _wanted(template, types):
        laid[card.card_id] = LaidCard(
            card=card,
            t0=t0,
            speeds=tuple(Speed(max(t0, s.since), s.kinetic) for s in speeds),
            awaited_orders=_awaited(template, card, active),
            cautions=tuple(dict.fromkeys((card.caution, *cautions))),
            withdrawn=withdrawn,
        )
    return tuple(laid.values())


def _active(types: tuple[DatedType, ...]) -> tuple[DatedType, ...]:
    return tuple(each for each in types if each.removed_because is None)


def _speeds(
    template: Template, types: tuple[DatedType, ...], chosen: Kinetic | None
) -> tuple[Speed, ...]:
    return tuple(
        Speed(each.t0, chosen or template.type_sheet(each.code).scenario(code).kinetic)
        for each in _active(types) or types
        for code in each.scenarios
    )


def _wanted(
    template: Template, types: tuple[DatedType, ...]
) -> Iterator[tuple[ActionCard, datetime, str | None]]:
    """List the cards with their T0, and the reason of those that are withdrawn."""
    first = min(each.t0 for each in types)
    said = frozenset(code for each in types for code in each.scenarios)
    gone = None if _active(types) else types[-1].removed_because
    for card in template.common_cards:
        if _concerns(card, said):
            yield card, first, gone
    for each in types:
        for card in template.type_sheet(each.code).cards:
            if _concerns(card, frozenset(each.scenarios)):
                yield card, each.t0, each.removed_because


def _concerns(card: ActionCard, scenarios: frozenset[str]) -> bool:
    return any(card.concerns(code) for code in scenarios)


def _awaited(
    template: Template, card: ActionCard, active: frozenset[str]
) -> tuple[OrderGroup, ...]:
    """Add the groups of the active types; never widen one."""
    added = (
        rule.adds_group
        for rule in template.departure_rules.union
        if rule.code in active and rule.moves_people and card.moves_people
    )
    groups = (*card.awaited_orders, *added)
    return tuple({frozenset(group): group for group in reversed(groups)}.values())[::-1]
