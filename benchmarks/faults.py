"""`make faults`: kills and failing servers, during waves of the national plan."""

import argparse
import asyncio
import secrets
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.embedded import LOOPBACK, answers
from benchmarks.answering import Posted, post_all
from benchmarks.fault_rounds import (
    DELAY_MS,
    MOMENTS,
    PEOPLE,
    Aftermath,
    Rounds,
    rounds_on,
)
from benchmarks.mail_faults import break_mail
from benchmarks.measures import ROOT, Measure, report
from benchmarks.postgres import postgres, serves
from benchmarks.provider_faults import break_providers
from benchmarks.stage import AbsentError, NotReadyError, Stage, until
from domain.reference import CrisisRef

FOLDER = ROOT / "var" / "faults"
NEXT_BAR_S = 3.0
ANSWERING, POSTING_S = 600, 18.0  # the pace of `make bench`
ALONE = 2  # kills of each part alone, in waves of their own
PARTS = ("worker", "temporal", "web", "database")
_RANDOM = secrets.SystemRandom()


class Kills:
    """Processes killed without warning, and what is left of their wave."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds

    async def kills(self, part: str, rounds: int) -> None:
        """Kill a part at a random moment of each of these waves."""
        found = [await self._killed(part) for _ in range(rounds)]
        how = f"kill -9 of {part} at a random moment of waves of {PEOPLE}; worst round"
        self._rounds.note(f"kill_{part}", found, how, NEXT_BAR_S)

    async def _killed(self, part: str) -> Aftermath:
        ref = await self._rounds.opened()
        await self._rounds.some_taken(ref, secrets.choice(MOMENTS))
        up_at = await self._kill(part)
        await self._rounds.waves.until_sent(ref)
        after = self._rounds.aftermath(ref, up_at)
        print(f"  {part}: {after}")
        return after

    async def _kill(self, part: str) -> float:
        """Kill a part; give the instant when its replacement is up."""
        stage = self._rounds.stage
        settings = stage.settings
        before, starts = stage.pid(part), stage.worker_starts()
        stage.kill(part)
        await until("a new process", lambda: stage.pid(part) not in {None, before})
        is_up: dict[str, Callable[[], bool]] = {
            "worker": lambda: stage.worker_starts() > starts,
            "temporal": lambda: answers(settings.temporal_address or ""),
            "web": lambda: answers(f"{LOOPBACK}:{stage.web_port}"),
            "database": lambda: serves(settings.database_url),
        }
        await until(f"{part} again", is_up[part])
        return time.time()

    async def web(self, rounds: int) -> None:
        """Kill the pages while a wave leaves and everyone answers."""
        found = [await self._answered(self._kill_web) for _ in range(rounds)]
        how = f"kill -9 of the pages while {ANSWERING} answer; they insist, same nonce"
        self._note_answers("kill_web", found, how)

    async def _kill_web(self, _ref: CrisisRef) -> None:
        await asyncio.sleep(secrets.randbelow(10))
        await self._kill("web")

    async def every_part(self, rounds: int) -> None:
        """Kill every part, in any order, at random moments of the same wave."""
        found = [await self._answered(self._kill_every_part) for _ in range(rounds)]
        how = (
            f"kill -9 of {', '.join(PARTS)}, in any order, at random moments of each"
            f" wave of {PEOPLE}, while {ANSWERING} answer; worst round"
        )
        after = [aftermath for _, aftermath in found]
        self._rounds.note("kill_every_part", after, how, kills=len(PARTS))
        self._note_answers("kill_every_part_answers", found, how)

    async def _kill_every_part(self, ref: CrisisRef) -> None:
        moments = sorted(_RANDOM.sample(MOMENTS, len(PARTS)))
        parts = _RANDOM.sample(PARTS, len(PARTS))
        for part, moment in zip(parts, moments, strict=True):
            await self._rounds.some_taken(ref, moment)
            await self._kill(part)

    async def _answered(
        self, kill: Callable[[CrisisRef], Awaitable[None]]
    ) -> tuple[Posted, Aftermath]:
        """Kill while a wave leaves and its people answer."""
        ref = await self._rounds.opened()
        stage, waves = self._rounds.stage, self._rounds.waves
        async with asyncio.TaskGroup() as both:
            posting = both.create_task(
                post_all(stage, waves.rows, ref, POSTING_S, ANSWERING)
            )
            await kill(ref)
        await waves.until_sent(ref)
        posted, after = posting.result(), self._rounds.aftermath(ref)
        print(
            f"  lost: {posted.lost} answers, {after.lost} mails; {after.repeats} twice"
        )
        return posted, after

    def _note_answers(
        self, name: str, found: Sequence[tuple[Posted, Aftermath]], how: str
    ) -> None:
        """Keep what became of answers, beside the mails."""
        lost = [posted.lost + after.lost for posted, after in found]
        overfilled = [posted.overfilled for posted, _ in found]
        self._rounds.one(f"{name}_lost", "answers and mails", lost, how, 0)
        self._rounds.one(f"{name}_overfilled", "seats", overfilled, how, 0)


async def break_processes(folder: Path, _times: int, measures: list[Measure]) -> None:
    """Kill what Tocsin is made of, on SQLite.

    Raises:
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    with Stage(folder) as stage:
        async with rounds_on(stage, measures) as rounds:
            rounds.sink(stage.sink_port, DELAY_MS)
            stage.start_web()
            kills = Kills(rounds)
            await kills.kills("worker", ALONE)
            await kills.kills("temporal", ALONE)
            await kills.web(ALONE)


@asynccontextmanager
async def on_postgres(folder: Path, measures: list[Measure]) -> AsyncIterator[Kills]:
    """Have everything run on a PostgreSQL that may be killed as well.

    Raises:
        AbsentError: PostgreSQL is not installed.
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    with postgres("kill_database_lost") as server:
        stage = Stage(folder, database_url=server.url)
        stage.start("database", server.command, server.port)
        await until("PostgreSQL", lambda: serves(server.url))
        with stage:
            async with rounds_on(stage, measures) as rounds:
                rounds.sink(stage.sink_port, DELAY_MS)
                stage.start_web()
                yield Kills(rounds)


async def break_database(folder: Path, times: int, measures: list[Measure]) -> None:
    """Kill PostgreSQL, then everything; SQLite lives in what is killed already.

    Raises:
        AbsentError: PostgreSQL is not installed.
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    async with on_postgres(folder, measures) as kills:
        await kills.kills("database", ALONE)
        await kills.every_part(times)


async def _faults(times: int) -> int:
    began = time.monotonic()
    measures: list[Measure] = []
    absent: dict[str, str] = {}
    whole = True
    for broken in (break_processes, break_mail, break_database, break_providers):
        try:
            await broken(FOLDER, times, measures)
        except AbsentError as error:
            absent[error.measure] = f"non mesuré : {error}"
            print(f"  {error.measure}: {absent[error.measure]}")
        except (NotReadyError, TimeoutError, ExceptionGroup) as error:
            whole = False  # what was seen is kept
            traceback.print_exception(error)
    took = round(time.monotonic() - began)
    about = {"rounds": times, "seconds": took, "whole": whole, "not_measured": absent}
    code = report(measures, FOLDER, **about)
    return code if whole else 1


def main() -> None:
    """Break things, print, write, exit 1 when a bar does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--rounds", type=int, default=2, help="waves in which every part is killed"
    )
    given = options.parse_args()
    sys.exit(asyncio.run(_faults(given.rounds)))


if __name__ == "__main__":
    main()
