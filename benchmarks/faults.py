"""`make faults`: kills and failing mail servers, during waves of the national plan."""

import argparse
import asyncio
import secrets
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded import answers
from benchmarks.answering import post_all
from benchmarks.measures import ROOT, Measure, report
from benchmarks.provider_faults import break_providers
from benchmarks.stage import CONNECTIONS, NotReadyError, Stage, until
from benchmarks.waves import Waves, settled_nationally
from domain.alert import NotSent
from domain.reference import CrisisRef

FOLDER = ROOT / "var" / "faults"
CPTS_ID = "faults"
PEOPLE = 2000
ORDERED_MINUTES_AGO = 45
DELAY_MS = 20  # as a relay takes: the wave lasts about five seconds
MOMENTS = range(100, 1500)  # messages taken when something breaks
NEXT_BAR_S = 3.0
AWAY_S = 60.0
HANG_UP_AT = 700
REFUSED = "p77@val.example"
ANSWERING, POSTING_S = 600, 18.0  # the pace of `make bench`


@dataclass(frozen=True)
class Aftermath:
    """What one round left: counted by the sink, not by what we believe we sent."""

    lost: int
    repeats: int
    renamed: int  # people who were written to under two Message-IDs
    next_s: float  # from the replacement being up to the next message


class Record:
    """What the sink took: a line a message, with its instant."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, ref: CrisisRef, wave: int) -> list[tuple[float, str, str]]:
        """Give instant, Message-ID and recipient of each message of a wave."""
        if not self.path.exists():
            return []
        start = f"{ref.crisis_id}.{wave}."
        said = self.path.read_text().splitlines()
        lines = [line.split("\t") for line in said if start in line]
        return [
            (float(line[0]), line[1], line[2])
            for line in lines
            if len(line) > 2 and line[1].startswith(start)  # noqa: PLR2004 - whole
        ]


class Faults:
    """Rounds on one stage, whose processes are kept alive as `tocsin up` does."""

    def __init__(self, stage: Stage, waves: Waves, record: Record) -> None:
        self._stage = stage
        self._waves = waves
        self._record = record
        self.measures: list[Measure] = []

    def sink(self, *options: str) -> None:
        """Start a sink that keeps a record and takes its time."""
        path = str(self._record.path)
        usual = ("--record", path, "--delay-ms", str(DELAY_MS))
        self._stage.start_sink(*usual, *options)

    async def kills(self, part: str, rounds: int) -> None:
        """Kill a part at a random moment of each of these waves."""
        found = [await self._killed(part) for _ in range(rounds)]
        how = f"kill -9 of {part} at a random moment of waves of {PEOPLE}; worst round"
        self._note(f"kill_{part}", found, how, NEXT_BAR_S)

    async def _killed(self, part: str) -> Aftermath:
        ref = await self._opened()
        await self._some_taken(ref)
        up_at = await self._kill(part)
        await self._waves.until_sent(ref)
        after = self._aftermath(ref, up_at)
        print(f"  {part}: {after}")
        return after

    async def _some_taken(self, ref: CrisisRef) -> None:
        moment = secrets.choice(MOMENTS)
        await until("the wave", lambda: len(self._taken(ref)) >= moment)

    def _taken(self, ref: CrisisRef) -> list[tuple[float, str, str]]:
        return self._record.of(ref, self._waves.rows.request(ref))

    async def _opened(self) -> CrisisRef:
        """Open a crisis whose order is old enough for the wave that asks everyone."""
        return (await self._waves.open(CPTS_ID, ORDERED_MINUTES_AGO)).ref

    async def _kill(self, part: str) -> float:
        """Kill a part; give the instant when its replacement is up."""
        before, starts = self._stage.pid(part), self._stage.worker_starts()
        self._stage.kill(part)
        await until(
            "a new process", lambda: self._stage.pid(part) not in {None, before}
        )
        ports: dict[str, str] = {
            "temporal": self._stage.settings.temporal_address or "",
            "web": f"127.0.0.1:{self._stage.web_port}",
        }
        is_up: Callable[[], bool] = (
            (lambda: self._stage.worker_starts() > starts)
            if part == "worker"
            else (lambda: answers(ports[part]))
        )
        await until(f"{part} again", is_up)
        return time.time()

    def _aftermath(self, ref: CrisisRef, up_at: float) -> Aftermath:
        taken = self._taken(ref)
        times = Counter(name for _, name, _ in taken)
        names = defaultdict(set)
        for _, name, recipient in taken:
            names[recipient].add(name)
        rows = self._waves.rows
        wave = (ref.cpts_id, ref.crisis_id, rows.request(ref))
        asked, said = rows.one(
            "SELECT count(*), count(*) FILTER (WHERE state = 'NON_PARTIE'"
            " AND reason IS NOT NULL) FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND wave = ?",
            *wave,
        )
        later = [at for at, _, _ in taken if at > up_at]
        return Aftermath(
            lost=int(str(asked)) - len(times) - int(str(said)),
            repeats=times.total() - len(times),
            renamed=sum(len(some) > 1 for some in names.values()),
            next_s=min(later) - up_at if later else 0.0,
        )

    async def web(self, rounds: int) -> None:
        """Kill the pages while a wave leaves and everyone answers."""
        lost: list[float] = []
        overfilled: list[float] = []
        for _ in range(rounds):
            ref = await self._opened()
            stage, rows = self._stage, self._waves.rows
            posting = asyncio.create_task(
                post_all(stage, rows, ref, POSTING_S, ANSWERING)
            )
            await asyncio.sleep(secrets.randbelow(10))
            await self._kill("web")
            posted = await posting
            await self._waves.until_sent(ref)
            lost.append(posted.lost + self._aftermath(ref, 0).lost)
            overfilled.append(posted.overfilled)
        how = f"kill -9 of the pages while {ANSWERING} answer; they insist, same nonce"
        self._one("kill_web_lost", "answers and mails", lost, how, 0)
        self._one("kill_web_overfilled", "seats", overfilled, how, 0)

    async def refusing(self) -> None:
        """Have the server refuse one recipient for good."""
        self._stage.stop("sink")
        self.sink("--refuse", REFUSED)
        ref = await self._opened()
        await self._waves.until_sent(ref)
        listed = self._waves.rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND wave = ? AND address = ? AND state = 'NON_PARTIE' AND reason = ?"
            " AND reply LIKE '550%'",
            *(ref.cpts_id, ref.crisis_id, self._waves.rows.request(ref)),
            *(REFUSED, str(NotSent.REFUSED)),
        )
        how = "550 to one RCPT"
        self._note("smtp_refuses_one", [self._aftermath(ref, 0)], how)
        self._one("smtp_refuses_one_unlisted", "people", [1 - listed], how, 0)

    async def hanging_up(self, rounds: int) -> None:
        """Have the server drop a connection once it has taken the message."""
        found = []
        for _ in range(rounds):
            self._stage.stop("sink")
            self.sink("--hang-up-at", str(HANG_UP_AT))
            ref = await self._opened()
            await self._waves.until_sent(ref)
            found.append(self._aftermath(ref, 0))
        how = f"connection dropped after DATA number {HANG_UP_AT}, unacknowledged"
        self._note("smtp_hangs_up", found, how)

    async def away(self, seconds: float) -> None:
        """Have the server go away in the middle, and come back."""
        ref = await self._opened()
        await self._some_taken(ref)
        self._stage.stop("sink")
        await asyncio.sleep(seconds)
        self.sink()
        back_at = time.time()
        await self._waves.until_sent(ref)
        after = self._aftermath(ref, back_at)
        how = f"mail server away for {seconds:.0f} s; the wave ends by itself"
        self._note("smtp_away", [after], how)
        again = f"from its return to the next message; {how}"
        self._one("smtp_away_next", "s", [after.next_s], again)

    def _note(
        self,
        name: str,
        found: Sequence[Aftermath],
        how: str,
        next_bar: float | None = None,
    ) -> None:
        lost = [float(after.lost) for after in found]
        repeats = [float(after.repeats) for after in found]
        renamed = [float(after.renamed) for after in found]
        self._one(f"{name}_lost", "mails", lost, how, 0)
        flight = f"{how}; connections in flight: {CONNECTIONS}"
        self._one(f"{name}_repeats", "mails", repeats, flight, CONNECTIONS)
        self._one(f"{name}_renamed", "people", renamed, f"two Message-IDs; {how}", 0)
        if next_bar is not None:
            again = f"replacement up to next mail; {how}"
            nexts = [after.next_s for after in found]
            self._one(f"{name}_next", "s", nexts, again, next_bar)

    def _one(
        self,
        name: str,
        unit: str,
        runs: Sequence[float],
        how: str,
        bar: float | None = None,
    ) -> None:
        self.measures.append(Measure(name, max(runs), unit, how, bar, tuple(runs)))

    async def all(self, rounds: int) -> None:
        """Break one thing after the other."""
        self.sink()
        self._stage.start_worker()
        self._stage.start_web()
        await self.kills("worker", rounds)
        await self.kills("temporal", rounds)
        await self.web(rounds)
        await self.refusing()
        await self.hanging_up(rounds)
        await self.away(AWAY_S)


async def _faults(rounds: int) -> int:
    began = time.monotonic()
    whole = True
    with Stage(FOLDER) as stage:
        stage.start_temporal()
        await settled_nationally(stage, CPTS_ID, PEOPLE)
        waves = await Waves.on(stage)
        faults = Faults(stage, waves, Record(stage.folder / "taken.tsv"))
        try:
            await faults.all(rounds)
        except (NotReadyError, ExceptionGroup) as error:  # what was seen is kept
            whole = False
            traceback.print_exception(error)
        finally:
            await waves.close()
    try:
        await break_providers(FOLDER, rounds, faults.measures)
    except (NotReadyError, ExceptionGroup) as error:
        whole = False
        traceback.print_exception(error)
    took = round(time.monotonic() - began)
    about = {"rounds": rounds, "seconds": took, "whole": whole}
    code = report(faults.measures, FOLDER, **about)
    return code if whole else 1


def main() -> None:
    """Break things, print, write, exit 1 when a bar does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2, help="kills of each process")
    given = options.parse_args()
    sys.exit(asyncio.run(_faults(given.rounds)))


if __name__ == "__main__":
    main()
