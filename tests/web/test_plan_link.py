"""Links about the plan: a receipt, an opinion, a reading, without an account."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from acts.circulation import Circulate, circulate_plan
from acts.document import MadeDocument
from acts.notice import post_notice
from adapters.database import documents, plan_links, plans
from adapters.database.unit import Database
from adapters.documents import DocumentStore
from domain.link import Purpose, token
from domain.notice import NoticeKind
from domain.plan_version import Opinion, PlanVersion
from domain.printed_plan import Copy
from domain.transmission import PUBLIC_PLAN
from tests.acts.test_circulation import PLAN_ID, link_of
from tests.acts.test_notice import order, value
from tests.acts.test_plan_copy import send
from tests.adopted import COORDINATOR, decide, id_of, submitted
from tests.web.conftest import filled
from tests.world import CPTS_ID, LINK_KEY, rpps
from web.desk import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PDF = b"%PDF-1.7 public"


@pytest.fixture
async def visitor(pages: FastAPI, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A browser anywhere."""
    desk: Desk = pages.state.desk
    monkeypatch.setattr(type(desk.instance.keys), "link_key", LINK_KEY)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(pages), base_url="https://tocsin.example"
    )


async def receipt_link(database: Database) -> str:
    ref = await send(database)
    return f"/recu/{token(LINK_KEY, Purpose.RECEIPT, ref.document_id)}"


async def circulated(database: Database, folder: Path) -> str:
    """Circulate the version in force; give the page of one reader."""
    await submitted(database)
    await decide(database)
    kept = DocumentStore(folder / "documents").put(PDF)

    async def printed(version: PlanVersion, _copy: Copy) -> MadeDocument:
        title = f"Plan, version {version.number}"
        return MadeDocument(
            kind=PUBLIC_PLAN, title=title, path="documents/plan.pdf", sha256=kept
        )

    said = Circulate(cpts_id=CPTS_ID, actor=COORDINATOR)
    await circulate_plan(database, said, printed, LINK_KEY)
    return f"/plan/{link_of(await id_of(database, rpps(3)))}"


async def test_the_ars_answers_on_the_page_of_its_receipt(
    database: Database, visitor: httpx.AsyncClient
) -> None:
    await submitted(database)
    path = await receipt_link(database)
    page = await visitor.get(path)
    assert "Accuser réception" in page.text
    assert "Votre avis sur cette version" in page.text

    unsaid = filled(page, opinion="REFUS", words="")
    assert (await visitor.post(f"{path}/avis", data=unsaid)).status_code == 400
    said = filled(page, opinion="REMARQUES", words="Préciser les lieux de repli.")
    done = await visitor.post(f"{path}/avis", data=said)
    again = await visitor.post(f"{path}/avis", data=said)

    assert "Avis inscrit" in done.text
    assert "Accuser réception" not in done.text  # who answers has it
    assert again.status_code == 200
    async with database.read() as connection:
        (version,) = await plans.history(connection, CPTS_ID)
    assert version.opinion is Opinion.REMARKS
    assert version.opinion_words == "Préciser les lieux de repli."


async def test_no_opinion_is_asked_once_the_bureau_adopted(
    database: Database, visitor: httpx.AsyncClient
) -> None:
    await submitted(database)
    path = await receipt_link(database)
    page = await visitor.get(path)
    await decide(database)

    late = await visitor.post(f"{path}/avis", data=filled(page, opinion="FAVORABLE"))
    page = await visitor.get(path)

    assert late.status_code == 400
    assert "Votre avis" not in page.text
    received = await visitor.post(path, data=filled(page))
    assert "Document reçu le" in received.text
    async with database.read() as connection:
        (copy,) = await documents.copies(connection, CPTS_ID, PLAN_ID)
    assert copy.sha256 in received.text


async def test_a_reader_opens_the_plan_and_is_counted_by_a_button_only(
    database: Database, visitor: httpx.AsyncClient, tmp_path: Path
) -> None:
    path = await circulated(database, tmp_path)

    page = await visitor.get(path)
    found = re.search(r'href="(/plan/[^"]+)"', page.text)
    assert found is not None
    document = await visitor.get(found[1])

    assert document.content == PDF
    assert document.headers["content-type"] == "application/pdf"
    async with database.read() as connection:
        assert await plan_links.readings(connection, CPTS_ID) == {1: (30, 0)}
    assert page.headers["cache-control"] == "no-store"
    done = await visitor.post(path, data=filled(page))
    assert "votre lecture est comptée" in done.text
    assert "<button" not in done.text
    async with database.read() as connection:
        assert await plan_links.readings(connection, CPTS_ID) == {1: (30, 1)}


async def test_a_link_of_another_kind_opens_no_document(
    database: Database, visitor: httpx.AsyncClient
) -> None:
    await submitted(database)
    async with database.act(CPTS_ID) as act:
        await post_notice(act, order(), LINK_KEY)
    path = f"/plan/{value(NoticeKind.TASK, 'SEC-10')}"

    assert (await visitor.get(f"{path}/document")).status_code == 404
    assert (await visitor.get("/plan/2222222222")).status_code == 404
