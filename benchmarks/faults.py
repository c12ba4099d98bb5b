"""`make faults`: kills and failing servers, during waves of the national plan."""

import argparse
import asyncio
import secrets
import sys
import time
import traceback
from collections.abc import Callable

from adapters.embedded import answers
from benchmarks.answering import post_all
from benchmarks.fault_rounds import CPTS_ID, PEOPLE, Aftermath, Record, Rounds
from benchmarks.mail_faults import MailFaults
from benchmarks.measures import ROOT, report
from benchmarks.provider_faults import break_providers
from benchmarks.stage import NotReadyError, Stage, until
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
        before, starts = (
            self._rounds.stage.pid(part),
            self._rounds.stage.worker_starts(),
        )
        self._rounds.stage.kill(part)
        await until(
            "a new process", lambda: self._rounds.stage.pid(part) not in {None, before}
        )
        ports: dict[str, str] = {
            "temporal": self._rounds.stage.settings.temporal_address or "",
            "web": f"127.0.0.1:{self._rounds.stage.web_port}",
        }
        is_up: Callable[[], bool] = (
            (lambda: self._rounds.stage.worker_starts() > starts)
            if part == "worker"
            else (lambda: answers(ports[part]))
        )
        await until(f"{part} again", is_up)
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


async def _all(rounds: Rounds, times: int) -> None:
    """Break one thing after the other."""
    rounds.sink()
    rounds.stage.start_worker()
    rounds.stage.start_web()
    kills = Kills(rounds)
    await kills.kills("worker", times)
    await kills.kills("temporal", times)
    await kills.web(times)
    await MailFaults(rounds).all(times)


async def _faults(times: int) -> int:
    began = time.monotonic()
    whole = True
    with Stage(FOLDER) as stage:
        stage.start_temporal()
        await settled_nationally(stage, CPTS_ID, PEOPLE)
        waves = await Waves.on(stage)
        rounds = Rounds(stage, waves, Record(stage.folder / "taken.tsv"))
        try:
            await _all(rounds, times)
        except (NotReadyError, ExceptionGroup) as error:  # what was seen is kept
            whole = False
            traceback.print_exception(error)
        finally:
            await waves.close()
    try:
        await break_providers(FOLDER, times, rounds.measures)
    except (NotReadyError, ExceptionGroup) as error:
        whole = False
        traceback.print_exception(error)
    took = round(time.monotonic() - began)
    about = {"rounds": times, "seconds": took, "whole": whole}
    code = report(rounds.measures, FOLDER, **about)
    return code if whole else 1


def main() -> None:
    """Break things, print, write, exit 1 when a bar does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2, help="kills of each process")
    given = options.parse_args()
    sys.exit(asyncio.run(_faults(given.rounds)))


if __name__ == "__main__":
    main()
