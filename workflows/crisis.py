"""One crisis, from the order to its filed report."""

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.crisis import Conducting
    from activities.filing import Filing
    from domain.conduct import Conduct, Step
    from domain.reference import CrisisRef, DocumentRef, WaveRef
    from workflows.alert_wave import AlertWaveWorkflow
    from workflows.messages import CRISIS, WAKE
    from workflows.policies import (
        CRISIS_LOOKS_EVERY,
        DOCUMENTS,
        LOOK,
        SHORTEST_WAIT,
    )
    from workflows.transmission import TransmissionWorkflow

perform = workflow.execute_activity_method
look = workflow.execute_local_activity_method


@workflow.defn(name=CRISIS)
class CrisisWorkflow:
    """One crisis: its waves run, then everyone is told, then it is filed."""

    @workflow.init
    def __init__(self, _ref: CrisisRef) -> None:
        self._woken = False

    @workflow.run
    async def run(self, ref: CrisisRef) -> None:
        """Do what is due until the crisis is filed."""
        while not workflow.info().is_continue_as_new_suggested():
            self._woken = False  # before the load: a hint during it is not lost
            crisis = await look(Conducting.conduct_crisis, ref, **LOOK)
            for wave in crisis.open_waves:
                await self._start_wave(wave)
            match crisis.step:
                case Step.FILING:
                    await perform(Filing.file_crisis, ref, **DOCUMENTS)
                case Step.OVER:
                    await self._start_transmissions(crisis)
                    return
                case Step.WAITING:
                    await self._start_transmissions(crisis)
                    await self._wait(crisis)
        workflow.continue_as_new(ref)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Look now. Only a hint: whatever changed is in the database."""
        self._woken = True

    async def _start_wave(self, wave: WaveRef) -> None:
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                AlertWaveWorkflow.run,
                wave,
                id=wave.workflow_id,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )

    async def _start_transmissions(self, crisis: Conduct) -> None:
        for document in crisis.to_send:
            await self._start_transmission(document)

    async def _start_transmission(self, document: DocumentRef) -> None:
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                TransmissionWorkflow.run,
                document,
                id=document.workflow_id,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )

    async def _wait(self, crisis: Conduct) -> None:
        limit = CRISIS_LOOKS_EVERY
        if crisis.next_at is not None:
            limit = min(limit, crisis.next_at - workflow.now())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._woken, timeout=max(limit, SHORTEST_WAIT)
            )
