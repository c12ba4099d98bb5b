"""One document on its way to one authority, until its receipt."""

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, CancelledError

with workflow.unsafe.imports_passed_through():
    from activities.messaging import Messaging
    from activities.transmission import Transmitting
    from domain.dispatch import BatchRef
    from domain.reference import DocumentRef
    from domain.transmission import PATIENCE, Transmission
    from workflows.messages import TRANSMISSION, WAKE
    from workflows.policies import FACTS, LOOK, SHORTEST_WAIT, sending

perform = workflow.execute_activity_method
look = workflow.execute_local_activity_method
RESEND_AFTER = timedelta(minutes=10)


@workflow.defn(name=TRANSMISSION)
class TransmissionWorkflow:
    """One document: sent, reminded twice, then handed back to the coordinator."""

    @workflow.init
    def __init__(self, _ref: DocumentRef) -> None:
        self._woken = False

    @workflow.run
    async def run(self, ref: DocumentRef) -> None:
        """Send, wait, remind, until a receipt or the last letter."""
        while not workflow.info().is_continue_as_new_suggested():
            self._woken = False  # before the load: a hint during it is not lost
            document = await look(Transmitting.load_transmission, ref, **LOOK)
            if document.letter_due(workflow.now()):
                await perform(Transmitting.write_letter, ref, **FACTS)
            elif document.ended:
                for batch in document.batches:
                    await self._send(batch)  # the last word; then nobody waits
                return
            elif document.batches:
                sent = [await self._send(batch) for batch in document.batches]
                if not all(sent):
                    await workflow.sleep(RESEND_AFTER)
            else:
                await self._wait(document)
        workflow.continue_as_new(ref)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Look now. Only a hint: whatever changed is in the database."""
        self._woken = True

    async def _send(self, batch: BatchRef) -> bool:
        """Hand a letter over; False if it was refused, or nobody took it in time."""
        try:
            policy = sending(until=workflow.now() + PATIENCE)
            await perform(Messaging.dispatch_batch, batch, **policy)
        except ActivityError as error:
            if isinstance(error.cause, CancelledError):
                raise
            return False
        return True

    async def _wait(self, document: Transmission) -> None:
        due_at = document.next_at or workflow.now() + PATIENCE
        limit = max(due_at - workflow.now(), SHORTEST_WAIT)
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._woken, timeout=limit)
