"""The state and the dates that the facts give to one run of a card.

Source: docs/sources.md#schedule
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.calendar import paced
from domain.card import CardState, CountsFrom
from domain.gate import CrisisFacts, ordered_at
from domain.run import UNSTARTED, Deadline, Run
from domain.union import LaidCard


@dataclass(frozen=True, slots=True)
class Timing:
    """What dates the runs of one card at one moment."""

    laid: LaidCard
    facts: CrisisFacts  # known at `moment`
    floor: datetime | None  # when what it depends on is due; None: not known yet
    moment: datetime

    def of(self, run: Run) -> Run:
        """Bring a run up to date; one that is over never moves."""
        if run.over:
            return run
        ordered = ordered_at(self.laid, self.facts)
        held = ordered is None or any(
            ban.runs(self.moment) for ban in self.facts.bans_on(self.laid)
        )
        if run.state in UNSTARTED:
            run = replace(run, state=CardState.WAITING if held else CardState.TO_DO)
        since = None
        if ordered is not None and self.floor is not None:
            since = self._past_bans(run, max(run.opened_at, ordered))
        if since is None:
            return replace(run, counted_from=None, due_at=None, milestones=())
        return replace(
            run,
            counted_from=since,
            due_at=self._due(run, since),
            milestones=self._milestones(since),
        )

    def is_final(self, run: Run) -> bool:
        """Is it the one last run that the lifting opens?"""
        wanted = self.laid.card.final_run_after is not None
        return wanted and run.opened_at == self.facts.lifted_at

    def _past_bans(self, run: Run, since: datetime) -> datetime | None:
        """Count from the end of the bans; None while one holds a run not yet due."""
        for ban in self.facts.bans_on(self.laid):
            if ban.starts_at >= self._due(run, since):
                continue
            if ban.ends_at is None or ban.ends_at > self.moment:
                return None
            since = max(since, ban.ends_at)
        return since

    def _due(self, run: Run, since: datetime) -> datetime:
        if agreed := self.facts.agreed(run.card_id, run.number):
            return agreed.due_at
        card, pace = self.laid.card, self.facts.pace
        if card.final_run_after is not None and self.is_final(run):
            return since + paced(card.final_run_after, pace)
        if run.number == 1 or card.counts_from is CountsFrom.EVENT:
            return max(self.floor or since, self.laid.due(card.due_after, since, pace))
        if card.occurrences:
            before, at = card.occurrences[run.number - 2 : run.number]
            return since + paced(at - before, pace)
        return self.laid.due(card.recurs_after or card.due_after, since, pace)

    def _milestones(self, since: datetime) -> tuple[Deadline, ...]:
        return tuple(
            Deadline(self.laid.due(part.due_after, since, self.facts.pace), part.name)
            for part in self.laid.card.milestones
        )
