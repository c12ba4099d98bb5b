"""Letters about a plan leave by the lane of what may wait, adopted by the worker."""

import json
import re
from datetime import timedelta
from email.message import EmailMessage

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from acts.join import ask_to_join
from acts.roll_call import OpenRollCall, open_roll_call
from adapters.database import ledger
from adapters.database.unit import Database
from domain.join import JoinForm
from domain.notice import NoticeKind
from domain.roll_call import RollCallKind
from domain.typography import typeset
from instance import Instance
from tests.acts.test_notice import PLAN_ID, TOPIC, order, post, value
from tests.conftest import ORIGIN
from tests.provider_server import provider_server
from tests.web.test_enrol import give_own_numbers
from tests.workflows.conftest import SKIPS_TIME, Sink, at_work
from tests.workflows.test_channels import providers as carried_by
from tests.world import CPTS_ID, LINK_KEY, settle
from worker import adopt
from workflows import messages

pytestmark = SKIPS_TIME


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


async def test_a_code_for_a_mobile_leaves_by_text_and_for_a_landline_by_a_call(
    database: Database, env: WorkflowEnvironment, instance: Instance, sink: Sink
) -> None:
    await settle(database, 6)
    async with provider_server() as texts, provider_server() as calls:
        database.providers = carried_by(texts, calls)
        codes = []
        for number in ("06 39 98 00 12", "05 36 49 00 12"):
            said = JoinForm(
                first_name="Zoé",
                last_name="Fictive",
                profession="INFIRMIER",
                address=number,
            )
            codes.append(await ask_to_join(database, CPTS_ID, said, LINK_KEY))
        async with at_work(instance, env.client):
            await adopt(instance, env.client)
            for _, ref in codes:
                await env.client.get_workflow_handle(ref.workflow_id).result()

    assert sink.mails == []
    (text,), (call,) = texts.asked, calls.asked
    assert (text["to"], call["to"]) == ("+33639980012", "+33536490012")
    assert re.fullmatch(
        r"CPTS Val d'Essai : votre code est \d{6}\. Tapez-le .*", text["text"]
    )
    assert re.search(r"(\d(, \d){5})\. Je répète : \1\.", call["text"])


async def test_a_test_of_alert_is_written_at_once_and_rings_ten_minutes_later(
    database: Database, env: WorkflowEnvironment, instance: Instance, sink: Sink
) -> None:
    await settle(database, 4)
    await give_own_numbers(database)
    async with provider_server() as texts, provider_server() as calls:
        database.providers = carried_by(texts, calls)
        order = OpenRollCall(cpts_id=CPTS_ID, kind=RollCallKind.TEST, actor="X")
        mails, sms, rings = await open_roll_call(database, order, LINK_KEY)
        async with at_work(instance, env.client):
            await adopt(instance, env.client)
            for ref in (mails, sms):
                await env.client.get_workflow_handle(ref.workflow_id).result()
            await env.sleep(timedelta(minutes=9))
            assert calls.asked == []
            await env.sleep(timedelta(minutes=1))
            await env.client.get_workflow_handle(rings.workflow_id).result()

    assert len(sink.mails) == len(texts.asked) == len(calls.asked) == 4
    assert re.fullmatch(
        r"EXERCICE EXERCICE - CPTS Val d'Essai : essai d'alerte.* Bien recu : "
        r"https://\S+/plan/\w{10}",
        texts.asked[0]["text"],
    )
    assert "Tapez 1" in calls.asked[0]["text"]


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
