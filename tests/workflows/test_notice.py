"""Letters about a plan leave by the lane of what may wait, adopted by the worker."""

import json
from email.message import EmailMessage

from temporalio.client import Client

from adapters.database import ledger
from adapters.database.unit import Database
from domain.notice import NoticeKind
from domain.typography import typeset
from instance import Instance
from tests.acts.test_notice import PLAN_ID, TOPIC, order, post, value
from tests.conftest import ORIGIN
from tests.workflows.conftest import Sink
from tests.world import CPTS_ID, settle
from worker import adopt
from workflows import messages


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_a_notice_reaches_who_has_an_address_with_a_link_of_theirs(
    database: Database, working: Client, instance: Instance, sink: Sink
) -> None:
    await settle(database, 6)
    await post(database, order())

    assert await adopt(instance, working) == 1
    await working.get_workflow_handle(TOPIC.workflow_id).result()

    (mail,) = sink.mails
    assert mail["To"].addresses[0].addr_spec == "zoe@val.example"
    assert mail["Subject"] == "Une section du plan à relire"
    said = words(mail)
    assert "Bonjour Zoé," in said
    assert typeset("La section « Communication » vous attend.") in said
    assert f"https://{ORIGIN}/plan/{value(NoticeKind.TASK, 'SEC-10')}" in said
    assert await adopt(instance, working) == 0
    async with database.read() as connection:
        lines = await ledger.entries_about(connection, CPTS_ID, PLAN_ID, 100)
    sent = json.loads(lines[-1].canonical)
    assert sent["kind"] == "batch.sent"
    assert sent["facts"]["sent"] == 1
    assert sent["facts"]["not_sent"] == {"SANS_ADRESSE": 1}


async def test_a_refused_letter_is_tried_again_until_it_is_taken(
    database: Database, working: Client, instance: Instance, sink: Sink
) -> None:
    await settle(database, 6)
    await post(
        database,
        order(
            kind=NoticeKind.WORD,
            notice={"subject": "Mot", "paragraphs": ("Rien à faire.",)},
        ),
    )
    sink.postponed["zoe@val.example"] = 2

    await adopt(instance, working)
    await working.get_workflow_handle(TOPIC.workflow_id).result()

    (mail,) = sink.mails
    assert "/plan/" not in words(mail)  # it asks nothing
    history = await working.get_workflow_handle(TOPIC.workflow_id).fetch_history()
    queues = {
        e.activity_task_scheduled_event_attributes.task_queue.name
        for e in history.events
        if e.HasField("activity_task_scheduled_event_attributes")
    }
    assert queues == {messages.ROUTINE_MAIL_QUEUE}
