"""A copy of the plan is mailed with its PDF by the worker, until its receipt."""

from email.message import EmailMessage
from functools import partial

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from acts.document import MadeDocument, record_receipt
from acts.plan_copy import SendCopy, send_copy
from adapters.documents import DocumentStore
from domain.plan_version import PlanVersion
from domain.printed_plan import Copy, Edition
from domain.transmission import PLAN
from domain.typography import typeset
from instance import Instance
from tests.adopted import COORDINATOR, submitted
from tests.conftest import Now
from tests.workflows.conftest import Sink
from tests.workflows.test_crisis import completed, taken, until
from tests.workflows.test_notice import words
from tests.world import CPTS_ID, LINK_KEY
from worker import adopt

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7 copy 1"


async def _printed(
    instance: Instance, version: PlanVersion, copy: Copy
) -> MadeDocument:
    store = DocumentStore(instance.settings.data_dir / "documents")
    return MadeDocument(
        kind=PLAN,
        title=f"Plan, version {version.number}, exemplaire n° {copy.number}",
        path="documents/plan-v1-exemplaire-01.pdf",
        sha256=store.put(PDF),
    )


async def test_the_ars_is_mailed_its_copy_until_it_says_that_it_has_it(
    working: Client, env: WorkflowEnvironment, instance: Instance, sink: Sink, now: Now
) -> None:
    database = instance.database
    now.at = await env.get_current_time()
    await submitted(database)
    order = SendCopy(
        cpts_id=CPTS_ID, contact="ARS_DD", edition=Edition.CRISIS, actor=COORDINATOR
    )
    ref = await send_copy(database, order, partial(_printed, instance), LINK_KEY)

    assert await adopt(instance, working) == 1
    await until(lambda: taken(sink, 1))

    (sent,) = sink.to("ars@ars.example")
    (attached,) = (part for part in sent.iter_attachments())
    assert isinstance(attached, EmailMessage)
    assert attached.get_content() == PDF
    assert attached.get_filename() == "plan-v1-exemplaire-01.pdf"
    assert sent["Subject"] == typeset(
        "Plan, version 1, exemplaire n° 1, CPTS du Val d'Essai (fictive)"
    )
    assert typeset("Cette version attend vos remarques : répondez") in words(sent)
    await record_receipt(database, ref, "a-nonce-of-the-page")
    await until(lambda: completed(working, ref.workflow_id))
    assert await adopt(instance, working) == 0
