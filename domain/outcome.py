"""What was done in a crisis: cards, contributions, missions, places, reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.card import CardState
from domain.printed import Count, Printed


class Outcome(StrEnum):
    """What became of a card."""

    DONE = "FAITE"
    OPEN = "OUVERTE"  # begun or not, it was still to be done
    NOT_DONE = "NON_FAITE"
    NOT_APPLICABLE = "SANS_OBJET"


class RunEnd(BaseModel):
    """One run of a card as a crisis leaves it; `proof` is the kind of proof given."""

    model_config = ConfigDict(frozen=True)

    state: CardState
    due_at: datetime | None = None
    done_at: datetime | None = None
    reason: str | None = None
    proof: str | None = None

    @property
    def proved(self) -> bool:
        """Is it done, with a proof?"""
        return self.done_at is not None and self.proof is not None

    def late(self, end: datetime) -> bool:
        """Was it done after it was due, or still to be done then?

        Args:
            end: The lifting, or now.
        """
        if self.due_at is None or self.state in _EXCUSED:
            return False
        return (self.done_at or end) > self.due_at


_EXCUSED = (CardState.NOT_APPLICABLE, CardState.NOT_DONE)


class CardRow(Printed):
    """An action card, all its runs together: the first one done tells its hours.

    A card done and proved is an action, counted once; `repeats` counts apart the
    other runs done and proved (Source: docs/sources.md#definitions).
    """

    id: str
    title: str
    state: str
    outcome: Outcome
    due_at: AwareDatetime | None = None
    done_at: AwareDatetime | None = None
    proof: str | None = None
    reason: str | None = None
    late: bool = False
    repeats: Count = 0

    @property
    def is_action(self) -> bool:
        """Done and proved."""
        return self.done_at is not None and self.proof is not None


def told_run(runs: Sequence[RunEnd]) -> RunEnd:
    """Choose the run that tells a card: first proved, else done, else the last.

    Args:
        runs: At least one, the first opened first.
    """
    for run in runs:
        if run.proved:
            return run
    done = (run for run in runs if run.done_at is not None)
    return next(done, runs[-1])


def outcome_of(run: RunEnd) -> Outcome:
    """Say what became of a card told by this run."""
    match run.state:
        case CardState.DONE:
            return Outcome.DONE
        case CardState.NOT_DONE:
            return Outcome.NOT_DONE
        case CardState.NOT_APPLICABLE:
            return Outcome.NOT_APPLICABLE
    return Outcome.OPEN


class ContributionRow(Printed):
    """What was declared on a contribution card: a total by field, from how many."""

    card: str
    people: Count
    totals: tuple[tuple[str, Count], ...] = ()  # label of the field, sum


class MissionCounts(Printed):
    """Written missions; `confirmed` is the time that people confirmed, in all."""

    proposed: Count
    accepted: Count
    declined: Count
    ended: Count
    confirmed: timedelta | None = None


class PlaceRow(Printed):
    """Places of one kind, by where they stand in the last flash survey."""

    kind: str
    listed: Count
    open: Count = 0
    slowed: Count = 0
    closed: Count = 0
    silent: Count = 0  # not closed: not known
    closed_at_night: Count = 0  # not asked: not on duty


class PartnerCounts(Printed):
    """Partners whom the cell told, by what came back; none asked: it told nobody."""

    asked: Count = 0
    unreached: Count = 0
    needs: Count = 0
    nothing: Count = 0
    unanswered: Count = 0


class SituationRow(Printed):
    """A situation report: when it was due, when it left."""

    number: Count
    due_at: AwareDatetime
    sent_at: AwareDatetime | None = None

    @property
    def is_late(self) -> bool:
        """Did it leave after it was due?"""
        return self.sent_at is not None and self.sent_at > self.due_at
