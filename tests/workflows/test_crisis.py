"""A whole crisis on a server whose time skips: from the order to the receipt."""

from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from acts.crisis import LiftCrisis, lift_crisis
from adapters.database import figures
from adapters.database.unit import Database
from domain.authority import Authority
from domain.figures import Figures
from domain.reference import CrisisRef, DocumentRef, WaveRef
from instance import Instance
from tests.conftest import Now
from tests.workflows.conftest import Sink
from tests.world import alerted
from workflows import messages
from workflows.crisis import CrisisWorkflow


async def ended(
    client: Client,
    env: WorkflowEnvironment,
    workflow_id: str,
    step: timedelta = timedelta(minutes=1),
) -> None:
    """Let time pass until a workflow has ended by itself."""
    handle = client.get_workflow_handle(workflow_id)
    while True:
        status = (await handle.describe()).status
        if status is not WorkflowExecutionStatus.RUNNING:
            assert status is WorkflowExecutionStatus.COMPLETED
            return
        await env.sleep(step)


async def counted(database: Database, ref: CrisisRef) -> Figures:
    async with database.read() as connection:
        return await figures.of_crisis(connection, ref, database.now())


async def test_silence_is_reminded_once_then_everyone_is_told_of_the_lifting(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    ref = await alerted(database)
    await working.start_workflow(
        CrisisWorkflow.run,
        ref,
        id=ref.workflow_id,
        task_queue=messages.FACTS_QUEUE,
    )
    wave = WaveRef(**ref.model_dump(), wave=1)
    while not sink.mails:
        await env.sleep(0.1)

    await ended(working, env, wave.workflow_id)

    assert len(sink.to("p7@val.example")) == 2
    said = await counted(database, ref)
    assert said.answers["NON_REPONSE"] == 40
    assert said.alerts.asked == said.alerts.sent == 40

    now.at = await env.get_current_time()
    await lift_crisis(
        database,
        LiftCrisis(
            **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
        ),
    )
    await ended(working, env, ref.workflow_id)

    assert len(sink.to("p7@val.example")) == 3
    said = await counted(database, ref)
    made = {document.kind: document.sha256 for document in said.documents}
    assert set(made) == {"RAPPORT", "DOSSIER", "PACK"}
    report = DocumentRef(
        cpts_id=ref.cpts_id, document_id=f"{ref.crisis_id}.{made['RAPPORT'][:12]}"
    )
    await ended(working, env, report.workflow_id, timedelta(minutes=20))
    assert len(sink.to("ars@ars.example")) == 3  # the report, two reminders
    assert len(sink.to("coordination@val.example")) == 1
