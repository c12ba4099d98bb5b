"""Rounds of one fault: a wave of the national plan, and what the sink says of it."""

import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures import Measure
from benchmarks.stage import CONNECTIONS, Stage, until
from benchmarks.waves import Waves, settled_nationally
from domain.reference import CrisisRef

CPTS_ID = "faults"
PEOPLE = 2000
ORDERED_MINUTES_AGO = 45
DELAY_MS = 20  # as a relay takes: the wave lasts about five seconds
MOMENTS = range(100, 1500)  # messages taken when something breaks


@dataclass(frozen=True)
class Aftermath:
    """What one round left: counted by the sink, not by what we believe we sent."""

    lost: int  # neither taken by the sink nor said, with a reason, not to have left
    repeats: int
    renamed: int  # people who were written to under two Message-IDs
    next_s: float  # from the replacement being up to the next message
    took_s: float  # from that same moment to the last message


class Record:
    """What the sink took: a line a message, with its instant."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self._from = 0

    def forget(self) -> None:
        """Read no more of what was taken until now: rounds are many."""
        self._from = self.path.stat().st_size

    def of(self, ref: CrisisRef, wave: int) -> list[tuple[float, str, str]]:
        """Give instant, Message-ID and recipient of each message of a wave."""
        start = f"{ref.crisis_id}.{wave}."
        with self.path.open() as record:
            record.seek(self._from)
            lines = [line.split("\t") for line in record if start in line]
        return [
            (float(line[0]), line[1], line[2].strip())
            for line in lines
            if len(line) > 2 and line[1].startswith(start)  # noqa: PLR2004 - whole
        ]


class Rounds:
    """Rounds on one stage, whose processes are kept alive as `tocsin up` does."""

    def __init__(self, stage: Stage, waves: Waves, record: Record) -> None:
        self.stage = stage
        self.waves = waves
        self._record = record
        self.measures: list[Measure] = []

    def sink(self, port: int, delay_ms: int = 0) -> None:
        """Start the sink that keeps the record."""
        options = ("--record", str(self._record.path), "--delay-ms", str(delay_ms))
        ours = (sys.executable, "-m", "benchmarks.sink", "--port", str(port))
        self.stage.start("sink", (*ours, *options), port)

    async def opened(self) -> CrisisRef:
        """Open a crisis whose order is old enough for the wave that asks everyone."""
        self._record.forget()
        return (await self.waves.open(CPTS_ID, ORDERED_MINUTES_AGO)).ref

    async def some_taken(self, ref: CrisisRef, number: int) -> None:
        """Wait until so many messages of its wave were taken."""
        await until("the wave", lambda: len(self._taken(ref)) >= number)

    def _taken(self, ref: CrisisRef) -> list[tuple[float, str, str]]:
        return self._record.of(ref, self.waves.rows.request(ref))

    def aftermath(self, ref: CrisisRef, since: float = 0) -> Aftermath:
        """Compare what the sink took with what the rows say."""
        taken = self._taken(ref)
        times = Counter(name for _, name, _ in taken)
        names = defaultdict(set)
        for _, name, recipient in taken:
            names[recipient].add(name)
        rows = self.waves.rows
        wave = (ref.cpts_id, ref.crisis_id, rows.request(ref))
        owed = rows.every(
            "SELECT delivery_id FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND wave = ?"
            " AND NOT (state = 'NON_PARTIE' AND reason IS NOT NULL)",
            *wave,
        )
        arrived = {name.partition("@")[0] for name in times}
        later = [at for at, _, _ in taken if at > since] or [since]
        return Aftermath(
            lost=sum(delivery_id not in arrived for (delivery_id,) in owed),
            repeats=times.total() - len(times),
            renamed=sum(len(some) > 1 for some in names.values()),
            next_s=min(later) - since,
            took_s=max(later) - since,
        )

    def note(
        self,
        name: str,
        found: Sequence[Aftermath],
        how: str,
        next_bar: float | None = None,
        kills: int = 1,
    ) -> None:
        """Keep what rounds of one fault left; nothing may be lost.

        Args:
            name: Of the fault.
            found: A round each.
            how: What was done.
            next_bar: The most seconds from the replacement to the next message.
            kills: How often a round broke what was in flight.
        """
        lost = [float(after.lost) for after in found]
        repeats = [float(after.repeats) for after in found]
        renamed = [float(after.renamed) for after in found]
        self.one(f"{name}_lost", "mails", lost, how, 0)
        print(f"  {name}: lost {lost}, repeats {repeats}")
        flight = f"{how}; connections in flight: {CONNECTIONS}"
        self.one(f"{name}_repeats", "mails", repeats, flight, CONNECTIONS * kills)
        self.one(f"{name}_renamed", "people", renamed, f"two Message-IDs; {how}", 0)
        if next_bar is not None:
            again = f"replacement up to next mail; {how}"
            nexts = [after.next_s for after in found]
            self.one(f"{name}_next", "s", nexts, again, next_bar)

    def one(
        self,
        name: str,
        unit: str,
        runs: Sequence[float],
        how: str,
        bar: float | None = None,
    ) -> None:
        """Keep one figure: the worst of its runs."""
        self.measures.append(Measure(name, max(runs), unit, how, bar, tuple(runs)))


@asynccontextmanager
async def rounds_on(stage: Stage, measures: list[Measure]) -> AsyncIterator[Rounds]:
    """Have waves of the national plan leave on a stage; what is seen is kept."""
    stage.start_temporal()
    await settled_nationally(stage, CPTS_ID, PEOPLE)
    waves = await Waves.on(stage)
    rounds = Rounds(stage, waves, Record(stage.folder / "taken.tsv"))
    stage.start_worker()
    try:
        yield rounds
    finally:
        measures += rounds.measures
        await waves.close()
