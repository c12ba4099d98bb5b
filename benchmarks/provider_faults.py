"""Texts and calls during `make faults`: providers that fail, lie, are poor or away."""

import asyncio
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.carriers import (
    CONNECTIONS,
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
from benchmarks.odd_numbers import SECOND_CALLS, everyone, knows_numbers, mistaken
from benchmarks.rows import epoch
from benchmarks.stage import Stage, until
from benchmarks.texting import provider_file, settled_by
from benchmarks.waves import Opened, Waves, all_up
from domain.alert import DeliveryState, NotSent
from domain.cascade import AGAIN
from domain.reference import CrisisRef
from domain.wave import Channel
from tests.provider_server import SILENCE

CPTS_ID, PEOPLE = "provider-faults", 500
MOMENTS = range(50, 400)  # texts taken when something breaks
RATIO_BAR, TIMES = 1.5, 3
JUMPS_S, LOOK_S = (3600, -3600), 15.0


class ProviderFaults:
    """Waves by text, call and mail at once, on one stage."""

    def __init__(
        self,
        stage: Stage,
        waves: Waves,
        carriers: Sequence[Carrier],
        measures: list[Measure],
    ) -> None:
        self._measures = measures
        self._stage = stage
        self._waves = waves
        self._first, self._second, self._calls = carriers
        self._texts = (self._first, self._second)

    async def all(self, rounds: int) -> None:
        """Break one thing after the other."""
        for carrier in (*self._texts, self._calls):
            await carrier.start()
        await self._numbers()
        await self._refusing("500s", some(500, 7), "500 to one text in 7")
        await self._refusing("no_credit", always(402), "402 to every text: no credit")
        await self._silent()
        await self._receipts()
        await self._killed(rounds)
        await self._clock()
        await self._dead()

    async def _numbers(self) -> None:
        """Write to numbers of every kind; providers refuse the one nobody has."""
        for each in self._texts:
            each.rule = knows_numbers
        ref = await self._sent()
        wrong = mistaken(self._waves.rows, ref, self._texts, self._calls)
        how = "two share one, five overseas, a landline, one refused: checks that fail"
        self._one("numbers_mistaken", "checks", [wrong], how, 0)
        self._second.rule = takes_all

    async def _refusing(self, name: str, rule: Rule, how: str) -> None:
        """Have the first provider refuse: the second has what it refused."""
        self._first.rule = rule
        ref = await self._sent()
        self._first.rule = takes_all
        self._counted(f"sms_{name}", [ref], f"{how} by the first of two providers")

    async def _silent(self) -> None:
        """Have the first provider take some, and never say so."""
        self._first.rule = some(SILENCE, 50)
        ref = await self._sent()
        self._first.rule = takes_all
        how = f"one text in 50 taken without a reply within {TIMEOUT_S} s"
        self._counted("sms_silent", [ref], how)
        doubtful = {row[0] for row in self._rows(ref) if row[3] == NotSent.UNCERTAIN}
        unsaid = len(doubtful ^ self._first.unsaid)
        self._one("sms_silent_unlisted", "texts", [unsaid], f"{how}, yet not said", 0)

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
            ref = await self._sent()
        for each in self._texts:
            each.on_taken = lambda _id, _accuse: None
        wrong = sum(
            receipt != ending(told[str(delivery_id)])
            for delivery_id, *_, receipt in self._rows(ref)
            if delivery_id in told
        )
        how = f"{len(told)} texts, receipts twice, contradicted, late; not as it ended"
        self._one("sms_receipts_wrong", "texts", [wrong], how, 0)
        self._counted("sms_receipts", [ref], how)

    async def _killed(self, rounds: int) -> None:
        """Kill the worker, which holds the workers of texts and calls."""
        found = []
        for _ in range(rounds):
            order = await self._waves.open(CPTS_ID)
            await self._some_taken(order.ref, secrets.choice(MOMENTS))
            starts = self._stage.worker_starts()
            self._stage.kill("worker")
            await until("a worker", partial(self._started_since, starts))
            await self._left(order.ref)
            found.append(order.ref)
        how = "kill -9 of the worker while texts and calls leave"
        self._counted("kill_worker_sms", found, how, 3 * CONNECTIONS)

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
            await self._some_taken(ref, MOMENTS.start)
            jump(file, seconds)
            await self._left(ref)
            found.append(ref)
        began = time.monotonic()
        behind = (await self._waves.open(CPTS_ID)).ref  # an hour ahead of the worker
        await self._some_taken(behind, 1)
        waited = time.monotonic() - began
        await self._left(behind)
        how = f"the worker's clock jumps, {JUMPS_S} s off, while messages leave"
        self._counted("clock_jumps", [*found, behind], how)
        how = "order given while the worker's clock is an hour behind: to a first text"
        self._one("clock_behind_first", "s", [waited], how, LOOK_S)

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
            await self._left(ref)
        how = f"waves of {PEOPLE} by text, call and mail; no provider of texts answers"
        self._counted("texts_dead", refs, f"{how}, until they come back")
        for channel, name in ((Channel.MAIL, "mail"), (Channel.CALL, "call")):
            mine, theirs = (
                [seconds[channel] for _, seconds in runs] for runs in (dead, alive)
            )
            ratio = statistics.median(mine) / statistics.median(theirs)
            last = f"{how}: to the last {name}, over the same with all alive; medians"
            self._one(f"texts_dead_{name}_ratio", "x", [ratio], last, RATIO_BAR)

    async def _others_left(self) -> tuple[Opened, dict[Channel, float]]:
        """Open a crisis; give the seconds until its last mail and its last call."""
        order = await self._waves.open(CPTS_ID)
        about = (order.ref.cpts_id, order.ref.crisis_id)
        await until("mails and calls", lambda: not self._owed(order.ref, Channel.TEXT))
        last = (
            "SELECT channel, max(sent_at) FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND channel <> 'SMS' GROUP BY channel"
        )
        return order, {
            Channel(str(channel)): epoch(at) - order.committed_at
            for channel, at in self._waves.rows.every(last, *about)
        }

    async def _sent(self) -> CrisisRef:
        """Open a crisis and wait until its messages have left."""
        ref = (await self._waves.open(CPTS_ID)).ref
        await self._left(ref)
        return ref

    async def _left(self, ref: CrisisRef) -> None:
        """Wait until nothing is owed; a call that nobody took is tried again later."""
        await until("a wave", lambda: not self._owed(ref))

    def _owed(self, ref: CrisisRef, but: str = "") -> int:
        return self._waves.rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND state IN ('A_ENVOYER', 'EN_COURS')"
            " AND delivery_id NOT LIKE ? AND channel <> ?",
            *(ref.cpts_id, ref.crisis_id, SECOND_CALLS, but),
        )

    async def _some_taken(self, ref: CrisisRef, number: int) -> None:
        await until("some texts", lambda: self._taken(ref).total() >= number)

    def _taken(self, ref: CrisisRef) -> Counter[str]:
        """Count what providers took of a crisis, by delivery."""
        every = Counter[str]()
        for each in (*self._texts, self._calls):
            every.update(each.taken)
        start = f"{ref.crisis_id}."
        return Counter(
            {
                delivery_id: number
                for delivery_id, number in every.items()
                if delivery_id.startswith(start) and not delivery_id.endswith(AGAIN)
            }
        )

    def _rows(self, ref: CrisisRef) -> list[tuple[object, ...]]:
        """Give what the database says of each text and call."""
        return self._waves.rows.every(
            "SELECT delivery_id, channel, state, reason, receipt FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND channel <> 'COURRIEL'"
            " AND carried_by IS NULL AND delivery_id NOT LIKE ?",  # rung once for all
            *(ref.cpts_id, ref.crisis_id, SECOND_CALLS),
        )

    def _counted(
        self, name: str, refs: Sequence[CrisisRef], how: str, doubled_bar: int = 0
    ) -> None:
        """Count what was lost and what came twice, by what providers took."""
        lost, doubled = [], []
        for ref in refs:
            taken = self._taken(ref)
            gone = [
                row[0]
                for row in self._rows(ref)
                if row[0] not in taken and (row[2] != DeliveryState.NOT_SENT)
            ]
            lost.append(len(gone))
            doubled.append(taken.total() - len(taken))
        print(f"  {name}: lost {lost}, doubled {doubled}")
        self._one(f"{name}_lost", "messages", lost, how, 0)
        self._one(f"{name}_doubled", "messages", doubled, how, doubled_bar)

    def _one(
        self, name: str, unit: str, runs: Sequence[float], how: str, bar: float
    ) -> None:
        self._measures.append(Measure(name, max(runs), unit, how, bar, tuple(runs)))


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
                await ProviderFaults(stage, waves, carriers, measures).all(rounds)
            finally:
                for carrier in carriers:
                    await carrier.stop()
