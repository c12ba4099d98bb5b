"""Texts and calls during `make faults`: providers that fail, lie, are poor or away."""

import asyncio
import secrets
import statistics
import time
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.carriers import (
    CONNECTIONS,
    SLOW_AFTER_S,
    STORIES,
    TIMEOUT_S,
    Carrier,
    Rule,
    always,
    ending,
    some,
    takes_all,
    tell,
)
from benchmarks.jumping_worker import jump
from benchmarks.measures import Measure
from benchmarks.odd_numbers import everyone, knows_numbers, mistaken
from benchmarks.provider_rounds import CPTS_ID, ProviderRounds
from benchmarks.stage import until
from benchmarks.texting import provider_file, settled_by
from benchmarks.waves import Opened, all_up
from domain.alert import NotSent
from domain.wave import Channel
from tests.provider_server import SILENCE

PEOPLE = 500
MOMENTS = range(50, 400)  # texts taken when something breaks
SLOW_S, SLOW_BAR_S = 0.7, 20.0
RATIO_BAR, TIMES = 1.5, 3
JUMPS_S, LOOK_S = (3600, -3600), 15.0


class ProviderFaults:
    """Waves by text, call and mail at once, on one stage."""

    def __init__(self, rounds: ProviderRounds) -> None:
        self._rounds = rounds
        self._stage = rounds.stage
        self._waves = rounds.waves
        self._first, self._second, self._calls = rounds.carriers
        self._texts = (self._first, self._second)

    async def all(self, rounds: int) -> None:
        """Break one thing after the other."""
        for carrier in (*self._texts, self._calls):
            await carrier.start()
        await self._numbers()
        await self._refusing("500s", some(500, 7), "500 to one text in 7")
        await self._refusing("no_credit", always(402), "402 to every text: no credit")
        await self._slow()
        await self._silent()
        await self._receipts()
        await self._killed(rounds)
        await self._clock()
        await self._dead()

    async def _numbers(self) -> None:
        """Write to numbers of every kind; providers refuse the one nobody has."""
        for each in self._texts:
            each.rule = knows_numbers
        ref = await self._rounds.sent()
        wrong = mistaken(self._waves.rows, ref, self._texts, self._calls)
        how = "two share one, five overseas, a landline, one refused: checks that fail"
        self._rounds.one("numbers_mistaken", "checks", [wrong], how, 0)
        self._second.rule = takes_all

    async def _refusing(self, name: str, rule: Rule, how: str) -> None:
        """Have the first provider refuse: the second has what it refused."""
        self._first.rule = rule
        ref = await self._rounds.sent()
        self._first.rule = takes_all
        self._rounds.counted(
            f"sms_{name}", [ref], f"{how} by the first of two providers"
        )

    async def _slow(self) -> None:
        """Have the first provider take each text, and be long to say so."""
        self._first.reply_after(SLOW_S)
        order = await self._waves.open(CPTS_ID)
        await self._rounds.left(order.ref)
        self._first.reply_after(0)
        took = self._rounds.last(order)[Channel.TEXT]
        how = f"{SLOW_S} s to accept by the first of two, {SLOW_AFTER_S} allowed"
        self._rounds.counted("sms_slow", [order.ref], how)
        last = f"{how}: from the order to the last of {PEOPLE} texts"
        self._rounds.one("sms_slow_last", "s", [took], last, SLOW_BAR_S)

    async def _silent(self) -> None:
        """Have the first provider take some, and never say so."""
        self._first.rule = some(SILENCE, 50)
        ref = await self._rounds.sent()
        self._first.rule = takes_all
        how = f"one text in 50 taken without a reply within {TIMEOUT_S} s"
        self._rounds.counted("sms_silent", [ref], how)
        doubtful = {
            row[0] for row in self._rounds.rows_of(ref) if row[3] == NotSent.UNCERTAIN
        }
        unsaid = len(doubtful ^ self._first.unsaid)
        self._rounds.one(
            "sms_silent_unlisted", "texts", [unsaid], f"{how}, yet not said", 0
        )

    async def _receipts(self) -> None:
        """Have receipts come twice, out of order, before our row knows the provider."""
        told: dict[str, tuple[str, str]] = {}
        stories = count()
        async with httpx.AsyncClient(timeout=30) as client, asyncio.TaskGroup() as all_:

            def taken(delivery_id: str, accuse: str) -> None:
                told[delivery_id] = STORIES[next(stories) % len(STORIES)]
                all_.create_task(tell(client, accuse, told[delivery_id]))

            for each in self._texts:
                each.on_taken = taken
            ref = await self._rounds.sent()
        for each in self._texts:
            each.on_taken = lambda _id, _accuse: None
        wrong = sum(
            receipt != ending(told[str(delivery_id)])
            for delivery_id, *_, receipt in self._rounds.rows_of(ref)
            if delivery_id in told
        )
        how = f"{len(told)} texts, receipts twice, contradicted, late; not as it ended"
        self._rounds.one("sms_receipts_wrong", "texts", [wrong], how, 0)
        self._rounds.counted("sms_receipts", [ref], how)

    async def _killed(self, rounds: int) -> None:
        """Kill the worker, which holds the workers of texts and calls."""
        found = []
        for _ in range(rounds):
            order = await self._waves.open(CPTS_ID)
            await self._rounds.some_taken(order.ref, secrets.choice(MOMENTS))
            starts = self._stage.worker_starts()
            self._stage.kill("worker")
            await until("a worker", partial(self._started_since, starts))
            await self._rounds.left(order.ref)
            found.append(order.ref)
        how = "kill -9 of the worker while texts and calls leave"
        self._rounds.counted("kill_worker_sms", found, how, 3 * CONNECTIONS)

    def _started_since(self, before: int) -> bool:
        return self._stage.worker_starts() > before

    async def _clock(self) -> None:
        """Have the worker's clock jump while messages leave."""
        file = self._stage.folder / "clock"
        jump(file, 0)
        self._stage.stop("worker")
        self._stage.start_worker("benchmarks.jumping_worker", str(file))
        found = []
        for seconds in JUMPS_S:
            ref = (await self._waves.open(CPTS_ID)).ref
            await self._rounds.some_taken(ref, MOMENTS.start)
            jump(file, seconds)
            await self._rounds.left(ref)
            found.append(ref)
        began = time.monotonic()
        behind = (await self._waves.open(CPTS_ID)).ref  # an hour ahead of the worker
        await self._rounds.some_taken(behind, 1)
        waited = time.monotonic() - began
        await self._rounds.left(behind)
        how = f"the worker's clock jumps, {JUMPS_S} s off, while messages leave"
        self._rounds.counted("clock_jumps", [*found, behind], how)
        how = "order given while the worker's clock is an hour behind: to a first text"
        self._rounds.one("clock_behind_first", "s", [waited], how, LOOK_S)

    async def _dead(self) -> None:
        """Have every provider of texts go away: nobody else may wait for them."""
        alive = [await self._others_left() for _ in range(TIMES)]
        for each in self._texts:
            await each.stop()
        dead = [await self._others_left() for _ in range(TIMES)]
        for each in self._texts:
            await each.start()
        refs = [order.ref for order, _ in dead]
        for ref in refs:
            await self._rounds.left(ref)
        how = f"waves of {PEOPLE} by text, call and mail; no provider of texts answers"
        self._rounds.counted("texts_dead", refs, f"{how}, until they come back")
        for channel, name in ((Channel.MAIL, "mail"), (Channel.CALL, "call")):
            mine, theirs = (
                [seconds[channel] for _, seconds in runs] for runs in (dead, alive)
            )
            ratio = statistics.median(mine) / statistics.median(theirs)
            last = f"{how}: to the last {name}, over the same with all alive; medians"
            self._rounds.one(f"texts_dead_{name}_ratio", "x", [ratio], last, RATIO_BAR)

    async def _others_left(self) -> tuple[Opened, dict[Channel, float]]:
        """Open a crisis; give the seconds until its last mail and its last call."""
        order = await self._waves.open(CPTS_ID)
        mails_and_calls = partial(self._rounds.owed, order.ref, Channel.TEXT)
        await until("mails and calls", lambda: not mails_and_calls())
        return order, self._rounds.last(order)


async def break_providers(folder: Path, rounds: int, measures: list[Measure]) -> None:
    """Break what carries texts and calls, on a stage of its own; what is seen is kept.

    Raises:
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    carriers = (
        Carrier("A", Channel.TEXT),
        Carrier("B", Channel.TEXT),
        Carrier("VOIX", Channel.CALL),
    )
    with TemporaryDirectory() as place:
        every = [carrier.described() for carrier in carriers]
        file = provider_file(Path(place) / "providers.yaml", *every)
        async with all_up(folder, file) as (stage, waves):
            stage.start_web()
            people = everyone(PEOPLE)
            channels = (Channel.TEXT, Channel.MAIL, Channel.CALL)
            await settled_by(stage, CPTS_ID, people, *channels)
            try:
                of_providers = ProviderRounds(stage, waves, carriers, measures)
                await ProviderFaults(of_providers).all(rounds)
            finally:
                for carrier in carriers:
                    await carrier.stop()
