"""`make faults`: kills and failing servers, during waves of the national plan."""

import argparse
import asyncio
import secrets
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.embedded import LOOPBACK, answers
from benchmarks.answering import post_all
from benchmarks.fault_rounds import CPTS_ID, PEOPLE, Aftermath, Record, Rounds
from benchmarks.mail_faults import MailFaults
from benchmarks.measures import ROOT, Measure, report
from benchmarks.postgres import postgres, serves
from benchmarks.provider_faults import break_providers
from benchmarks.stage import AbsentError, NotReadyError, Stage, until
from benchmarks.waves import Waves, settled_nationally

FOLDER = ROOT / "var" / "faults"
NEXT_BAR_S = 3.0
ANSWERING, POSTING_S = 600, 18.0  # the pace of `make bench`


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
        await self._rounds.some_taken(ref)
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
        lost: list[float] = []
        overfilled: list[float] = []
        for _ in range(rounds):
            ref = await self._rounds.opened()
            stage, rows = self._rounds.stage, self._rounds.waves.rows
            posting = asyncio.create_task(
                post_all(stage, rows, ref, POSTING_S, ANSWERING)
            )
            await asyncio.sleep(secrets.randbelow(10))
            await self._kill("web")
            posted = await posting
            await self._rounds.waves.until_sent(ref)
            lost.append(posted.lost + self._rounds.aftermath(ref).lost)
            overfilled.append(posted.overfilled)
        how = f"kill -9 of the pages while {ANSWERING} answer; they insist, same nonce"
        self._rounds.one("kill_web_lost", "answers and mails", lost, how, 0)
        self._rounds.one("kill_web_overfilled", "seats", overfilled, how, 0)


@asynccontextmanager
async def _rounds_on(stage: Stage, measures: list[Measure]) -> AsyncIterator[Rounds]:
    """Have waves of the national plan leave on a stage; what is seen is kept."""
    stage.start_temporal()
    await settled_nationally(stage, CPTS_ID, PEOPLE)
    waves = await Waves.on(stage)
    rounds = Rounds(stage, waves, Record(stage.folder / "taken.tsv"))
    rounds.sink()
    stage.start_worker()
    try:
        yield rounds
    finally:
        measures += rounds.measures
        await waves.close()


async def break_processes(folder: Path, times: int, measures: list[Measure]) -> None:
    """Kill what Tocsin is made of, then have its mail server misbehave.

    Raises:
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    with Stage(folder) as stage:
        async with _rounds_on(stage, measures) as rounds:
            stage.start_web()
            kills = Kills(rounds)
            await kills.kills("worker", times)
            await kills.kills("temporal", times)
            await kills.web(times)
            await MailFaults(rounds).all(times)


async def break_database(folder: Path, times: int, measures: list[Measure]) -> None:
    """Kill PostgreSQL; SQLite is in the processes that are killed already.

    Raises:
        AbsentError: PostgreSQL is not installed.
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    with postgres("kill_database_lost") as server:
        stage = Stage(folder, database_url=server.url)
        stage.start("database", server.command, server.port)
        await until("PostgreSQL", lambda: serves(server.url))
        with stage:
            async with _rounds_on(stage, measures) as rounds:
                await Kills(rounds).kills("database", times)


async def _faults(times: int) -> int:
    began = time.monotonic()
    measures: list[Measure] = []
    absent: dict[str, str] = {}
    whole = True
    for broken in (break_processes, break_database, break_providers):
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
    options.add_argument("--rounds", type=int, default=2, help="kills of each process")
    given = options.parse_args()
    sys.exit(asyncio.run(_faults(given.rounds)))


if __name__ == "__main__":
    main()
