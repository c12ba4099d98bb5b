"""A real Postfix that misbehaves, one wave each; every wave ends by itself.

What it takes it hands on to our sink: mails are counted there, once it has let go.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.cable import cable
from benchmarks.fault_rounds import MOMENTS, Aftermath, Rounds, rounds_on
from benchmarks.measures import Measure
from benchmarks.policy import GO_ON, Rule, policy
from benchmarks.postfix import Postfix, is_here, postfix
from benchmarks.rows import epoch
from benchmarks.stage import AbsentError, Stage, free_port, until
from domain.alert import NotSent
from domain.reference import CrisisRef

AWAY_S = 60.0  # an hour, scaled
GREYLIST_S = 5.0  # five minutes, scaled
REFUSED = tuple(f"p{number}@val.example" for number in range(77, 1977, 100))
TENTH = "/^p[0-9]*5@/"  # one person in ten
CLOSES_AT = 700
CUTS_AT = (70, 700)  # in the first share of a connection, and amid the wave
_PUT_OFF_TIMES = 2
_TABLE = "{folder}/etc/table"
_RECIPIENTS = "smtpd_recipient_restrictions = check_recipient_access"


def greylisting(seconds: float) -> Rule:
    """Put everybody off until they were first seen that long ago."""
    seen_at: dict[str, float] = {}

    def rule(recipient: str) -> str:
        now = time.monotonic()
        is_new = now - seen_at.setdefault(recipient, now) < seconds
        return "450 4.7.1 greylisted, come back later" if is_new else GO_ON

    return rule


def putting_off(times: int) -> Rule:
    """Put one recipient in ten off, each that often."""
    tried = Counter[str]()

    def rule(recipient: str) -> str:
        tried[recipient] += 1
        shy = recipient.partition("@")[0].endswith("5") and tried[recipient] <= times
        return "451 4.3.0 try again later" if shy else GO_ON

    return rule


def closing_once(number: int) -> Rule:
    """Close the connection, once, instead of taking what was sent on it."""
    asked = Counter[str]()

    def rule(_recipient: str) -> str:
        asked["all"] += 1
        return "421 4.3.2 closing" if asked["all"] == number else GO_ON

    return rule


class MailFaults:
    """What a mail server may do to a wave."""

    def __init__(self, rounds: Rounds, server: Postfix, next_port: int) -> None:
        self._rounds = rounds
        self._server = server
        self._next = f"relayhost = [127.0.0.1]:{next_port}\n"
        self._port = rounds.stage.sink_port

    async def all(self) -> None:
        """Have it misbehave in one way after the other."""
        await self.refusing()
        await self.asking(
            "smtp_greylists",
            "smtpd_recipient_restrictions",
            greylisting(GREYLIST_S),
            f"450 4.7.1 to whoever was first seen less than {GREYLIST_S:.0f} s ago",
        )
        await self.asking(
            "smtp_puts_off_some",
            "smtpd_recipient_restrictions",
            putting_off(_PUT_OFF_TIMES),
            "451 twice to one RCPT in ten, then accepted",
        )
        await self.slow()
        await self.asking(
            "smtp_closes",
            "smtpd_end_of_data_restrictions",
            closing_once(CLOSES_AT),
            f"421 and hung up after DATA number {CLOSES_AT}, not taken",
        )
        await self.hanging_up()
        await self.away(AWAY_S)

    @asynccontextmanager
    async def _serving(
        self, main: str = "", table: str = "", port: int = 0
    ) -> AsyncIterator[None]:
        """Have it run with these settings, and their table."""
        port = port or self._port
        self._server.configure(port, self._next + main, {"table": table})
        self._start(port)
        try:
            yield
        finally:
            self._rounds.stage.stop("postfix")

    def _start(self, port: int) -> None:
        self._rounds.stage.start("postfix", self._server.command, port)

    async def _sent(self) -> CrisisRef:
        """Open a crisis and wait until it left, and left Postfix."""
        ref = await self._rounds.opened()
        await self._left(ref)
        return ref

    async def _left(self, ref: CrisisRef) -> None:
        await self._rounds.waves.until_sent(ref)
        await until("an empty queue", lambda: not self._server.holds)

    async def refusing(self) -> None:
        """Have it refuse some recipients for good: they are listed, with its words."""
        rounds = self._rounds
        lines = "".join(f"{each} 550 5.1.1 no such user\n" for each in REFUSED)
        async with self._serving(f"{_RECIPIENTS} texthash:{_TABLE}\n", lines):
            ref = await self._sent()
        how = self._how(f"550 to {len(REFUSED)} RCPT")
        rounds.note("smtp_refuses_some", [rounds.aftermath(ref)], how)
        unlisted = abs(len(REFUSED) - self._listed(ref))
        rounds.one("smtp_refuses_some_unlisted", "people", [unlisted], how, 0)

    def _listed(self, ref: CrisisRef) -> int:
        rows = self._rounds.waves.rows
        return rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND wave = ? AND state = 'NON_PARTIE' AND reason = ?"
            " AND reply LIKE '550%'",
            *(ref.cpts_id, ref.crisis_id, rows.request(ref), str(NotSent.REFUSED)),
        )

    async def asking(self, name: str, when: str, rule: Rule, how: str) -> None:
        """Have it ask a policy service what to say, at a moment of the talk."""
        async with policy(rule) as service:
            await self._late(name, how, f"{when} = {service}\n")

    async def slow(self) -> None:
        """Have it take its time for some, and so for all behind them."""
        how = "1 s before one RCPT in ten"
        main = f"{_RECIPIENTS} regexp:{_TABLE}\n"
        await self._late("smtp_slow", how, main, f"{TENTH} sleep 1\n")

    async def _late(self, name: str, how: str, main: str, table: str = "") -> None:
        """Have it take everything, but later: nobody is refused, nobody twice."""
        rounds = self._rounds
        began_at = time.time()
        async with self._serving(main, table):
            ref = await self._sent()
        after = rounds.aftermath(ref, began_at)
        how = self._how(how)
        rounds.note(name, [after], how)
        missed = rounds.waves.rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND wave = ? AND state <> 'PARTIE'",
            *(ref.cpts_id, ref.crisis_id, rounds.waves.rows.request(ref)),
        )
        rounds.one(f"{name}_missed", "people", [missed], how, 0)
        taken = f"from the order to the last mail delivered; {how}"
        rounds.one(f"{name}_took", "s", [after.took_s], taken)

    async def hanging_up(self) -> None:
        """Have the way to it cut once it has taken a message."""
        found: list[Aftermath] = []
        port = free_port()
        for cut_at in CUTS_AT:
            async with self._serving(port=port), cable(self._port, port, cut_at):
                ref = await self._sent()
            found.append(self._rounds.aftermath(ref))
        how = f"cut after DATA number {CUTS_AT}, taken and never acknowledged"
        self._rounds.note("smtp_hangs_up", found, self._how(how))

    async def away(self, seconds: float) -> None:
        """Have it go away in the middle, and come back."""
        rounds = self._rounds
        async with self._serving():
            ref = await rounds.opened()
            await rounds.some_taken(ref, secrets.choice(MOMENTS))
            rounds.stage.stop("postfix")
            await asyncio.sleep(seconds)
            self._start(self._port)
            back_at = time.time()
            await self._left(ref)
        after = rounds.aftermath(ref)
        how = f"away for {seconds:.0f} s (an hour, scaled); the wave ends by itself"
        rounds.note("smtp_away", [after], self._how(how))
        again = f"from its return to the next message it took; {self._how(how)}"
        rounds.one("smtp_away_next", "s", [self._next_s(ref, back_at)], again)

    def _next_s(self, ref: CrisisRef, since: float) -> float:
        """Give the seconds to the next message it took: its own queue leaves first."""
        sent = self._rounds.waves.rows.every(
            "SELECT sent_at FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND state = 'PARTIE'",
            *(ref.cpts_id, ref.crisis_id),
        )
        return min(at for (text,) in sent if (at := epoch(text)) > since) - since

    def _how(self, how: str) -> str:
        return f"{self._server.version}: {how}"


async def break_mail(folder: Path, _times: int, measures: list[Measure]) -> None:
    """Have a Postfix of our own misbehave, once in each way.

    Raises:
        AbsentError: It is not installed, or we may not start it.
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    if not is_here():
        raise AbsentError("smtp_refuses_some_lost", "install postfix, and run as root")
    with postfix() as server, Stage(folder) as stage:
        async with rounds_on(stage, measures) as rounds:
            next_port = free_port()
            rounds.sink(next_port)
            await MailFaults(rounds, server, next_port).all()
