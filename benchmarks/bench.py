"""`make bench`: speed of waves and answers, on real parts, against the bars."""

import argparse
import asyncio
import statistics
import sys
import time
import traceback
from collections.abc import Sequence

from benchmarks.answering import PEOPLE, WITHIN_S, measures_of, post_all
from benchmarks.crowd import crowd_measures
from benchmarks.fanout import activity_measures, celery_measures
from benchmarks.lanes import lane_measures
from benchmarks.ledgers import ledger_measures
from benchmarks.measures import ROOT, Measure, median_of, ratios, report
from benchmarks.nights import night_measures
from benchmarks.planning import plan_measures
from benchmarks.reading import reading_measures
from benchmarks.rosters import roster_measures
from benchmarks.stage import CONNECTIONS, AbsentError, Helper, NotReadyError, Stage
from benchmarks.texts import text_measures
from benchmarks.waves import (
    Sent,
    Waves,
    all_up,
    events_of,
    prepared_message,
    settled,
    settled_nationally,
)
from domain.reference import CrisisRef

FOLDER = ROOT / "var" / "bench"
PAIRS = {378: 7, 2000: 9, 10_000: 2}  # pairs of runs by size of the wave
NATIONAL, NATIONAL_PAIRS, ORDERED_MINUTES_AGO = "bench-99", 5, 45
OPENINGS = 20
SMALL = 378
WARMING, WARMING_S = 60, 6.0  # answers that are not counted
RATIO_BAR, EVENTS_BAR = 1.5, 60
OPENING_BAR_S, WORST_OPENING_BAR_S = 1.0, 2.0
MEMORY_BAR_MB = 250
FAILED = (NotReadyError, TimeoutError, ExceptionGroup)
ASIDE = (
    lane_measures,
    text_measures,
    activity_measures,
    celery_measures,
    ledger_measures,
    crowd_measures,
    night_measures,
)
"""Measured on stages of their own: one that fails keeps nothing from the others."""


class Bench:
    """One run: the parts stand, the figures gather."""

    def __init__(
        self, stage: Stage, waves: Waves, seconds: float, measures: list[Measure]
    ) -> None:
        self._stage = stage
        self._waves = waves
        self._seconds = seconds
        self.measures = measures

    async def run(self) -> None:
        """Measure everything, the answers without Temporal last."""
        for people in PAIRS:
            await settled(self._stage, f"bench-{people}", people)
        first = await self._waves.send(f"bench-{SMALL}", SMALL)  # warms everything
        message = await prepared_message(self._stage, first)
        port = str(self._stage.sink_port)
        bare = await Helper.start(self._stage, "benchmarks.bare", port, str(message))
        await bare.ask(count=SMALL)
        for people, pairs in PAIRS.items():
            await self._compare(bare, people, pairs)
        await self._openings()
        crisis, down = await self._national(bare)
        await bare.stop()
        self._note_memory()
        self.measures += await reading_measures(self._stage, crisis, PEOPLE)
        self.measures += await plan_measures(self._stage, NATIONAL, PEOPLE)
        rows = self._waves.rows  # who comes first waits for templates and statements
        await post_all(self._stage, rows, first.ref, WARMING_S, WARMING)
        await self._answers("answers", crisis, "everything up")
        self._stage.stop("temporal")
        how = "Temporal's server stopped, the worker left to look for it"
        await self._answers("answers_without_temporal", down, how)

    async def _national(self, bare: Helper) -> tuple[CrisisRef, CrisisRef]:
        """Send every wave of a crisis of 99 cards; give the last two crises."""
        await settled_nationally(self._stage, NATIONAL, PEOPLE)
        found: list[Sent] = []
        runs: list[float] = []
        for _ in range(NATIONAL_PAIRS):
            found.append(await self._waves.send(NATIONAL, PEOPLE, ORDERED_MINUTES_AGO))
            said = await bare.ask(count=found[-1].number)
            runs.append(found[-1].since_commit / float(said["seconds"]))
        how = (
            f"national plan, order recorded {ORDERED_MINUTES_AGO} min late: every wave"
            f" at once, {found[-1].number} mails to {PEOPLE} people, from the commit"
            " over the bare loop; median"
        )
        name = f"national_{PEOPLE}_ratio"
        self.measures.append(median_of(name, "x", runs, how, RATIO_BAR))
        return found[-1].ref, found[-2].ref

    async def _compare(self, bare: Helper, people: int, pairs: int) -> None:
        """Run bare loop and wave in turn; the order changes from pair to pair."""
        theirs: list[float] = []
        ours: list[Sent] = []
        for turn in range(pairs):
            for who in ("bare", "wave") if turn % 2 else ("wave", "bare"):
                if who == "bare":
                    said = await bare.ask(count=people)
                    theirs.append(float(said["seconds"]))
                else:
                    ours.append(await self._waves.send(f"bench-{people}", people))
            last = ours[-1]
            print(
                f"  {people}: {last.elapsed:.2f} s since the order,"
                f" {last.since_commit:.2f} s since its commit, bare {theirs[-1]:.2f} s"
            )
        self._note_ratios(people, ours, theirs)
        if people == PEOPLE:
            events = [await events_of(self._stage, wave.ref) for wave in ours]
            how = f"history of alert_wave once {people} mails have left; worst"
            self._note("wave_events", max(events), "events", how, EVENTS_BAR, events)

    def _note_ratios(
        self, people: int, ours: Sequence[Sent], theirs: Sequence[float]
    ) -> None:
        loop = f"bare aiosmtplib loop, {CONNECTIONS} connections, pair by pair"
        bar = RATIO_BAR if people >= PEOPLE else None
        spans = {
            "": (
                "from the commit of the order to the last message",
                "since_commit",
                bar,
            ),
            "_since_order": (
                "from the order given to the last message",
                "elapsed",
                None,
            ),
            "_sending": ("from the first message to the last", "window", None),
        }
        for suffix, (span, field, limit) in spans.items():
            runs = ratios([getattr(wave, field) for wave in ours], theirs)
            how = f"{span}, rows and ledger included, over the {loop}; median"
            name = f"wave_{people}_ratio{suffix}"
            self.measures.append(median_of(name, "x", runs, how, limit))
        for name, seconds in (
            (f"wave_{people}", [wave.elapsed for wave in ours]),
            (f"bare_{people}", theirs),
        ):
            self.measures.append(median_of(name, "s", seconds, "median"))

    async def _openings(self) -> None:
        runs = [
            (await self._waves.send(f"bench-{SMALL}", SMALL)).opening
            for _ in range(OPENINGS)
        ]
        how = (
            "order given in a process that is not the worker, until the first message"
            f" of {SMALL} is acknowledged and its row says so"
        )
        median = statistics.median(runs)
        self._note("opening_to_first", median, "s", how, OPENING_BAR_S, runs)
        worst = f"worst of {OPENINGS}: {how}"
        self._note("opening_worst", max(runs), "s", worst, WORST_OPENING_BAR_S)

    async def _answers(self, name: str, ref: CrisisRef, how: str) -> None:
        print(f"  {name}: {self._seconds:.0f} s")
        posted = await post_all(self._stage, self._waves.rows, ref, self._seconds)
        self.measures.extend(
            measures_of(name, posted, f"uvicorn, warm, 99 cards; {how}")
        )

    def _note_memory(self) -> None:
        how = "peak of the worker after the waves"
        if memory := self._stage.peak_mb("worker"):
            self._note("worker_memory", memory, "MB", how, MEMORY_BAR_MB)

    def _note(  # noqa: PLR0913, PLR0917 - the fields of a measure
        self,
        name: str,
        value: float,
        unit: str,
        how: str,
        bar: float | None = None,
        runs: Sequence[float] = (),
    ) -> None:
        self.measures.append(Measure(name, value, unit, how, bar, tuple(runs)))


async def _bench(seconds: float) -> int:
    began = time.monotonic()
    taken: list[Measure] = []
    absent: dict[str, str] = {}
    sink, whole = "", True
    try:
        async with all_up(FOLDER) as (stage, waves):
            sink = stage.sink
            await Bench(stage, waves, seconds, taken).run()
    except FAILED as error:  # what was taken is kept
        whole = False
        traceback.print_exception(error)
    for measured in ASIDE:
        try:
            taken += await measured(FOLDER)
        except AbsentError as error:
            absent[error.measure] = f"non mesuré : {error}"
            print(f"  {error.measure}: {absent[error.measure]}")
        except FAILED as error:
            whole = False
            traceback.print_exception(error)
    taken += roster_measures()
    took = round(time.monotonic() - began)
    about = {"sink": sink, "seconds": took, "whole": whole, "not_measured": absent}
    code = report(taken, FOLDER, **about)
    return code if whole else 1


def main() -> None:
    """Measure, print, write, exit 1 when a bar does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--answers-seconds",
        type=float,
        default=WITHIN_S,
        help=f"over how long {PEOPLE} answers are posted",
    )
    given = options.parse_args()
    sys.exit(asyncio.run(_bench(given.answers_seconds)))


if __name__ == "__main__":
    main()
