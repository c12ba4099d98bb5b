"""One night, played on real acts: who answers within 45 minutes of the request."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from acts.alert import close_wave, load_wave, remind_wave
from acts.batch import close_batch
from acts.conduct import conduct_crisis
from acts.crisis import OpenCrisis, open_crisis
from acts.inbound import take_message
from adapters.database.outbox import Outbox
from adapters.database.tables import crisis_people, recipients, waves
from adapters.database.unit import Database
from benchmarks.sleepers import WITHIN, Sleepers
from domain.alert import Due, Wave
from domain.dispatch import Addressee, BatchRef, Handed, Outcome
from domain.inbound import Inbound
from domain.provider import Providers
from domain.reference import CrisisRef, WaveRef
from domain.wave import Channel
from tests.world import CPTS_ID, LINK_KEY, activation

ORDERED_AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # half past three, in Paris
MINUTE = timedelta(minutes=1)
A_MINUTE = {Channel.CALL: 120, Channel.TEXT: 600, Channel.MAIL: 6000}  # assumed rates
SAYS = {Channel.TEXT: "NON", Channel.CALL: "2"}
"""Whoever answers cannot come: a need that is met would stop the cascade."""


class Clock:
    """The hour of the night."""

    def __init__(self) -> None:
        self.at = ORDERED_AT

    def __call__(self) -> datetime:
        """Say it."""
        return self.at


@dataclass(frozen=True)
class Played:
    """What became of one night."""

    asked: int
    minutes: tuple[float, ...]  # from the first message to each answer, in order
    by: dict[Channel, int]  # answers
    sent: dict[Channel, int]  # messages

    @property
    def reached(self) -> float:
        """Give the percentage that answered within 45 minutes."""
        return 100 * len(self.minutes) / self.asked

    def told(self) -> str:
        """Say it in one line."""
        at = {limit: sum(m <= limit for m in self.minutes) for limit in (5, 15, 30)}
        curve = ", ".join(f"{100 * n / self.asked:.0f} % in {m}" for m, n in at.items())
        by = ", ".join(f"{n} by {channel}" for channel, n in self.by.items())
        sent = ", ".join(f"{n} {channel}" for channel, n in self.sent.items())
        return f"{self.reached:.1f} % of {self.asked} ({curve}); {by}; left: {sent}"


class Night:
    """One crisis of the national plan, its clock in our hands, its people asleep."""

    def __init__(
        self, path: Path, sleepers: Sleepers, carried: Sequence[Channel]
    ) -> None:
        self._now = Clock()
        self._database = opened(path, self._now)
        self._database.providers = carriers(carried)
        self._outbox = Outbox(self._database.url, now=self._now)
        self._sleepers = sleepers
        self._attempts: Counter[tuple[str, Channel]] = Counter()
        self._waking: list[tuple[datetime, str, Inbound]] = []
        self._spoke: dict[str, Channel] = {}  # how each answered first
        self._look_at = ORDERED_AT  # of the crisis' own clock
        self._room: Counter[Channel] = Counter()
        self._sent: Counter[Channel] = Counter()

    async def play(self) -> Played:
        """Play until 45 minutes have passed since the first request left."""
        received = {"received_at": ORDERED_AT, "called_back_at": ORDERED_AT}
        types = ({"code": "CASUALTIES", "scenarios": ("ACCIDENT",)},)
        order = OpenCrisis(
            cpts_id=CPTS_ID,
            activation=activation(ORDERED_AT, types=types, **received),
            actor="REFERENT_SSE",
        )
        ref = await open_crisis(self._database, order, LINK_KEY)
        while not (began := await self._began(ref)) or self._now.at <= began + WITHIN:
            self._room = Counter(A_MINUTE)
            if self._now.at >= self._look_at:
                found = await conduct_crisis(self._database, ref)
                self._look_at = found.next_at or self._now.at + WITHIN
            for wave in await self._open_waves(ref):
                await self._advance(wave)
            self._now.at += MINUTE
            await self._wake()
        answers = await self._answers(ref)
        self._outbox.close()
        await self._database.close()
        waits = {name: (at - began) / MINUTE for name, at in answers if at is not None}
        in_time = {who: wait for who, wait in waits.items() if wait <= WITHIN / MINUTE}
        by = Counter(self._spoke[name] for name in in_time)
        minutes = tuple(sorted(in_time.values()))
        return Played(len(answers), minutes, dict(by), dict(self._sent))

    async def _began(self, ref: CrisisRef) -> datetime | None:
        query = select(waves.c.leaves_at).where(
            waves.c.crisis_id == ref.crisis_id, waves.c.code == "V2"
        )
        async with self._database.read() as connection:
            return await connection.scalar(query.order_by(waves.c.wave))

    async def _open_waves(self, ref: CrisisRef) -> tuple[WaveRef, ...]:
        query = select(waves.c.wave).where(
            waves.c.crisis_id == ref.crisis_id, waves.c.closed_at.is_(None)
        )
        async with self._database.read() as connection:
            rows = await connection.scalars(query)
            return tuple(WaveRef(**ref.model_dump(), wave=each) for each in rows)

    async def _advance(self, ref: WaveRef) -> None:
        """Do what is due in a wave, as its workflow does."""
        full: set[str] = set()
        while True:
            wave = await load_wave(self._database, ref)
            match wave.due(self._now.at, full):
                case Due.SENDING:
                    full |= {
                        each
                        for each in wave.batch_ids
                        if each not in full and not await self._send(each, wave)
                    }
                case Due.REMINDING:
                    await remind_wave(self._database, ref)
                case Due.CLOSING:
                    await close_wave(self._database, ref)
                    self._look_at = self._now.at  # it wakes the crisis
                    return
                case _:
                    return

    async def _send(self, batch_id: str, wave: Wave) -> bool:
        """Hand over what the rate lets leave this minute; say if all of it left."""
        channel = wave.lanes.get(batch_id, Channel.MAIL)
        ref = BatchRef(cpts_id=CPTS_ID, batch_id=batch_id)
        batch = await self._outbox.take_over(ref)
        done: Outcome | None = None
        for number, delivery_id in enumerate(batch.delivery_ids):
            if number == self._room[channel]:
                await self._outbox.turn(batch, done, None)
                self._room[channel] = 0
                return False
            to = await self._outbox.turn(batch, done, delivery_id)
            done = None
            if to is not None:
                done = Outcome(
                    delivery_id=delivery_id, handed=Handed.ACCEPTED, reply="ok"
                )
                self._arrive(to, channel)
        await self._outbox.turn(batch, done, None)
        await close_batch(self._database, ref)
        self._room[channel] -= len(batch.delivery_ids)
        return True

    def _arrive(self, to: Addressee, channel: Channel) -> None:
        """Draw if this message is answered, and when."""
        self._sent[channel] += 1
        attempt = self._attempts[to.name, channel]
        self._attempts[to.name, channel] += 1
        after = self._sleepers.answers_after(to.name, channel, attempt)
        if after is None:
            return
        at = self._now.at + after
        said = Inbound(
            provider=channel,
            channel=channel,
            number=to.address if channel is Channel.TEXT else None,
            text=SAYS[channel],
            message_id=to.delivery_id,
            cpts_id=CPTS_ID if channel is Channel.CALL else None,
            delivery_id=to.delivery_id if channel is Channel.CALL else None,
            received_at=at,
        )
        self._waking.append((at, to.name, said))

    async def _wake(self) -> None:
        """Hand in the answers of this minute, as the provider would."""
        due = [each for each in self._waking if each[0] <= self._now.at]
        self._waking = [each for each in self._waking if each[0] > self._now.at]
        for _, name, said in sorted(due, key=lambda each: each[0]):
            if name not in self._spoke:
                self._spoke[name] = said.channel
                await take_message(self._database, said)

    async def _answers(self, ref: CrisisRef) -> list[tuple[str, datetime | None]]:
        """Say when each of those asked for a seat answered, by name."""
        who, asked = crisis_people.c, recipients.c
        query = (
            select(who.first_name + " " + who.last_name, asked.answered_at)
            .select_from(recipients)
            .join(crisis_people, who.person_id == asked.person_id)
            .join(waves, waves.c.wave == asked.wave)
            .where(waves.c.crisis_id == ref.crisis_id, waves.c.code == "V2")
        )
        async with self._database.read() as connection:
            return [(name, at) for name, at in await connection.execute(query)]


def opened(path: Path, now: Clock) -> Database:
    """Open a database whose clock is ours."""
    return Database(f"sqlite:///{path}", now=now, sign=lambda _: "", origin="x.example")


def carriers(channels: Sequence[Channel]) -> Providers:
    """Describe one provider a channel: its rate is kept here, nothing is called."""
    return Providers.model_validate(
        {
            "fournisseurs": [
                {
                    "code": f"P_{each}",
                    "canal": each,
                    "par_seconde": A_MINUTE[each] / 60,
                    "cout_centimes": 5,
                    "http": {"url": "https://fournisseur.example/envoi"},
                }
                for each in channels
            ]
        }
    )
