"""What providers call back: by the right secret only, twice or out of order."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import and_, select

from adapters.database.tables import deliveries, recipients
from adapters.database.unit import Database
from domain.alert import DeliveryState, NotSent
from domain.provider import Providers
from domain.reference import CrisisRef
from domain.wave import Channel
from tests.acts.test_cascade import opened
from tests.conftest import ORIGIN
from tests.provider_server import Server
from tests.world import CPTS_ID, people

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_THE_ONE = and_(  # they share one telephone
    deliveries.c.channel == Channel.TEXT, deliveries.c.carried_by.is_(None)
)
READS = {
    "lit": {"etat": "status", "identifiant": "id"},
    "remis": ["ok"],
    "echec": ["ko"],
}


@pytest.fixture
async def outside(pages: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A provider somewhere else."""
    transport = httpx.ASGITransport(pages, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(
        transport=transport, base_url=f"https://{ORIGIN}"
    ) as caller:
        yield caller


async def answers(database: Database, ref: CrisisRef) -> list[str]:
    async with database.read() as connection:
        found = await connection.execute(
            select(recipients.c.answer).where(
                recipients.c.crisis_id == ref.crisis_id,
                recipients.c.answer.is_not(None),
            )
        )
        return list(found.scalars())


async def text_row(database: Database) -> dict[str, object]:
    async with database.read() as connection:
        found = await connection.execute(select(deliveries).where(_THE_ONE))
        return dict(found.mappings().one())


async def write(database: Database, **values: object) -> None:
    async with database.write() as connection:
        await connection.execute(deliveries.update().where(_THE_ONE).values(**values))


async def test_a_receipt_is_kept_once_whatever_the_order(
    pages: FastAPI, outside: httpx.AsyncClient, database: Database
) -> None:
    instance_of = pages.state.desk.instance
    await opened(database, people(4), "SMS")
    known = Server(url="https://a.example").provider("P_SMS", accuses=READS)
    database.providers = Providers.model_validate({"fournisseurs": [known]})
    row = await text_row(database)
    base = f"/api/receipts/P_SMS/{instance_of.secret_of('P_SMS')}"
    own = f"{base}/{CPTS_ID}/{row['delivery_id']}"

    before = await outside.get(own, params={"status": "ko"})  # before our own reply
    await write(
        database,
        state=DeliveryState.NOT_SENT,
        reason=NotSent.UNCERTAIN,
        provider="P_SMS",
        provider_id="m-7",
    )
    on_its_way = await outside.get(own, params={"status": "buffered"})
    arrived = await outside.post(base, json={"status": "ok", "id": "m-7"})
    first = await text_row(database)
    again = await outside.post(base, data={"status": "ok", "id": "m-7"})
    late = await outside.get(own, params={"status": "ko"})

    replies = (before, on_its_way, arrived, again, late)
    assert [each.status_code for each in replies] == [200] * 5
    assert (first["receipt"], first["state"], first["reason"]) == (
        "REMIS",
        "PARTIE",
        None,
    )
    assert await text_row(database) == first


async def test_nobody_is_believed_without_the_secret(
    pages: FastAPI, outside: httpx.AsyncClient, database: Database
) -> None:
    instance_of = pages.state.desk.instance
    await opened(database, people(4), "SMS")
    known = Server(url="https://a.example").provider("P_SMS", accuses=READS)
    database.providers = Providers.model_validate({"fournisseurs": [known]})
    row = await text_row(database)
    secret = instance_of.secret_of("P_SMS")
    wrong = (
        f"/api/receipts/P_SMS/{'0' * 32}/{CPTS_ID}/{row['delivery_id']}",
        f"/api/receipts/AUTRE/{secret}/{CPTS_ID}/{row['delivery_id']}",
        f"/api/receipts/P_SMS/{secret}/{CPTS_ID}/nobody",
        f"/api/receipts/P_SMS/{secret}",
    )

    replies = [await outside.get(each, params={"status": "ok"}) for each in wrong]
    broken = await outside.post(
        f"/api/receipts/P_SMS/{secret}",
        content=b"{",
        headers={"Content-Type": "application/json"},
    )

    assert [each.status_code for each in replies] == [404] * 4
    assert broken.status_code == 200  # it says nothing that ended
    assert (await text_row(database))["receipt"] is None


async def test_a_text_that_comes_back_is_an_answer_taken_once(
    pages: FastAPI, outside: httpx.AsyncClient, database: Database
) -> None:
    everyone = tuple(
        replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(people(4))
    )
    ref = await opened(database, everyone, "SMS")
    reads = {"lit": {"numero": "from", "texte": "text", "identifiant": "id"}}
    known = Server(url="https://a.example").provider("P_SMS", reponses=reads)
    database.providers = Providers.model_validate({"fournisseurs": [known]})
    secret = pages.state.desk.instance.secret_of("P_SMS")
    said = {"from": "+33639980002", "text": "NON", "id": "m-1"}
    before = await answers(database, ref)

    taken = [
        await outside.get(f"/api/inbound/P_SMS/{secret}", params=said) for _ in range(2)
    ]
    empty = await outside.post(f"/api/inbound/P_SMS/{secret}", data={"from": "x"})
    wrong = await outside.get(f"/api/inbound/P_SMS/{'0' * 32}", params=said)

    assert [each.status_code for each in (*taken, empty, wrong)] == [200] * 3 + [404]
    assert taken[0].text == ""
    assert before == []
    assert await answers(database, ref) == ["INDISPONIBLE"]
