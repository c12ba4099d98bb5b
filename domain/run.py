"""One run of a card: where it stands, from when it counts, when it is due."""

from dataclasses import dataclass
from datetime import datetime

from domain.card import CardState

UNSTARTED = frozenset({CardState.TO_DO, CardState.WAITING})
OVER = frozenset({CardState.DONE, CardState.NOT_APPLICABLE, CardState.NOT_DONE})


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant by which a run, or the part of it so named, is to be done."""

    due_at: datetime
    milestone: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a card; the schedule says everything but what people did."""

    card_id: str
    number: int  # from 1
    state: CardState
    opened_at: datetime  # as scheduled, not as written: it tells runs apart
    counted_from: datetime | None = None  # none while it waits
    due_at: datetime | None = None
    milestones: tuple[Deadline, ...] = ()
    milestones_done: tuple[str, ...] = ()
    reason: str | None = None  # why it no longer applies

    @property
    def key(self) -> tuple[str, int]:
        """What makes two of them the same run."""
        return self.card_id, self.number

    @property
    def over(self) -> bool:
        """Is nothing left to do?"""
        return self.state in OVER

    @property
    def deadline(self) -> Deadline | None:
        """What is due first of what is not done."""
        if self.over or self.due_at is None:
            return None
        left = (m for m in self.milestones if m.milestone not in self.milestones_done)
        return next(left, Deadline(self.due_at))
