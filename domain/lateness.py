"""How late a run is: due soon at 50 % of its delay, late at 100 %, grave at 150 %.

Source: docs/sources.md#lateness
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from domain.run import Run


class Lateness(StrEnum):
    """How late a run is, the least first."""

    ON_TIME = "A_TEMPS"
    DUE_SOON = "BIENTOT"  # its holder is told
    LATE = "EN_RETARD"  # the deputy too
    GRAVE = "RETARD_GRAVE"  # and DECISION


def lateness(run: Run, now: datetime) -> Lateness:
    """Say how late what is due first in a run is; what waits or is over never is."""
    reached = (level for at, level in _steps(run) if at <= now)
    return max(reached, key=tuple(Lateness).index, default=Lateness.ON_TIME)


def later_at(run: Run, now: datetime) -> datetime | None:
    """Say when it becomes later than it is, if nobody does anything."""
    return min((at for at, _ in _steps(run) if at > now), default=None)


def _steps(run: Run) -> Iterator[tuple[datetime, Lateness]]:
    deadline, since = run.deadline, run.counted_from
    if deadline is None or since is None:
        return
    half = (deadline.due_at - since) / 2
    yield since + half, Lateness.DUE_SOON
    yield deadline.due_at, Lateness.LATE
    yield deadline.due_at + half, Lateness.GRAVE
