"""Waves of mails: opened by one process, sent by the worker, compared with a loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from temporalio.client import Client

from adapters.temporal import connect
from benchmarks.rows import Rows
from benchmarks.stage import SINK, Helper, NotReadyError, Stage, until
from domain.dispatch import Addressee, BatchRef
from domain.link import Purpose
from domain.reference import CrisisRef, WaveRef
from instance import Instance, opened
from stationery import Stationery
from tests.conducted import national_cpts
from tests.national import national
from tests.world import settle, settle_with

_references = count(1)


@dataclass(frozen=True)
class Opened:
    """One crisis that was opened; seconds since the epoch."""

    ref: CrisisRef
    began_at: float  # the order is given
    committed_at: float


@dataclass(frozen=True)
class Sent:
    """One wave, as rows tell it; seconds since the epoch."""

    ref: CrisisRef
    began_at: float  # the order is given
    committed_at: float
    first_at: float  # a message was acknowledged, and its row says so
    last_at: float
    number: int

    @property
    def elapsed(self) -> float:
        """From the order to the last message."""
        return self.last_at - self.began_at

    @property
    def since_commit(self) -> float:
        """From the commit of the order to the last message."""
        return self.last_at - self.committed_at

    @property
    def window(self) -> float:
        """From the first message to the last."""
        return self.last_at - self.first_at

    @property
    def opening(self) -> float:
        """From the order to the first message."""
        return self.first_at - self.began_at


class Waves:
    """Opens waves on a stage and waits until they have left."""

    def __init__(self, stage: Stage, opener: Helper, rows: Rows) -> None:
        self._stage = stage
        self._opener = opener
        self.rows = rows

    @classmethod
    async def on(cls, stage: Stage) -> Self:
        """Start the process that opens crises."""
        opener = await Helper.start(stage, "benchmarks.opener")
        return cls(stage, opener, Rows(stage.settings.database_url))

    async def close(self) -> None:
        """End it."""
        self.rows.close()
        await self._opener.stop()

    async def open(self, cpts_id: str, minutes_ago: int = 0) -> Opened:
        """Open a crisis; say when the order was given, and when committed.

        Args:
            cpts_id: Whose.
            minutes_ago: When the authority gave it. The national plan asks everyone
                half an hour later.
        """
        reference = f"ARS-2026-{next(_references)}"
        said = await self._opener.ask(
            cpts_id=cpts_id, reference=reference, minutes_ago=minutes_ago
        )
        ref = CrisisRef(cpts_id=cpts_id, crisis_id=str(said["crisis_id"]))
        return Opened(ref, float(said["began_at"]), float(said["committed_at"]))

    async def until_sent(self, ref: CrisisRef) -> None:
        """Wait until no batch of a crisis owes a message.

        Raises:
            NotReadyError: One still does after two minutes.
        """
        await until("a wave", lambda: not self.rows.open_batches(ref))

    async def send(self, cpts_id: str, people: int, minutes_ago: int = 0) -> Sent:
        """Open a crisis and wait until its waves have left, to this many people.

        Raises:
            NotReadyError: It did not leave, or not wholly.
        """
        return await self.left(await self.open(cpts_id, minutes_ago), people)

    async def left(self, order: Opened, people: int) -> Sent:
        """Wait until the waves of a crisis have left, to this many people.

        Raises:
            NotReadyError: They did not leave, or not wholly.
        """
        await self.until_sent(order.ref)
        number, first, last = self.rows.sent(order.ref)
        if number < people:
            message = f"{number} of {people} left"
            raise NotReadyError(message)
        return Sent(
            *(order.ref, order.began_at, order.committed_at),
            *(first, last, number),
        )


@asynccontextmanager
async def all_up(
    folder: Path, providers: Path | None = None
) -> AsyncIterator[tuple[Stage, Waves]]:
    """Start a stage of its own with all that waves need; stop it all at the end.

    Raises:
        NotReadyError: A part did not come up.
    """
    with Stage(folder, providers) as stage:
        stage.start_sink()
        if stage.sink != SINK:
            print(f"NOTE: {SINK} is not here; the sink is {stage.sink}")
        stage.start_temporal()
        stage.start_worker()
        waves = await Waves.on(stage)
        try:
            yield stage, waves
        finally:
            await waves.close()


async def settled(stage: Stage, cpts_id: str, people: int) -> None:
    """Add a fictitious CPTS with its people and a plan of two cards."""
    async with opened(stage.settings) as instance:
        await settle(instance.database, people, cpts_id)


async def settled_nationally(stage: Stage, cpts_id: str, people: int) -> None:
    """Add one with the whole national plan: ten roles, 99 cards, every wave."""
    async with opened(stage.settings) as instance:
        tenant = national_cpts(cpts_id)
        await settle_with(instance.database, tenant, people, national())


async def prepared_message(stage: Stage, sent: Sent) -> Path:
    """Write one message of a wave to a file: what the bare loop sends."""
    ref = sent.ref
    addressee = Addressee(
        delivery_id=f"{ref.crisis_id}.1.p-abcdefghjk.COURRIEL",
        name="Camille Fictif00001",
        address="p1@val.example",
        purpose=Purpose.ANSWER,
        subject="bench",
    )
    batch = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.V2.1")
    async with opened(stage.settings) as instance:
        compose = await Stationery(instance)(batch)
        path = stage.folder / "message.eml"
        path.write_bytes(compose(addressee).message)
    return path


async def events_of(stage: Stage, ref: CrisisRef) -> int:
    """Count the events of the workflow of a crisis' first wave."""
    wave = WaveRef(**ref.model_dump(), wave=1)
    async with opened(stage.settings) as instance:
        client = await client_of(stage, instance)
        described = await client.get_workflow_handle(wave.workflow_id).describe()
    return described.history_length


async def client_of(stage: Stage, instance: Instance) -> Client:
    """Speak to the stage's server as its worker does."""
    settings = stage.settings
    return await connect(
        instance.keys.payload_key,
        settings.temporal_address,
        settings.temporal_namespace,
    )
