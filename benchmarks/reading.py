"""What a coordinator waits for: `tocsin crisis status`, and the report on paper."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from adapters.embedded import FolderLock
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

    how = "`tocsin crisis status` from nothing, as typed; median"
    alone = await times(status)
    stage.start_web()
    with as_held(stage):
        asked = await times(status)
    measures = [
        median_of("status", "s", asked, f"{how}; Tocsin runs", STATUS_BAR_S),
        median_of("status_alone", "s", alone, f"{how}; it reads the database itself"),
    ]
    async with opened(stage.settings) as instance:
        files = filing(instance)

        async def report() -> None:
            picture = await files.read(ref)
            await asyncio.to_thread(files.press.render_report, picture.facts)

        how = f"read and print the report of a crisis of {people}; median"
        seconds = await times(report)
        measures.append(median_of(f"report_{people}", "s", seconds, how, REPORT_BAR_S))
    return measures


@contextmanager
def as_held(stage: Stage) -> Iterator[None]:
    """Hold the folder and say its ports, as `tocsin up` does."""
    lock = FolderLock(stage.folder).acquire()
    temporal = urlsplit(f"//{stage.settings.temporal_address}").port
    ports = {"web_port": stage.web_port, "temporal_port": temporal}
    (stage.folder / "run.json").write_text(json.dumps(ports))
    try:
        yield
    finally:
        lock.release()


async def times(work: Callable[[], Awaitable[object]]) -> list[float]:
    """Do it several times; give the seconds of each."""
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
