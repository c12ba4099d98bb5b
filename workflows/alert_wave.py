"""One wave of messages, from its first batch to its closing."""

import asyncio
from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import ActivityError, CancelledError, RetryState

with workflow.unsafe.imports_passed_through():
    from activities.alert import Alerting
    from activities.messaging import Messaging
    from domain.alert import Due, Wave
    from domain.dispatch import BatchRef
    from domain.reference import WaveEnd, WaveRef
    from domain.wave import Channel
    from workflows.messages import ALERT_WAVE, QUEUES, WAKE
    from workflows.policies import (
        FACTS,
        GIVEN_UP_FOR,
        LOOK,
        LOOK_EVERY,
        SHORTEST_WAIT,
        WINDOW,
        sending,
    )

perform = workflow.execute_activity_method
look = workflow.execute_local_activity_method


@workflow.defn(name=ALERT_WAVE)
class AlertWaveWorkflow:
    """One wave; all it remembers is what it can load again."""

    @workflow.init
    def __init__(self, ref: WaveRef) -> None:
        self._ref = ref
        self._woken = False
        self._refused: set[str] = set()  # batches: asking again would be refused again
        self._windows = {each: asyncio.Semaphore(WINDOW) for each in Channel}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    @workflow.run
    async def run(self, ref: WaveRef) -> None:
        """Do what is due until the wave closes."""
        while self._under_way or not workflow.info().is_continue_as_new_suggested():
            self._woken = False  # before the load: a hint during it is not lost
            found = await look(Alerting.load_wave, ref, **LOOK)
            wave = found.without(self._refused)
            match wave.due(workflow.now(), self._under_way):
                case Due.SENDING if wave.lanes:
                    self._start(wave)
                case Due.SENDING:
                    await asyncio.gather(*(self._send(b, wave) for b in wave.batch_ids))
                case Due.REMINDING:  # new batches, which the next load finds
                    await perform(Alerting.remind_wave, ref, **FACTS)
                case Due.CLOSING | Due.OVER:
                    if wave.closed or await self._close(wave):
                        return
                case Due.NOTHING:
                    await self._wait(wave)
        workflow.continue_as_new(ref)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Look now. Only a hint: whatever changed is in the database."""
        self._woken = True

    def _start(self, wave: Wave) -> None:
        """Send beside the rest: a channel that is away delays nothing else."""
        for batch_id in wave.batch_ids:
            if batch_id not in self._under_way:
                task = asyncio.create_task(self._send_beside(batch_id, wave))
                self._under_way[batch_id] = task

    async def _send_beside(self, batch_id: str, wave: Wave) -> None:
        await self._send(batch_id, wave)
        del self._under_way[batch_id]
        self._woken = True

    async def _send(self, batch_id: str, wave: Wave) -> None:
        batch = BatchRef(cpts_id=self._ref.cpts_id, batch_id=batch_id)
        channel = wave.lanes.get(batch_id, Channel.MAIL)
        async with self._windows[channel]:
            try:
                policy = sending(until=wave.close_at, queue=QUEUES[channel])
                await perform(Messaging.dispatch_batch, batch, **policy)
            except ActivityError as error:
                if isinstance(error.cause, CancelledError):
                    raise
                workflow.logger.warning("batch.unsent", extra={"batch_id": batch_id})
                if error.retry_state is RetryState.NON_RETRYABLE_FAILURE:
                    self._refused.add(batch_id)  # closing lists who was missed
                else:  # the wave is all but over
                    await workflow.sleep(GIVEN_UP_FOR)

    async def _close(self, wave: Wave) -> bool:
        """Close it, unless somebody withdrew since it was looked at."""
        met = workflow.now() < wave.close_at and wave.asks
        end = WaveEnd(**self._ref.model_dump(), met=met)
        # none: an older worker, that closed it whatever had changed
        return await perform(Alerting.close_wave, end, **FACTS) is not False

    async def _wait(self, wave: Wave) -> None:
        limit = min(LOOK_EVERY, wave.next_due_at() - workflow.now())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._woken, timeout=max(limit, SHORTEST_WAIT)
            )
