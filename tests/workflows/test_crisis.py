"""A whole crisis on a server whose time skips: from the order to the receipt."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from acts.alert import load_wave
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import deliveries, documents, figures
from adapters.database.unit import Database
from domain.authority import Authority
from domain.figures import Figures
from domain.reference import CrisisRef, DocumentRef, WaveRef
from instance import Instance
from tests.conducted import opened, sent_waves
from tests.conftest import Now
from tests.workflows.conftest import SKIPS_TIME, Sink
from tests.world import alerted
from workflows import messages
from workflows.crisis import CrisisWorkflow

pytestmark = SKIPS_TIME


async def skip_to(env: WorkflowEnvironment, moment: datetime) -> None:
    """Let time pass at once until a moment; then it goes as for everybody."""
    await env.sleep(max(moment - await env.get_current_time(), timedelta()))


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(300):
        if await holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail("this never came")


async def completed(client: Client, workflow_id: str) -> bool:
    described = await client.get_workflow_handle(workflow_id).describe()
    return described.status is WorkflowExecutionStatus.COMPLETED


async def counted(database: Database, ref: CrisisRef) -> Figures:
    async with database.read() as connection:
        return await figures.of_crisis(connection, ref, database.now())


async def test_silence_is_reminded_once_then_everyone_is_told_of_the_lifting(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    ref = await alerted(database)
    await working.start_workflow(
        CrisisWorkflow.run, ref, id=ref.workflow_id, task_queue=messages.FACTS_QUEUE
    )
    first = WaveRef(**ref.model_dump(), wave=1)
    wave = await load_wave(database, first)
    assert wave.remind_at

    await until(lambda: taken(sink, 40))
    await skip_to(env, wave.remind_at)
    await until(lambda: taken(sink, 80))
    await skip_to(env, wave.close_at)
    await until(lambda: completed(working, first.workflow_id))

    said = await counted(database, ref)
    assert len(sink.to("p7@val.example")) == 2
    assert said.answers["NON_REPONSE"] == 40
    assert said.alerts.asked == said.alerts.sent == 40

    now.at = await env.get_current_time()
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)
    await until(lambda: completed(working, ref.workflow_id))

    assert len(sink.to("p7@val.example")) == 3
    said = await counted(database, ref)
    assert {made.kind for made in said.documents} == {"RAPPORT", "DOSSIER", "PACK"}


async def test_an_authority_is_reminded_twice_then_the_coordinator_is_told(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    ref = await alerted(database)
    now.at = await env.get_current_time()
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)
    await working.start_workflow(
        CrisisWorkflow.run, ref, id=ref.workflow_id, task_queue=messages.FACTS_QUEUE
    )
    await until(lambda: taken(sink, 1))
    report = await sent_report(database, ref)

    for letters in (2, 3, 4):
        async with database.read() as connection:
            posted = await documents.transmission(connection, report)
        assert posted.next_at
        await skip_to(env, posted.next_at)
        await until(lambda: taken(sink, letters))  # noqa: B023 - awaited here

    await until(lambda: completed(working, report.workflow_id))
    assert len(sink.to("ars@ars.example")) == 3
    assert len(sink.to("coordination@val.example")) == 1


async def taken(sink: Sink, number: int) -> bool:
    return len(sink.mails) >= number


async def sent_report(database: Database, ref: CrisisRef) -> DocumentRef:
    async with database.read() as connection:
        (posted,) = await documents.transmissions_of(connection, ref)
    return DocumentRef(cpts_id=ref.cpts_id, document_id=posted.document_id)


async def test_a_letter_that_is_refused_still_ends_at_the_coordinator(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    ref = await alerted(database)
    sink.refused.add("ars@ars.example")
    now.at = await env.get_current_time()
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)
    await working.start_workflow(
        CrisisWorkflow.run, ref, id=ref.workflow_id, task_queue=messages.FACTS_QUEUE
    )
    await until(lambda: completed(working, ref.workflow_id))
    report = await sent_report(database, ref)

    for step in (1, 2, 3):
        await until(lambda: stepped(database, report, step))  # noqa: B023
        async with database.read() as connection:
            posted = await documents.transmission(connection, report)
        assert posted.next_at
        await skip_to(env, posted.next_at)

    await until(lambda: completed(working, report.workflow_id))
    assert not sink.to("ars@ars.example")
    assert len(sink.to("coordination@val.example")) == 1


async def stepped(database: Database, report: DocumentRef, step: int) -> bool:
    """Were that many letters made, and none is left to hand over?"""
    async with database.read() as connection:
        posted = await documents.transmission(connection, report)
        owing = await deliveries.letters_of(
            connection, report.cpts_id, report.document_id
        )
    return posted.step == step and not owing


async def test_the_clock_of_a_crisis_calls_its_cell_at_the_hour_and_tells_what_is_late(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    now.at = await env.get_current_time()
    ref = await opened(database, ("CASUALTIES",))
    began = now.at
    await working.start_workflow(
        CrisisWorkflow.run, ref, id=ref.workflow_id, task_queue=messages.FACTS_QUEUE
    )
    assert await sent_waves(database, ref) == ["V0"]  # the referent and the president

    await skip_to(env, began + timedelta(minutes=16))

    async def cell_called() -> bool:
        return "V1" in await sent_waves(database, ref)

    async def told_what_is_late() -> bool:
        return any("Fiches en attente" in str(m["Subject"]) for m in sink.mails)

    await until(cell_called)
    await until(told_what_is_late)
