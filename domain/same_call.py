"""Cards that one telephone call does: each has its own proof, the log has one line.

Source: docs/sources.md#same-call
"""

from collections.abc import Iterable

from domain.union import LaidCard


def same_call(cards: Iterable[LaidCard], card_id: str) -> tuple[LaidCard, ...]:
    """List the other cards of a crisis that the call of a card does too."""
    there = tuple(laid for laid in cards if laid.withdrawn is None)
    calls = {laid.card_id: laid.card.same_call_as or laid.card_id for laid in there}
    call = calls.get(card_id)
    return tuple(
        laid
        for laid in there
        if calls[laid.card_id] == call and laid.card_id != card_id
    )
