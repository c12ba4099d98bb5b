"""A copy a version and an addressee, on its way until a receipt, typed or not."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from acts.document import (
    MadeDocument,
    load_transmission,
    record_receipt,
    write_letter,
)
from acts.plan_copy import SendCopy, TypedReceipt, record_typed_receipt, send_copy
from adapters.database import conduct, documents, ledger, tables, tenants
from adapters.database.unit import Database
from domain.adoption_errors import (
    AlreadySentError,
    NoAddressError,
    NotSentError,
    NotSubmittedError,
    ReceiptDateError,
    UnknownAddresseeError,
)
from domain.partner import Partner, PartnerKind
from domain.plan_errors import ChangedMeanwhileError
from domain.plan_version import PlanVersion
from domain.printed_plan import Copy, Edition
from domain.reference import DocumentRef
from domain.transmission import PATIENCE, PLAN
from tests.adopted import COORDINATOR, drafted, submit, submitted, tenant, today
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY


async def printed(version: PlanVersion, copy: Copy) -> MadeDocument:
    """Stand for the press: other bytes for each copy."""
    text = f"{version.sha256} {copy.number} {copy.addressee}"
    return MadeDocument(
        kind=PLAN,
        title=f"Plan, version {version.number}, exemplaire n° {copy.number}",
        path=f"documents/plan-v{version.number}-{copy.number:02}.pdf",
        sha256=sha256(text.encode()).hexdigest(),
    )


async def send(database: Database, contact: str = "ARS_DD") -> DocumentRef:
    order = SendCopy(
        cpts_id=CPTS_ID, contact=contact, edition=Edition.CRISIS, actor=COORDINATOR
    )
    return await send_copy(database, order, printed, LINK_KEY)


async def with_partners(database: Database) -> None:
    """Add a town hall with an address and a hospital without."""
    known = {"zone": "Nord", "telephone": "0536490012"}
    town = Partner(
        code="MAIRIE",
        kind=PartnerKind.TOWN_HALL,
        nom="Mairie (fictive)",
        courriel="mairie@val.example",
        **known,
    )
    hospital = Partner(
        code="CH", kind=PartnerKind.HOSPITAL, nom="Hôpital (fictif)", **known
    )
    await say(database, partners=(town, hospital))


async def say(database: Database, **changes: object) -> None:
    """Change the file of the CPTS."""
    content = tenant().model_copy(update=changes).model_dump(mode="json")
    async with database.write() as connection:
        await connection.execute(sa.update(tables.cpts).values(content=content))


async def letters(database: Database) -> list[tuple[str, str]]:
    batches, deliveries = tables.batches, tables.deliveries
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(batches.c.message, deliveries.c.address)
            .join(deliveries, deliveries.c.batch_id == batches.c.batch_id)
            .order_by(batches.c.batch_id)
        )
    return [(message, address) for message, address in rows.all()]


async def entry(database: Database) -> str:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, CPTS_ID, f"plan-{CPTS_ID}", 1_000
        )
    return lines[-1].canonical


async def test_each_addressee_has_a_numbered_copy_of_their_own(
    database: Database,
) -> None:
    version = await submitted(database)
    await with_partners(database)

    first, second = [await send(database, to) for to in ("ARS_DD", "MAIRIE")]

    async with database.read() as connection:
        kept = await documents.copies(connection, CPTS_ID, version.plan_id)
        assert {first, second} <= set(await conduct.open_rows(connection))
    assert [row.title[-1] for row in kept] == ["1", "2"]
    assert {row.plan_number for row in kept} == {version.number}
    assert len({row.sha256 for row in kept}) == 2
    assert await letters(database) == [
        ("transmission", "ars@ars.example"),
        ("transmission", "mairie@val.example"),
    ]


async def test_a_copy_is_sent_once_and_only_to_who_can_receive_it(
    database: Database,
) -> None:
    await drafted(database)
    with pytest.raises(NotSubmittedError):
        await send(database)
    await submit(database)
    await with_partners(database)
    await send(database)

    with pytest.raises(AlreadySentError):
        await send(database)
    with pytest.raises(UnknownAddresseeError):
        await send(database, "NOBODY")
    with pytest.raises(NoAddressError):
        await send(database, "CH")
    assert len(await letters(database)) == 1


async def test_two_copies_sent_at_once_never_share_a_number(
    database: Database,
) -> None:
    await submitted(database)
    await with_partners(database)

    done = await asyncio.gather(
        send(database), send(database, "MAIRIE"), return_exceptions=True
    )

    refused = [each for each in done if isinstance(each, ChangedMeanwhileError)]
    assert len(refused) + len(await letters(database)) == 2
    assert len(refused) <= 1


async def test_silence_is_reminded_twice_then_the_coordinator_is_told(
    database: Database, now: Now
) -> None:
    await submitted(database)
    ref = await send(database)
    for _ in range(5):
        now.at += PATIENCE
        await write_letter(database, ref)

    assert await letters(database) == [
        ("transmission", "ars@ars.example"),
        ("rappel", "ars@ars.example"),
        ("rappel", "ars@ars.example"),
        ("sans_recu", "coordination@val.example"),
    ]
    assert (await load_transmission(database, ref)).ended


async def test_who_left_the_file_is_written_to_no_more(
    database: Database, now: Now
) -> None:
    await submitted(database)
    await with_partners(database)
    ref = await send(database, "MAIRIE")
    await say(database)
    now.at += PATIENCE
    await write_letter(database, ref)

    assert (await letters(database))[-1] == ("sans_recu", "coordination@val.example")
    assert (await load_transmission(database, ref)).ended


async def test_a_typed_receipt_is_said_to_be_typed_and_names_nobody_in_clear(
    database: Database, now: Now
) -> None:
    await submitted(database)
    ref = await send(database)
    now.at += timedelta(days=3)
    said = TypedReceipt(
        cpts_id=CPTS_ID,
        contact="ARS_DD",
        on=today(database) - timedelta(days=1),
        name="Dominique Fictif",
        actor=COORDINATOR,
    )
    for day in (-4, 1):
        wrong = {"on": today(database) + timedelta(days=day)}
        with pytest.raises(ReceiptDateError):
            await record_typed_receipt(database, said.model_copy(update=wrong))
    other = said.model_copy(update={"contact": "MAIRIE"})
    with pytest.raises(NotSentError):
        await record_typed_receipt(database, other)

    await record_typed_receipt(database, said)
    await record_typed_receipt(database, said.model_copy(update={"name": "Autre"}))

    async with database.read() as connection:
        row = await documents.transmission(connection, ref)
    assert row.typed is not None
    assert row.typed.startswith("Reçu par courriel le")
    assert row.typed.endswith("de Dominique Fictif")
    assert row.ended_at == now.at
    text = await entry(database)
    assert json.loads(text)["facts"]["typed"] is True
    assert "Dominique" not in text


async def test_a_receipt_by_its_page_is_not_typed(
    database: Database, wakes: list[str]
) -> None:
    await submitted(database)
    ref = await send(database)
    wakes.clear()
    await record_receipt(database, ref, "nonce-1")

    async with database.read() as connection:
        row = await documents.transmission(connection, ref)
        assert (await tenants.get(connection, CPTS_ID)).cpts_id == CPTS_ID
    assert (row.typed, wakes) == (None, [ref.workflow_id])
    assert "typed" not in await entry(database)
