"""Real workers over a real database, a real SMTP conversation, a clock that skips."""

import asyncio
import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import Client, Interceptor
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
)
from temporalio.worker import Interceptor as WorkerInterceptor
from typing_extensions import override

from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from adapters.keys import Keys
from adapters.signing import Signer
from adapters.temporal import Waker, data_converter
from instance import Instance
from settings import Settings
from stationery import wires
from tests.conftest import ORIGIN, Now
from tests.world import LINK_KEY
from worker import lanes, running, workers
from workflows import messages

KEYS = Keys(secret=bytes(32), signing_key=bytes(range(32)))
SKIPS_TIME = pytest.mark.flaky(reruns=2, only_rerun="RPCError: Timeout expired")
"""A hint that comes as a timer ends may wedge the server whose time skips, not ours:
temporalio/sdk-java#2606 and #3088. Only its own silence is tried again.
"""


def program(name: str) -> str:
    """Find a program that came with the locked requirements."""
    scripts = Path(sysconfig.get_path("scripts"))
    return str(scripts / name) if (scripts / name).exists() else str(shutil.which(name))


class Sink:
    """A mail server that keeps what it takes; it may refuse, postpone or hang up."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.postponed: dict[str, int] = {}
        self.hang_ups = 0
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        del server, session, rcpt_options
        if address in self.refused:
            return "550 5.1.1 no such user"
        if self.postponed.get(address, 0) > 0:
            self.postponed[address] -= 1
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        if self.hang_ups > 0:
            self.hang_ups -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that this address was sent."""
        return [m for m in self.mails if m["To"].addresses[0].addr_spec == address]


@asynccontextmanager
async def listening(sink: Sink) -> AsyncIterator[None]:
    """Let a sink take mails on a free port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=False), "127.0.0.1", 0
    )
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    kept = Sink()
    async with listening(kept):
        yield kept


class Clockwork(Interceptor, WorkerInterceptor):
    """Sets the clock of the facts by the server's before each activity."""

    def __init__(self, now: Now) -> None:
        self.now = now
        self.env: WorkflowEnvironment | None = None

    @override
    def intercept_activity(
        self, next: ActivityInboundInterceptor
    ) -> ActivityInboundInterceptor:
        return _Set(next, self)


class _Set(ActivityInboundInterceptor):
    def __init__(self, next_: ActivityInboundInterceptor, clock: Clockwork) -> None:
        super().__init__(next_)
        self._clock = clock

    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        if self._clock.env is not None:
            self._clock.now.at = await self._clock.env.get_current_time()
        return await super().execute_activity(input)


@pytest.fixture
async def env(now: Now) -> AsyncIterator[WorkflowEnvironment]:
    """A server of Temporal whose time skips; the facts follow its clock."""
    clock = Clockwork(now)
    started = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=program("temporal-test-server"),
        data_converter=data_converter(KEYS.payload_key),
        interceptors=[clock],
    )
    async with started:
        clock.env = started
        now.at = await started.get_current_time()
        yield started


@pytest.fixture
def instance(
    tmp_path: Path,
    database: Database,
    signer: Signer,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> Instance:
    """The instance of one test: its facts, its keys, its mail server."""
    monkeypatch.setattr(Keys, "link_key", LINK_KEY)
    settings = Settings(
        data_dir=tmp_path,
        database_url=database.url,
        smtp_url=f"smtp://127.0.0.1:{sink.port}",
        smtp_connections=4,
        mail_from=f"alerte@{ORIGIN}",
        base_url=f"https://{ORIGIN}",
    )
    return Instance(settings, KEYS, signer, database)


@pytest.fixture
async def working(
    instance: Instance, env: WorkflowEnvironment, wakes: list[str]
) -> AsyncIterator[Client]:
    """Both workers, running; hints reach their workflows."""
    wake = waker(env.client)

    async def pass_on() -> None:
        while True:
            while wakes:
                wake(wakes.pop(0))
            await asyncio.sleep(0.02)

    hints = asyncio.create_task(pass_on())
    async with at_work(instance, env.client):
        yield env.client
    hints.cancel()
    await wake.flush()


@asynccontextmanager
async def at_work(instance: Instance, client: Client) -> AsyncIterator[None]:
    """Run the workers of an instance."""
    outbox = Outbox(instance.settings.database_url, now=instance.database.now)
    mail, by_wire = lanes(instance.settings), wires(instance)
    async with running(workers(instance, client, outbox, mail, by_wire)):
        yield
    for lane in mail:
        await lane.mailer.close()
    for wire in by_wire:
        await wire.gateway.close()
    outbox.close()


def waker(client: Client) -> Waker:
    """Wake workflows as the processes of an instance do."""

    async def known() -> Client:
        return client

    return Waker(known, messages.WAKE)
