"""Mail servers that misbehave, one wave each; every wave ends by itself."""

import asyncio
import time
from itertools import chain

from benchmarks.fault_rounds import Aftermath, Rounds
from domain.alert import NotSent
from domain.reference import CrisisRef

AWAY_S = 60.0  # an hour, scaled
GREYLIST_S = 5.0  # five minutes, scaled
SLOW_MS = 100  # a message, on each connection: twenty seconds, scaled
HANG_UP_AT = 700
REFUSED = tuple(f"p{number}@val.example" for number in range(77, 1977, 100))
PUT_OFF = r"^p\d*5@"  # one person in ten


class MailFaults:
    """What a mail server may do to a wave."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds

    async def all(self, times: int) -> None:
        """Have it misbehave in one way after the other."""
        await self.refusing()
        await self.late(
            ("--greylist-s", str(GREYLIST_S)),
            "smtp_greylists",
            f"450 4.7.1 to whoever was first seen less than {GREYLIST_S:.0f} s ago",
        )
        await self.late(
            ("--put-off", PUT_OFF),
            "smtp_puts_off_some",
            "451 twice to one RCPT in ten, then accepted",
        )
        await self.late(
            ("--delay-ms", str(SLOW_MS)),
            "smtp_slow",
            f"{SLOW_MS} ms a message on each connection",
        )
        await self.hanging_up(times)
        await self.away(AWAY_S)

    def _sink(self, *options: str) -> None:
        """Put another server in the place of the one that runs."""
        self._rounds.stage.stop("sink")
        self._rounds.sink(*options)

    async def refusing(self) -> None:
        """Have it refuse some recipients for good: they are listed, with its words."""
        rounds = self._rounds
        self._sink(*chain.from_iterable(("--refuse", each) for each in REFUSED))
        ref = await rounds.opened()
        await rounds.waves.until_sent(ref)
        how = f"550 to {len(REFUSED)} RCPT"
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

    async def late(self, options: tuple[str, ...], name: str, how: str) -> None:
        """Have it take everything, but later: nobody is refused, nobody twice."""
        rounds = self._rounds
        self._sink(*options)
        began_at = time.time()
        ref = await rounds.opened()
        await rounds.waves.until_sent(ref)
        after = rounds.aftermath(ref, began_at)
        rounds.note(name, [after], how)
        missed = rounds.waves.rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND wave = ? AND state <> 'PARTIE'",
            *(ref.cpts_id, ref.crisis_id, rounds.waves.rows.request(ref)),
        )
        rounds.one(f"{name}_missed", "people", [missed], how, 0)
        taken = f"from the order to the last mail; {how}"
        rounds.one(f"{name}_took", "s", [after.took_s], taken)

    async def hanging_up(self, times: int) -> None:
        """Have it drop a connection once it has taken the message."""
        found: list[Aftermath] = []
        for _ in range(times):
            self._sink("--hang-up-at", str(HANG_UP_AT))
            ref = await self._rounds.opened()
            await self._rounds.waves.until_sent(ref)
            found.append(self._rounds.aftermath(ref))
        how = f"connection dropped after DATA number {HANG_UP_AT}, unacknowledged"
        self._rounds.note("smtp_hangs_up", found, how)

    async def away(self, seconds: float) -> None:
        """Have it go away in the middle, and come back."""
        rounds = self._rounds
        ref = await rounds.opened()
        await rounds.some_taken(ref)
        rounds.stage.stop("sink")
        await asyncio.sleep(seconds)
        rounds.sink()
        back_at = time.time()
        await rounds.waves.until_sent(ref)
        after = rounds.aftermath(ref, back_at)
        how = f"mail server away for {seconds:.0f} s; the wave ends by itself"
        rounds.note("smtp_away", [after], how)
        again = f"from its return to the next message; {how}"
        rounds.one("smtp_away_next", "s", [after.next_s], again)
