"""What a coordinator waits for: `tocsin crisis status`, and the report on paper."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable

from archive import filing
from benchmarks.measures import ROOT, Measure, median_of
from benchmarks.stage import NotReadyError, Stage
from domain.reference import CrisisRef
from instance import opened

STATUS_BAR_S, REPORT_BAR_S = 0.5, 3.0
RUNS = 7


async def reading_measures(stage: Stage, ref: CrisisRef, people: int) -> list[Measure]:
    """Time the terminal's board and the report of one crisis.

    Raises:
        NotReadyError: The command failed.
    """

    async def status() -> None:
        await _status(stage, ref)

    measures = [
        median_of(
            *("status", "s", await _times(status)),
            *("`tocsin crisis status` from nothing, as typed; median", STATUS_BAR_S),
        )
    ]
    async with opened(stage.settings) as instance:
        files = filing(instance)

        async def report() -> None:
            picture = await files.read(ref)
            await asyncio.to_thread(files.press.render_report, picture.facts)

        how = f"read and print the report of a crisis of {people}; median"
        seconds = await _times(report)
        measures.append(median_of(f"report_{people}", "s", seconds, how, REPORT_BAR_S))
    return measures


async def _times(work: Callable[[], Awaitable[None]]) -> list[float]:
    seconds: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await work()
        seconds.append(time.perf_counter() - began)
    return seconds


async def _status(stage: Stage, ref: CrisisRef) -> None:
    words = (str(ROOT / "starter.py"), "crisis", "status", ref.crisis_id)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        cwd=ROOT,
        env={**os.environ, **stage.environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await process.wait():
        raise NotReadyError("tocsin crisis status failed")
