"""Rounds of one fault of providers: a wave, and what each provider says it took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.carriers import Carrier
from benchmarks.measures import Measure
from benchmarks.odd_numbers import SECOND_CALLS
from benchmarks.rows import epoch
from benchmarks.stage import Stage, until
from benchmarks.waves import Opened, Waves
from domain.alert import DeliveryState
from domain.cascade import AGAIN
from domain.reference import CrisisRef
from domain.wave import Channel

CPTS_ID = "provider-faults"


@dataclass(frozen=True)
class ProviderRounds:
    """Waves by text, call and mail on one stage, and who carries texts and calls."""

    stage: Stage
    waves: Waves
    carriers: Sequence[Carrier]
    measures: list[Measure]

    async def sent(self) -> CrisisRef:
        """Open a crisis and wait until its messages have left."""
        ref = (await self.waves.open(CPTS_ID)).ref
        await self.left(ref)
        return ref

    async def left(self, ref: CrisisRef) -> None:
        """Wait until nothing is owed; a call that nobody took is tried again later."""
        await until("a wave", lambda: not self.owed(ref))

    def owed(self, ref: CrisisRef, but: str = "") -> int:
        """Count what has not left, but by one channel."""
        return self.waves.rows.number(
            "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND crisis_id = ?"
            " AND state IN ('A_ENVOYER', 'EN_COURS')"
            " AND delivery_id NOT LIKE ? AND channel <> ?",
            *(ref.cpts_id, ref.crisis_id, SECOND_CALLS, but),
        )

    async def some_taken(self, ref: CrisisRef, number: int) -> None:
        """Wait until providers have taken that many texts and calls."""
        await until("some texts", lambda: self._taken(ref).total() >= number)

    def _taken(self, ref: CrisisRef) -> Counter[str]:
        """Count what providers took of a crisis, by delivery."""
        every = Counter[str]()
        for each in self.carriers:
            every.update(each.taken)
        start = f"{ref.crisis_id}."
        return Counter(
            {
                delivery_id: number
                for delivery_id, number in every.items()
                if delivery_id.startswith(start) and not delivery_id.endswith(AGAIN)
            }
        )

    def last(self, order: Opened) -> dict[Channel, float]:
        """Give the seconds from the order to the last message of each channel."""
        last = (
            "SELECT channel, max(sent_at) FROM deliveries WHERE cpts_id = ?"
            " AND crisis_id = ? AND sent_at IS NOT NULL GROUP BY channel"
        )
        return {
            Channel(str(channel)): epoch(at) - order.committed_at
            for channel, at in self.waves.rows.every(
                last, order.ref.cpts_id, order.ref.crisis_id
            )
        }

    def rows_of(self, ref: CrisisRef) -> list[tuple[object, ...]]:
        """Give what the database says of each text and call."""
        return self.waves.rows.every(
            "SELECT delivery_id, channel, state, reason, receipt FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND channel <> 'COURRIEL'"
            " AND carried_by IS NULL AND delivery_id NOT LIKE ?",  # rung once for all
            *(ref.cpts_id, ref.crisis_id, SECOND_CALLS),
        )

    def counted(
        self, name: str, refs: Sequence[CrisisRef], how: str, doubled_bar: int = 0
    ) -> None:
        """Count what was lost and what came twice, by what providers took."""
        lost, doubled = [], []
        for ref in refs:
            taken = self._taken(ref)
            gone = [
                row[0]
                for row in self.rows_of(ref)
                if row[0] not in taken and (row[2] != DeliveryState.NOT_SENT)
            ]
            lost.append(len(gone))
            doubled.append(taken.total() - len(taken))
        print(f"  {name}: lost {lost}, doubled {doubled}")
        self.one(f"{name}_lost", "messages", lost, how, 0)
        self.one(f"{name}_doubled", "messages", doubled, how, doubled_bar)

    def one(
        self, name: str, unit: str, runs: Sequence[float], how: str, bar: float
    ) -> None:
        """Note one figure, the worst of these."""
        self.measures.append(Measure(name, max(runs), unit, how, bar, tuple(runs)))
