"""The worker, a composition root: hands adapters and acts to activities, and runs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog
import uvloop
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.alert import Alerting
from activities.crisis import Conducting
from activities.messaging import Messaging
from activities.notice import Noticing
from activities.places import Places
from activities.review import Reviewing
from activities.transmission import Transmitting
from acts import alert, batch, calendar, document, notice, review_conduct
from acts.conduct import conduct_crisis
from adapters.database import conduct, pulses
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from adapters.garbage import search_rarely
from adapters.logs import configure
from adapters.schedule import keep_daily
from adapters.smtp.mailer import Mailer, SmtpAccount
from adapters.temporal import RefusalInterceptor, Waker, connect, start_once
from archive import filing
from auditor import keep_auditing
from domain.reference import CrisisRef, DocumentRef, NoticeRef, ReviewRef, WaveRef
from instance import Instance, opened
from settings import Settings, load
from stationery import Notepad, Stationery, Wire, wires
from workflows import messages
from workflows.alert_wave import AlertWaveWorkflow
from workflows.calendar import CalendarWorkflow
from workflows.crisis import CrisisWorkflow
from workflows.notice import NoticeWorkflow
from workflows.plan_review import PlanReviewWorkflow
from workflows.transmission import TransmissionWorkflow

log = structlog.get_logger()
T = TypeVar("T")

WORKFLOWS = [
    AlertWaveWorkflow,
    CrisisWorkflow,
    TransmissionWorkflow,
    NoticeWorkflow,
    PlanReviewWorkflow,
    CalendarWorkflow,
]
NAMES = {
    CrisisRef: messages.CRISIS,
    WaveRef: messages.ALERT_WAVE,
    DocumentRef: messages.TRANSMISSION,
    NoticeRef: messages.NOTICE,
    ReviewRef: messages.PLAN_REVIEW,
}
BATCHES = 200  # of one lane, which have its connections in turn
ROUTINE_CONNECTIONS = 2  # beside those of alerts: what may wait takes its time
STICKY = timedelta(seconds=3)  # a dead worker's queue holds its tasks this long
UPKEEP_S = 15.0
ADOPT_EVERY = 4  # rounds of upkeep: a minute
GRACE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue of mail, and the connections that serve it alone."""

    queue: str
    mailer: Mailer
    connections: int


def lanes(settings: Settings) -> tuple[Lane, ...]:
    """Lay out the lane of alerts and the lane of what may wait."""
    account = SmtpAccount(*astuple(settings.smtp))
    return tuple(
        Lane(queue, Mailer(account, connections), connections)
        for queue, connections in (
            (messages.MAIL_QUEUE, settings.smtp_connections),
            (messages.ROUTINE_MAIL_QUEUE, ROUTINE_CONNECTIONS),
        )
    )


def workers(
    instance: Instance,
    client: Client,
    outbox: Outbox,
    mail: Sequence[Lane],
    by_wire: Sequence[Wire] = (),
) -> tuple[Worker, ...]:
    """Build the worker of facts, that of each lane of mail, that of each wire."""
    facts = _facts(instance, client)
    close_batch = partial(batch.close_batch, instance.database)
    return (
        facts,
        *(
            _sender(
                client,
                lane.queue,
                Messaging(
                    outbox=outbox,
                    carrier=lane.mailer,
                    stationery=Stationery(instance),
                    close_batch=close_batch,
                    places=Places(lane.connections),
                ),
            )
            for lane in mail
        ),
        *(
            _sender(
                client,
                messages.QUEUES[wire.channel],
                Messaging(
                    outbox=outbox,
                    carrier=wire.gateway,
                    stationery=Notepad(instance, wire.channel),
                    close_batch=close_batch,
                    places=Places(wire.gateway.connections),
                ),
            )
            for wire in by_wire
        ),
    )


def _facts(instance: Instance, client: Client) -> Worker:
    database = instance.database
    alerting = Alerting(
        load=partial(alert.load_wave, database),
        remind=partial(alert.remind_wave, database),
        close=partial(alert.close_wave, database),
    )
    conducting = Conducting(conduct=partial(conduct_crisis, database))
    transmitting = Transmitting(
        load=partial(document.load_transmission, database),
        write=partial(document.write_letter, database),
    )
    noticing = Noticing(load=partial(notice.load_notice, database))
    link_key = instance.keys.link_key
    reviewing = Reviewing(
        conduct=partial(review_conduct.conduct_review, database, link_key),
        keep=partial(calendar.keep_calendar, database, link_key, instance.shipped),
    )
    return Worker(
        client,
        task_queue=messages.FACTS_QUEUE,
        workflows=WORKFLOWS,
        workflow_runner=UnsandboxedWorkflowRunner(),  # docs/adr/0020-no-sandbox.md
        activities=[
            alerting.load_wave,
            alerting.remind_wave,
            alerting.close_wave,
            conducting.conduct_crisis,
            filing(instance).file_crisis,
            transmitting.load_transmission,
            transmitting.write_letter,
            noticing.load_notice,
            reviewing.conduct_review,
            reviewing.keep_calendar,
        ],
        interceptors=[RefusalInterceptor()],
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
    )


def _sender(client: Client, queue: str, messaging: Messaging[T]) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        activities=[messaging.dispatch_batch],
        interceptors=[RefusalInterceptor()],
        max_concurrent_activities=BATCHES,
        max_heartbeat_throttle_interval=timedelta(milliseconds=500),
        graceful_shutdown_timeout=GRACE,
    )


async def adopt(instance: Instance, client: Client) -> int:
    """Start the workflow of each open row that has none; count the open rows."""
    async with instance.database.read() as connection:
        rows = await conduct.open_rows(connection)
    for row in rows:
        await start_once(client, NAMES[type(row)], row, messages.FACTS_QUEUE)
    return len(rows)


async def show_pulse(database: Database, by_wire: Iterable[Wire]) -> None:
    """Say that this worker lives, and which providers it finds slow."""
    slow = [code for wire in by_wire for code in wire.gateway.slow]
    for alive in (pulses.WORKER, *slow):
        await pulses.beat(database, alive)


async def keep_up(
    instance: Instance, client: Client, by_wire: Iterable[Wire] = ()
) -> None:
    """Adopt orphans at start and every minute; show a pulse in between."""
    turn = 0
    while True:
        try:
            if turn % ADOPT_EVERY == 0:
                await keep_daily(client, messages.CALENDAR, messages.FACTS_QUEUE)
                await adopt(instance, client)
            await client.service_client.check_health()
            await show_pulse(instance.database, by_wire)
            turn += 1
        except (RPCError, RuntimeError) as error:
            log.warning("upkeep.postponed", error=type(error).__name__)
        await asyncio.sleep(UPKEEP_S)


@asynccontextmanager
async def running(built: Iterable[Worker]) -> AsyncIterator[None]:
    """Run these workers."""
    async with AsyncExitStack() as stack:
        for each in built:
            await stack.enter_async_context(each)
        yield


async def serve(settings: Settings, until: Callable[[], Awaitable[object]]) -> None:
    """Run the workers until told to stop."""
    waker: Waker | None = None

    def wake(workflow_id: str) -> None:
        if waker is not None:
            waker(workflow_id)

    async with opened(settings, wake) as instance:
        client = await connect(
            instance.keys.payload_key,
            settings.temporal_address,
            settings.temporal_namespace or "default",
        )

        async def known() -> Client:
            return client

        waker = Waker(known, messages.WAKE)
        outbox = Outbox(settings.database_url, now=instance.database.now)
        mail, by_wire = lanes(settings), wires(instance)
        rounds = keep_auditing(instance.database)
        upkeep = asyncio.gather(keep_up(instance, client, by_wire), rounds)
        try:
            built = workers(instance, client, outbox, mail, by_wire)
            async with running(built):
                search_rarely()
                log.info("worker.started")
                await until()
        finally:
            upkeep.cancel()
            for lane in mail:
                await lane.mailer.close()
            for wire in by_wire:
                await wire.gateway.close()
            outbox.close()


def main() -> None:
    """Run the worker until SIGTERM or Ctrl-C."""
    settings = load()
    configure(settings.log_level)
    uvloop.run(_main(settings))


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(settings, stop.wait)


if __name__ == "__main__":
    main()
