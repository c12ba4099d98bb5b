"""The cards that somebody of the cell answers for: what is due first, first.

Source: docs/sources.md#digest
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.card import CardState
from domain.card_errors import CardNotYoursError
from domain.run import Run
from domain.schedule import blocked_by
from domain.union import LaidCard

SHOWN_FIRST = 3
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OwnCard:
    """One run of a card, as somebody who answers for it sees it."""

    laid: LaidCard
    run: Run
    role: str  # theirs, in which they act on it
    awaited: tuple[str, ...] = ()  # cards that must be over before

    @property
    def ready(self) -> bool:
        """May it be done now?"""
        waits = self.run.state is CardState.WAITING or bool(self.awaited)
        return not (waits or self.run.over)

    @property
    def due_at(self) -> datetime | None:
        """When what is due first of it is due, if anything is."""
        return self.run.deadline.due_at if self.run.deadline else None


def own_cards(
    laid_cards: Sequence[LaidCard], runs: Iterable[Run], roles: Sequence[str]
) -> tuple[OwnCard, ...]:
    """List every run of the cards of whoever holds these roles.

    What may be done now comes first, the latest before; then what waits; then what
    is over.
    """
    everything = tuple(runs)
    laid_by_id = {laid.card_id: laid for laid in laid_cards}
    found = []
    for run in everything:
        laid = laid_by_id.get(run.card_id)  # none: of a scenario that left
        role = next((r for r in laid.card.roles if r in roles), None) if laid else None
        if laid is None or role is None:
            continue
        awaited = () if run.over else blocked_by(laid, run, laid_cards, everything)
        found.append(OwnCard(laid, run, role, awaited))
    return tuple(sorted(found, key=_rank))


def _rank(card: OwnCard) -> tuple[bool, bool, datetime, tuple[str, int]]:
    return card.run.over, not card.ready, card.due_at or _NEVER, card.run.key


def in_hand(cards: Iterable[OwnCard]) -> tuple[OwnCard, ...]:
    """Keep each card once: the first of its runs that is not over, else the last."""
    kept: dict[str, OwnCard] = {}
    for card in cards:
        known = kept.get(card.run.card_id)
        if known is None or (known.run.over and card.run.over):
            kept[card.run.card_id] = card
    return tuple(sorted(kept.values(), key=_rank))


def next_ones(cards: Iterable[OwnCard]) -> tuple[OwnCard, ...]:
    """Give those to do first, three at most, of those that may be done now."""
    return tuple(card for card in cards if card.ready)[:SHOWN_FIRST]


def run_of(cards: Iterable[OwnCard], card_id: str, number: int) -> OwnCard:
    """Give one run.

    Raises:
        CardNotYoursError: None of their roles answers for it, or it has no such run.
    """
    for card in cards:
        if card.run.key == (card_id, number):
            return card
    raise CardNotYoursError(card=card_id)
