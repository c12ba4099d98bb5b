"""A year of a plan on a server whose time skips: opened, asked, chased, adopted."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from acts.review import StartReview, start_review
from adapters.database import conduct, reviews
from adapters.database.reviews import ReviewRow
from adapters.database.unit import Database
from domain.reference import ReviewRef
from domain.review import ReviewState
from instance import Instance
from tests.acts.test_review import settle
from tests.adopted import put_in_force
from tests.conftest import Now
from tests.workflows.conftest import SKIPS_TIME, Sink
from tests.workflows.test_crisis import completed, skip_to, until
from tests.world import CPTS_ID
from worker import adopt
from workflows import messages
from workflows.calendar import CalendarWorkflow

pytestmark = [
    SKIPS_TIME,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
PARIS = ZoneInfo("Europe/Paris")


async def let_pass(env: WorkflowEnvironment, days: int) -> None:
    """Let days pass, a few at a time: the server answers within its own delay."""
    end = await env.get_current_time() + timedelta(days=days)
    while (at := await env.get_current_time()) < end:
        await skip_to(env, min(end, at + timedelta(days=10)))


async def signed(database: Database, due_on: date) -> ReviewRef:
    """A CPTS whose plan is due on that day."""
    start = date(due_on.year - 2, due_on.month, min(due_on.day, 28))
    await settle(
        database,
        date_contrat_aci=start.isoformat(),
        date_anniversaire=start.isoformat(),
    )
    return ReviewRef(cpts_id=CPTS_ID, year=due_on.year)


async def begin_day(client: Client) -> None:
    """Let the calendar of the day do its work."""
    await client.start_workflow(
        CalendarWorkflow.run, id="calendar", task_queue=messages.FACTS_QUEUE
    )
    await until(lambda: completed(client, "calendar"))


async def row_of(database: Database, ref: ReviewRef) -> ReviewRow:
    async with database.read() as connection:
        return await reviews.get(connection, ref)


async def skip_to_sunday(env: WorkflowEnvironment) -> date:
    """Go to noon of a Sunday of October: its Monday is worked, whatever the year."""
    october = date((await env.get_current_time()).year + 1, 10, 1)
    sunday = october + timedelta(days=6 - october.weekday())
    await skip_to(env, datetime.combine(sunday, time(12), PARIS))
    return sunday


async def test_a_sunday_opens_a_review_once_and_its_letters_leave_on_the_monday(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    sunday = await skip_to_sunday(env)
    now.at = await env.get_current_time()
    ref = await signed(database, sunday + timedelta(days=170))

    await begin_day(working)
    await begin_day(working)
    assert (await row_of(database, ref)).state is ReviewState.OPEN
    assert sink.mails == []
    await let_pass(env, 1)

    await until(lambda: asked(sink, "Revue du plan"))
    receivers = [str(mail["To"]) for mail in sink.mails]
    assert len(receivers) > 5
    assert all(mail["Subject"] for mail in sink.mails)


async def test_a_review_lives_until_its_version_is_adopted_sent_and_filed(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    ref = await signed(database, now.at.astimezone(PARIS).date() + timedelta(days=155))
    await start_review(database, StartReview(cpts_id=CPTS_ID, actor="COORDINATEUR"))
    assert await adopt(instance, working) == 1

    await let_pass(env, 60)
    await until(lambda: asked(sink, "Rappel"))
    now.at = await env.get_current_time()
    async with database.act(CPTS_ID) as act:
        await put_in_force(act)

    while (row := await row_of(database, ref)).next_at is not None:
        # no further: the time of a server without work stands still
        await skip_to(env, row.next_at)
        await until(lambda: looked(database, row))
    await until(lambda: completed(working, ref.workflow_id))
    assert (await row_of(database, ref)).state is ReviewState.ENDED
    async with database.read() as connection:
        assert ref not in await conduct.open_rows(connection)


async def looked(database: Database, before: ReviewRow) -> bool:
    return (await row_of(database, before.ref)).next_at != before.next_at


async def asked(sink: Sink, subject: str) -> bool:
    return any(str(mail["Subject"]).startswith(subject) for mail in sink.mails)
