"""Temporal's Schedules: what starts by itself at a given hour."""

from contextlib import suppress
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)

_HOUR = 13  # UTC: working hours in every department, overseas too
_CATCH_UP = timedelta(days=1)  # the last one missed: it does what the others would


async def keep_daily(client: Client, workflow: str, queue: str) -> None:
    """Have a workflow without input started daily; if it is so already, do nothing.

    One that still runs is not started twice. After an outage it is started once.
    """
    action = ScheduleActionStartWorkflow(workflow, id=workflow, task_queue=queue)
    at = ScheduleCalendarSpec(hour=[ScheduleRange(_HOUR)])
    policy = SchedulePolicy(
        overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP
    )
    schedule = Schedule(action, ScheduleSpec(calendars=[at]), policy=policy)
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(workflow, schedule)
