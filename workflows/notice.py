"""The letters about one topic of a plan, handed over one batch after another."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, CancelledError

with workflow.unsafe.imports_passed_through():
    from activities.messaging import Messaging
    from activities.notice import Noticing
    from domain.dispatch import NoticeBatch
    from domain.reference import NoticeRef
    from domain.wave import Channel
    from workflows.messages import NOTICE, QUEUES, ROUTINE_MAIL_QUEUE
    from workflows.policies import LOOK, sending

perform = workflow.execute_activity_method
look = workflow.execute_local_activity_method
KEEP_TRYING = timedelta(days=2)  # then once more, from what is still owed
RESEND_AFTER = timedelta(minutes=10)


@workflow.defn(name=NOTICE)
class NoticeWorkflow:
    """Letters that may wait: they never delay an alert."""

    @workflow.run
    async def run(self, ref: NoticeRef) -> None:
        """Hand over what is owed; what is queued later, another run will."""
        while not workflow.info().is_continue_as_new_suggested():
            batches = await look(Noticing.load_notice, ref, **LOOK)
            if not batches:
                return
            now = workflow.now()
            later = [each.leaves_at for each in batches if each.leaves_at]
            due = [each for each in batches if (each.leaves_at or now) <= now]
            if not due:
                await workflow.sleep(min(later) - now)
                continue
            sent = [await self._send(batch) for batch in due]
            if not all(sent):
                await workflow.sleep(RESEND_AFTER)
        workflow.continue_as_new(ref)

    async def _send(self, batch: NoticeBatch) -> bool:
        """Hand a batch over; False if it was refused, or nobody took it in time."""
        mail = batch.channel is Channel.MAIL
        queue = ROUTINE_MAIL_QUEUE if mail else QUEUES[batch.channel]
        try:
            policy = sending(workflow.now() + KEEP_TRYING, queue)
            await perform(Messaging.dispatch_batch, batch, **policy)
        except ActivityError as error:
            if isinstance(error.cause, CancelledError):
                raise
            return False
        return True
