"""What was told of one card: an order that it awaited, a condition that came true."""

from dataclasses import dataclass
from datetime import datetime

from domain.card import OrderSource


@dataclass(frozen=True, slots=True)
class Order:
    """What an authority or the emergency service ordered on one card."""

    card_id: str
    source: OrderSource
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """The condition of a card, declared true."""

    card_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """The hour agreed for one run of a card, in place of the plan's."""

    card_id: str
    run: int
    at: datetime  # when it was agreed
    due_at: datetime
