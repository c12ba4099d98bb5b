"""One wave on a server whose time skips: hints, looks, silence, a provider away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.alert import Alerting
from adapters.database import alert_figures, figures
from adapters.temporal import RefusalInterceptor, data_converter
from domain.alert import Wave
from domain.dispatch import BatchRef
from domain.errors import DeliveryError, UnknownBatchError
from domain.reference import WaveRef
from instance import Instance
from tests.workflows.conftest import KEYS, at_work, program
from tests.world import alerted
from workflows import messages
from workflows.alert_wave import AlertWaveWorkflow
from workflows.policies import LOOK_EVERY, WINDOW

REMIND_AFTER = timedelta(minutes=2)
CLOSE_AFTER = timedelta(minutes=4)
MOMENT = timedelta(seconds=10)  # what the real work of a test may take


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """One server for this module: its clock runs ahead from test to test."""
    started = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=program("temporal-test-server"),
        data_converter=data_converter(KEYS.payload_key),
    )
    async with started:
        yield started


Handle = WorkflowHandle[AlertWaveWorkflow, None]


@dataclass
class FakeWave:
    """The facts of one wave, and a provider that a test tells what to do."""

    server: WorkflowEnvironment
    opened_at: datetime
    owed: list[str] = field(default_factory=lambda: ["b1"])
    asks: bool = True
    covered: bool = False
    closed_at: datetime | None = None
    missed: tuple[str, ...] = ()
    reminded: bool = False
    withdrawn: bool = False  # since the wave was looked at
    told: list[str] = field(default_factory=list)
    error: Exception | None = None
    sending: int = 0
    most: int = 0
    seen: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    @property
    def wave(self) -> Wave:
        return Wave(
            batch_ids=tuple(self.owed),
            asks=self.asks,
            covered=self.covered,
            closed=self.closed_at is not None,
            leaves_at=self.opened_at,
            remind_at=None if self.reminded else self.opened_at + REMIND_AFTER,
            close_at=self.opened_at + CLOSE_AFTER,
        )

    def says(self, word: str) -> None:
        self.told.append(word)
        self.seen.put_nowait(word)

    async def load(self, _ref: WaveRef) -> Wave:
        self.says("load")
        return self.wave

    async def remind(self, _ref: WaveRef) -> None:
        self.reminded = True
        self.owed.append("r1")
        self.says("remind")

    async def close(self, _ref: WaveRef, /, *, met: bool) -> bool:
        if met and self.withdrawn:
            self.covered = False
            self.says("too late")
            return False
        self.closed_at = await self.server.get_current_time()
        self.missed = tuple(self.owed)
        self.says("close")
        return True

    @activity.defn(name="dispatch_batch")
    async def dispatch_batch(self, ref: BatchRef) -> None:
        self.sending += 1
        self.most = max(self.most, self.sending)
        await asyncio.sleep(0)
        self.sending -= 1
        self.says(ref.batch_id)
        if self.error is not None:
            raise self.error
        self.owed.remove(ref.batch_id)

    async def until(self, word: str) -> None:
        """Wait for something to be told; no time is skipped meanwhile."""
        while await self.seen.get() != word:
            pass

    @property
    def acts(self) -> list[str]:
        """What was done, looks left aside."""
        return [word for word in self.told if word != "load"]


@pytest.fixture
async def fake(server: WorkflowEnvironment) -> FakeWave:
    return FakeWave(server, await server.get_current_time())


@asynccontextmanager
async def running(
    fake: FakeWave,
) -> AsyncIterator[WorkflowHandle[AlertWaveWorkflow, None]]:
    """Start the workflow of a wave, with workers of its own."""
    client: Client = fake.server.client
    queue = str(uuid4())
    alerting = Alerting(load=fake.load, remind=fake.remind, close=fake.close)
    facts = Worker(
        client,
        task_queue=queue,
        workflows=[AlertWaveWorkflow],
        activities=[alerting.load_wave, alerting.remind_wave, alerting.close_wave],
        interceptors=[RefusalInterceptor()],
        workflow_failure_exception_types=[Exception],
    )
    mail = Worker(
        client,
        task_queue=messages.MAIL_QUEUE,
        activities=[fake.dispatch_batch],
        interceptors=[RefusalInterceptor()],
    )
    ref = WaveRef(cpts_id="val-test", crisis_id=queue, wave=1)
    async with facts, mail:
        yield await client.start_workflow(
            AlertWaveWorkflow.run, ref, id=ref.workflow_id, task_queue=queue
        )


async def test_silence_is_reminded_once_then_closed_at_its_hour(
    fake: FakeWave,
) -> None:
    async with running(fake) as handle:
        await handle.result()

    assert fake.acts == ["b1", "remind", "r1", "close"]
    assert fake.closed_at is not None
    assert CLOSE_AFTER <= fake.closed_at - fake.opened_at < CLOSE_AFTER + MOMENT


async def test_a_hint_closes_a_covered_wave_at_once(fake: FakeWave) -> None:
    async with running(fake) as handle:
        await fake.until("b1")
        await fake.until("load")  # nothing is due: it waits
        fake.covered = True
        covered_at = await fake.server.get_current_time()

        await handle.signal(messages.WAKE)
        await fake.until("close")
        await handle.result()

    assert fake.acts == ["b1", "close"]
    assert fake.closed_at is not None
    assert fake.closed_at - covered_at < LOOK_EVERY / 2


async def test_a_wave_goes_on_if_somebody_withdrew_just_before_it_closed(
    fake: FakeWave,
) -> None:
    fake.withdrawn = fake.covered = True

    async with running(fake) as handle:
        await handle.result()

    assert fake.acts == ["too late", "b1", "remind", "r1", "close"]


async def test_without_any_hint_a_look_closes_a_covered_wave(fake: FakeWave) -> None:
    async with running(fake) as handle:
        await fake.until("b1")
        await fake.until("load")
        fake.covered = True
        covered_at = await fake.server.get_current_time()

        await handle.result()  # time is skipped while it is awaited

    assert fake.acts == ["b1", "close"]
    assert fake.closed_at is not None
    assert fake.closed_at - covered_at < LOOK_EVERY + MOMENT


async def test_a_hint_during_a_look_is_not_lost(fake: FakeWave) -> None:
    async with running(fake) as handle:
        await handle.signal(messages.WAKE)
        await handle.signal(messages.WAKE)
        await handle.result()

    assert fake.acts == ["b1", "remind", "r1", "close"]


async def test_a_wave_ends_at_its_hour_though_its_provider_is_away(
    fake: FakeWave,
) -> None:
    fake.error = DeliveryError("away")

    async with running(fake) as handle:
        await handle.result()

    assert fake.acts[-1] == "close"
    assert fake.acts.count("b1") > 10  # tried over and over
    assert "remind" not in fake.acts  # nobody is reminded of what they never got
    assert fake.missed == ("b1",)
    assert fake.closed_at is not None
    assert CLOSE_AFTER <= fake.closed_at - fake.opened_at < CLOSE_AFTER + MOMENT


async def test_a_provider_that_comes_back_is_used_at_once(fake: FakeWave) -> None:
    fake.error = DeliveryError("away")

    async with running(fake) as handle:
        for _ in range(2):
            await fake.until("b1")
        fake.error = None
        await handle.result()

    assert fake.acts[-4:] == ["b1", "remind", "r1", "close"]
    assert fake.missed == ()


async def test_a_refused_batch_is_not_tried_again_and_again(fake: FakeWave) -> None:
    """A refusal is final: the wave goes on, its closing lists who was missed."""
    fake.error = UnknownBatchError(batch="b1")

    async with running(fake) as handle:
        await handle.result()

    assert fake.acts.count("b1") == 1
    assert fake.acts[-1] == "close"
    assert "b1" in fake.missed
    assert fake.closed_at is not None
    assert fake.closed_at - fake.opened_at >= CLOSE_AFTER


async def test_a_wave_that_informs_ends_once_all_has_left(fake: FakeWave) -> None:
    fake.asks = False
    fake.owed = ["b1", "b2"]

    async with running(fake) as handle:
        await handle.result()

    assert sorted(fake.acts[:-1]) == ["b1", "b2"]
    assert fake.acts[-1] == "close"
    assert fake.closed_at is not None
    assert fake.closed_at - fake.opened_at < CLOSE_AFTER


async def test_a_wave_closed_by_others_does_nothing_more(fake: FakeWave) -> None:
    fake.closed_at = fake.opened_at

    async with running(fake) as handle:
        await handle.result()

    assert fake.told == ["load"]


async def test_at_most_two_batches_are_under_way(fake: FakeWave) -> None:
    fake.owed = [f"b{number}" for number in range(7)]

    async with running(fake) as handle:
        await handle.result()

    assert fake.most <= WINDOW
    assert sorted(fake.acts[:7]) == [f"b{number}" for number in range(7)]


async def test_who_was_missed_is_listed_when_no_mail_could_leave(
    instance: Instance, env: WorkflowEnvironment
) -> None:
    """Real facts, and nobody at the port of the mail server."""
    nobody = await asyncio.get_running_loop().create_server(
        asyncio.Protocol, "127.0.0.1", 0
    )
    port = nobody.sockets[0].getsockname()[1]
    nobody.close()
    await nobody.wait_closed()
    settings = instance.settings.model_copy(
        update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")}
    )
    database = instance.database
    ref = await alerted(database, 12, pace=10)
    wave = WaveRef(**ref.model_dump(), wave=1)

    async with at_work(replace(instance, settings=settings), env.client):
        handle = await env.client.start_workflow(
            AlertWaveWorkflow.run,
            wave,
            id=wave.workflow_id,
            task_queue=messages.FACTS_QUEUE,
        )
        await handle.result()

    async with database.read() as connection:
        said = await figures.of_crisis(connection, ref, database.now())
        unreached = await alert_figures.unreached(connection, ref)
    assert said.not_sent_reasons == {"DELAI_ECOULE": 12}
    assert len(unreached) == 12
    assert said.answers["NON_REPONSE"] == 0  # nobody was asked in fact
