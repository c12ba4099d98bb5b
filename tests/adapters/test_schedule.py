"""The one Schedule: made once, daily, never twice at a time."""

from temporalio.client import ScheduleOverlapPolicy
from temporalio.testing import WorkflowEnvironment

from adapters.schedule import keep_daily
from tests.workflows.conftest import program


async def test_a_day_is_scheduled_once_however_often_it_is_asked() -> None:
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=program("temporal")
    )
    async with server:
        for _ in range(2):
            await keep_daily(server.client, "calendar", "tocsin")

        known = await server.client.get_schedule_handle("calendar").describe()

    assert known.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    times = known.info.next_action_times
    assert {at.hour for at in times} == {13}
    assert len({at.date() for at in times}) == len(times) > 1
