"""Record today's histories, for the workflows of tomorrow: `make record`.

A crisis is played on a real server, then a review, whose letters wait for working hours
(9 h to 18 h): open histories are kept half-way, the finished ones at the end. Only ids
travel in payloads, and the key is the tests' own.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from acts.directory import add_cpts, import_roster
from acts.ending import LiftCrisis, lift_crisis
from acts.plan import new_plan
from adapters.database.migrate import upgrade
from adapters.database.unit import Database
from adapters.signing import Signer
from adapters.temporal import data_converter
from domain.authority import Authority
from domain.reference import ReviewRef, WaveRef
from instance import Instance
from settings import Settings
from tests.acts.test_notice import TOPIC, order, post
from tests.adopted import put_in_force
from tests.conftest import ORIGIN
from tests.workflows.conftest import KEYS, Sink, at_work, listening, program, waker
from tests.world import alerted, cpts, people, template
from worker import adopt
from workflows import messages
from workflows.calendar import CalendarWorkflow
from workflows.crisis import CrisisWorkflow

HISTORIES = Path(__file__).parent / "histories"
PACE = 600  # a wave of thirty minutes lasts three seconds


def now() -> datetime:
    """Give the clock of the recording."""
    return datetime.now(UTC)


async def record() -> None:
    """Play a crisis, and keep its histories."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-record-"))
    sink = Sink()
    env = await WorkflowEnvironment.start_local(
        dev_server_existing_path=program("temporal"),
        data_converter=data_converter(KEYS.payload_key),
    )
    async with env, listening(sink):
        url = f"sqlite:///{folder}/facts.db"
        await asyncio.to_thread(upgrade, url)
        signer = Signer(KEYS.signing_key, ORIGIN)
        database = Database(
            url, now=now, sign=signer.sign, origin=ORIGIN, wake=waker(env.client)
        )
        settings = Settings(
            data_dir=folder,
            database_url=url,
            smtp_url=f"smtp://127.0.0.1:{sink.port}",
            mail_from=f"alerte@{ORIGIN}",
            base_url=f"https://{ORIGIN}",
        )
        instance = Instance(settings, KEYS, signer, database)
        async with at_work(instance, env.client):
            await _crisis(env.client, database)
            await _until(lambda: bool(sink.to("ars@ars.example")))
            await _keep_sent(env.client)
            await _notice(env.client, instance)
            await _review(instance, env.client, sink)
        await database.close()
    shutil.rmtree(folder)


async def _crisis(client: Client, database: Database) -> None:
    ref = await alerted(database, pace=PACE)
    wave = WaveRef(**ref.model_dump(), wave=1)
    crisis = await client.start_workflow(
        CrisisWorkflow.run, ref, id=ref.workflow_id, task_queue=messages.FACTS_QUEUE
    )
    await asyncio.sleep(1)  # half of the time before the reminder
    await _keep(client, ref.workflow_id, "crisis-open")
    await _keep(client, wave.workflow_id, "alert_wave-open")
    await client.get_workflow_handle(wave.workflow_id).result()
    await _keep(client, wave.workflow_id, "alert_wave-done")
    await lift_crisis(
        database,
        LiftCrisis(
            **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
        ),
    )
    await crisis.result()
    await _keep(client, ref.workflow_id, "crisis-done")


async def _notice(client: Client, instance: Instance) -> None:
    """Write to somebody about the plan."""
    await post(instance.database, order())
    await adopt(instance, client)
    await client.get_workflow_handle(TOPIC.workflow_id).result()
    await _keep(client, TOPIC.workflow_id, "notice-done")


async def _review(instance: Instance, client: Client, sink: Sink) -> None:
    """Live the day on which a plan is due: letters leave, the review ends."""
    database, today = instance.database, now().date()
    signed = {"contract_on": today.replace(year=today.year - 2, day=min(today.day, 28))}
    signed["anniversary_on"] = today
    tenant = cpts("revue").model_copy(update=signed)
    await add_cpts(database, tenant, "COORDINATEUR")
    await import_roster(database, "revue", people(6), "COORDINATEUR")
    await new_plan(database, "revue", template(), "COORDINATEUR")
    day = await client.start_workflow(
        CalendarWorkflow.run, id="calendar", task_queue=messages.FACTS_QUEUE
    )
    await day.result()
    ref = ReviewRef(cpts_id="revue", year=today.year)
    await _until(lambda: any("Revue" in str(m["Subject"]) for m in sink.mails))
    await _keep(client, "calendar", "calendar-done")
    await _keep(client, ref.workflow_id, "plan_review-open")
    async with database.act("revue") as act:
        await put_in_force(act)
        act.wake(ref.workflow_id)
    await client.get_workflow_handle(ref.workflow_id).result()
    await _keep(client, ref.workflow_id, "plan_review-done")


async def _keep_sent(client: Client) -> None:
    async for found in client.list_workflows('WorkflowType = "transmission"'):
        await _keep(client, found.id, "transmission-open")


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await asyncio.sleep(0.1)
    message = "the crisis did not reach this point"
    raise RuntimeError(message)


async def _keep(client: Client, workflow_id: str, name: str) -> None:
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    path = HISTORIES / f"{version('tocsin')}-{name}.json"
    path.write_text(history.to_json() + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.name}: {len(history.events)} events\n")


if __name__ == "__main__":
    HISTORIES.mkdir(exist_ok=True)
    asyncio.run(record())
