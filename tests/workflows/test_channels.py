"""One wave by mail, text and call: each in its time, none waiting for another."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from temporalio.testing import WorkflowEnvironment

from acts.alert import RecordAnswer, record_answer
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database.tables import deliveries
from domain.alert import DeliveryState, NotSent
from domain.answer import Availability
from domain.provider import Providers
from domain.reference import CrisisRef, WaveRef
from domain.template import Template
from domain.wave import Channel
from instance import Instance
from tests.conftest import Now
from tests.provider_server import SILENCE, Server, provider_server
from tests.workflows.conftest import Sink, at_work
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people, template
from workflows import messages
from workflows.alert_wave import AlertWaveWorkflow

PEOPLE = 6
CASCADE = [
    {"canal": "SMS", "apres": "PT0M"},
    {"canal": "COURRIEL", "apres": "PT0M"},
    {"canal": "APPEL", "apres": "PT5M"},
]


def with_cascade() -> Template:
    """Give the small template the cascade of the national one."""
    said = template().model_dump(mode="json")
    said["vagues"][0]["canaux"] = {"rapide": CASCADE, "lente": CASCADE}
    return Template.model_validate(said)


Both = tuple[Server, Server]


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with provider_server() as texts, provider_server() as calls:
        yield texts, calls


def providers(texts: Server, calls: Server) -> Providers:
    every = (texts.provider("TEXTES"), calls.provider("VOIX", canal="APPEL"))
    return Providers.model_validate({"fournisseurs": every})


async def opened(instance: Instance) -> CrisisRef:
    """Open a crisis: everybody has a mail, and a number of their own."""
    database = instance.database
    await add_cpts(database, cpts(), "COORDINATEUR")
    everyone = tuple(
        replace(person, mobile=f"+3363998{n:04}")
        for n, person in enumerate(people(PEOPLE))
    )
    await import_roster(database, CPTS_ID, everyone, "COORDINATEUR")
    await new_plan(database, CPTS_ID, with_cascade(), "COORDINATEUR")
    said = activation(database.now(), pace=10)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")
    return await open_crisis(database, order, LINK_KEY)


async def answered(instance: Instance, ref: CrisisRef) -> None:
    """Let the first person say that they cannot come."""
    async with instance.database.read() as connection:
        person_id = await connection.scalar(
            select(deliveries.c.recipient_id).where(
                deliveries.c.name.like("%Fictif00000")
            )
        )
    said = RecordAnswer(
        **ref.model_dump(),
        person_id=str(person_id),
        answer=Availability.UNAVAILABLE,
        nonce="n-1",
    )
    await record_answer(instance.database, said)


async def rows(instance: Instance) -> dict[tuple[int, str], tuple[str, str | None]]:
    """Give state and reason of each delivery, by number of person and channel."""
    async with instance.database.read() as connection:
        found = await connection.execute(
            select(deliveries).where(
                deliveries.c.delivery_id.not_like("%.relance%"),
                deliveries.c.delivery_id.not_like("%.bis"),
            )
        )
    return {
        (int(row.name.split("Fictif")[1]), row.channel): (row.state, row.reason)
        for row in found.all()
    }


@pytest.mark.timeout(180)  # its wave is tried again and again: a busy machine is slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_dead_text_provider_delays_no_mail_no_call_and_no_reminder(
    instance: Instance, env: WorkflowEnvironment, sink: Sink, now: Now, both: Both
) -> None:
    """The first text is taken and never acknowledged; then the provider is away."""
    texts, calls = both
    texts.replies = lambda _asked: (SILENCE if len(texts.asked) == 1 else 503, "")
    now.at = await env.get_current_time()
    instance.database.providers = providers(texts, calls)
    ref = await opened(instance)
    await answered(instance, ref)
    wave = WaveRef(**ref.model_dump(), wave=1)

    async with at_work(instance, env.client):
        handle = await env.client.start_workflow(
            AlertWaveWorkflow.run,
            wave,
            id=wave.workflow_id,
            task_queue=messages.FACTS_QUEUE,
        )
        await handle.result()

    ended = await rows(instance)
    asked = range(1, PEOPLE)
    assert ended[0, Channel.TEXT][0] == DeliveryState.NOT_SENT
    for channel in (Channel.MAIL, Channel.CALL):  # nobody is asked after they answered
        assert ended[0, channel] == (DeliveryState.NOT_SENT, NotSent.ANSWERED)
        assert {ended[n, channel][0] for n in asked} == {DeliveryState.SENT}
    assert len(sink.mails) == 2 * len(asked)  # each once, and one reminder each
    rings = Counter(calls.numbers)  # nobody takes it: again, and at the reminder
    assert rings == {f"+3363998{n:04}": 4 for n in asked}
    reasons = [ended[n, Channel.TEXT][1] for n in asked]
    assert set(reasons) == {NotSent.UNCERTAIN, NotSent.TOO_LATE}
    requests = [each["to"] for each in texts.asked if "Disponible" in each["text"]]
    assert requests.count(requests[0]) == 1  # who may have it: not again
    assert "Val d'Essai" in calls.asked[0]["text"]
