"""The one clock of a crisis: which runs of its cards open, wait, are due, and when.

Source: docs/sources.md#schedule
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from graphlib import TopologicalSorter

from domain.card import CardState, CountsFrom
from domain.gate import CrisisFacts
from domain.run import UNSTARTED, Run
from domain.timing import Timing
from domain.union import LaidCard


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to write now, and when to ask again."""

    opened: tuple[Run, ...]
    changed: tuple[Run, ...]  # as they become
    next_at: datetime | None  # when anything changes by itself

    @property
    def moved(self) -> bool:
        """Is anything to write?"""
        return bool(self.opened or self.changed)


def schedule(
    laid_cards: tuple[LaidCard, ...],
    runs: Iterable[Run],
    facts: CrisisFacts,
    now: datetime,
) -> Schedule:
    """Say which runs open or change now, and the next moment anything does.

    Once its answer is written, asking again at the same instant gives nothing. What
    people did stays: a run that is over never moves.
    """
    before = {run.key: run for run in runs}
    known: dict[str, list[Run]] = {}
    for run in sorted(before.values(), key=lambda run: run.number):
        known.setdefault(run.card_id, []).append(run)
    after: dict[str, tuple[Run, ...]] = {}
    instants = [at for at in facts.instants() if at > now]
    for laid in _dependencies_first(laid_cards):
        line = _line(laid, facts, _floor(laid, after), now)
        after[laid.card_id] = line.drawn(known.get(laid.card_id, []))
        instants += line.coming(after[laid.card_id])
    all_runs = [run for line_runs in after.values() for run in line_runs]
    return Schedule(
        opened=tuple(run for run in all_runs if run.key not in before),
        changed=tuple(run for run in all_runs if before.get(run.key, run) != run),
        next_at=min(instants, default=None),
    )


def blocked_by(
    laid: LaidCard, run: Run, laid_cards: Iterable[LaidCard], runs: Iterable[Run]
) -> tuple[str, ...]:
    """List the cards that must be over before a run starts, or reaches a milestone.

    A card that this crisis does not have is not awaited.
    """
    deadline = run.deadline
    inner = (
        name
        for part in laid.card.milestones
        if deadline and part.name == deadline.milestone
        for name in part.depends_on
    )
    awaited = dict.fromkeys((*laid.card.depends_on, *inner))
    there = {each.card_id for each in laid_cards if each.withdrawn is None}
    left = there - {each.card_id for each in runs if each.over}
    return tuple(name for name in awaited if name in left)


def _dependencies_first(laid_cards: Iterable[LaidCard]) -> Iterator[LaidCard]:
    known = {laid.card_id: laid for laid in laid_cards}
    graph = {name: laid.card.depends_on for name, laid in known.items()}
    order = TopologicalSorter(graph).static_order()
    return (known[name] for name in order if name in known)


def _floor(laid: LaidCard, after: Mapping[str, tuple[Run, ...]]) -> datetime | None:
    """Say when all that a card depends on is due; None while one of them is not."""
    floor = laid.t0
    for name in laid.card.depends_on:
        if name not in after:  # another scenario
            continue
        first = next(iter(after[name]), None)
        if first is None or (first.due_at is None and not first.over):
            return None
        floor = max(floor, first.due_at or floor)
    return floor


def _line(
    laid: LaidCard, facts: CrisisFacts, floor: datetime | None, now: datetime
) -> "_Line":
    known = facts.known(now)
    outlives = laid.card.counts_from is CountsFrom.LIFTING
    ends_at = None if outlives else laid.ends_at(known.lifted_at, known.pace)
    moment = min(now, ends_at or now)
    timing = Timing(laid, known.known(moment), floor, moment)
    return _Line(timing, ends_at, now)


@dataclass(frozen=True, slots=True)
class _Line:
    """The runs of one card, one after another."""

    timing: Timing
    ends_at: datetime | None
    now: datetime

    def drawn(self, known: list[Run]) -> tuple[Run, ...]:
        """Bring the runs that exist up to date, and open those that lack."""
        if self.timing.laid.withdrawn is not None:
            return tuple(self._withdrawn(run) for run in known)
        runs = [self.timing.of(run) for run in known]
        while (at := self._next(runs)) is not None and at <= self.now:
            runs.append(self._opened(len(runs) + 1, at))
        lifted_at = self.timing.facts.lifted_at
        wanted = lifted_at and self.timing.laid.card.final_run_after
        if lifted_at and wanted and not any(map(self.timing.is_final, runs)):
            runs.append(self._opened(len(runs) + 1, lifted_at))
        return tuple(runs)

    def coming(self, runs: tuple[Run, ...]) -> tuple[datetime, ...]:
        """List the future instants at which a run opens by itself."""
        if self.timing.laid.withdrawn is not None:
            return ()
        at = self._next(runs)
        return () if at is None else (at,)

    def _opened(self, number: int, at: datetime) -> Run:
        run = Run(self.timing.laid.card_id, number, CardState.TO_DO, at)
        return self.timing.of(run)

    def _withdrawn(self, run: Run) -> Run:
        if run.state not in UNSTARTED:
            return run
        reason = self.timing.laid.withdrawn
        return replace(run, state=CardState.NOT_APPLICABLE, reason=reason)

    def _next(self, runs: Sequence[Run]) -> datetime | None:
        """Say when the next run starts, if nothing else happens."""
        last = next((r for r in reversed(runs) if not self.timing.is_final(r)), None)
        at = self._first() if last is None else self._following(runs, last)
        if at is not None and self.ends_at is not None and at >= self.ends_at:
            return None
        return at

    def _first(self) -> datetime | None:
        match self.timing.laid.card.counts_from:
            case CountsFrom.LIFTING:
                return self.timing.facts.lifted_at
            case CountsFrom.EVENT:
                return self._next_event([])
            case CountsFrom.T0 | CountsFrom.ORDER:  # it waits for its order, seen
                return self.timing.laid.t0

    def _following(self, runs: Sequence[Run], last: Run) -> datetime | None:
        card = self.timing.laid.card
        if card.counts_from is CountsFrom.EVENT:
            return self._next_event(runs)
        if card.recurs_after or last.number < len(card.occurrences):
            agreed = self.timing.facts.agreed(card.card_id, last.number + 1)
            return (
                min(agreed.at, last.due_at) if agreed and last.due_at else last.due_at
            )
        return None

    def _next_event(self, runs: Sequence[Run]) -> datetime | None:
        """Find the first event that no run answers yet."""
        answered = {run.opened_at for run in runs}
        card_id = self.timing.laid.card_id
        told = {each.at for each in self.timing.facts.events if each.card_id == card_id}
        return min(told - answered, default=None)
