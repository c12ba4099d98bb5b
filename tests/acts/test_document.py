"""A report is filed once, posted once, reminded twice; the dossier closes the tree."""

import asyncio
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.conduct import conduct_crisis
from acts.document import (
    MadeDocument,
    file_document,
    file_dossier,
    keep_pack,
    load_transmission,
    record_receipt,
    send_report,
    write_letter,
)
from adapters.database import conduct, crises, documents, ledger, links, tables
from adapters.database.unit import Database
from domain.conduct import Step
from domain.errors import UnknownCrisisError, UnknownLinkError
from domain.link import Purpose, token
from domain.reference import CrisisRef, DocumentRef
from domain.transmission import PATIENCE
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, alerted

REPORT = MadeDocument(
    kind="RAPPORT",
    title="Compte rendu de crise",
    path="documents/compte-rendu.pdf",
    sha256="0f" * 32,
)
DOSSIER = MadeDocument(
    kind="DOSSIER", title="Dossier", path="dossier.pdf", sha256="1e" * 32
)


@pytest.fixture
async def ref(database: Database) -> CrisisRef:
    return await alerted(database, 6)


async def entries(database: Database, ref: CrisisRef) -> list[dict[str, object]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, ref.cpts_id, ref.crisis_id, 10_000
        )
    return [json.loads(line.canonical) for line in lines]


async def kinds(database: Database, ref: CrisisRef) -> list[object]:
    return [entry["kind"] for entry in await entries(database, ref)]


async def letters(database: Database) -> list[tuple[str, str]]:
    """The letters queued so far: what they say, to which address."""
    batches, deliveries = tables.batches, tables.deliveries
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(batches.c.message, deliveries.c.address)
            .join(deliveries, deliveries.c.batch_id == batches.c.batch_id)
            .where(batches.c.document_id.is_not(None))
            .order_by(batches.c.batch_id)
        )
    return [(message, address) for message, address in rows.all()]


async def posted(database: Database, ref: CrisisRef) -> DocumentRef:
    document = await file_document(database, ref, REPORT)
    await send_report(database, document, LINK_KEY)
    return document


async def patience_ends(database: Database, now: Now, document: DocumentRef) -> None:
    now.at += PATIENCE
    await write_letter(database, document)


async def test_the_same_document_is_filed_once(
    database: Database, ref: CrisisRef
) -> None:
    first = await file_document(database, ref, REPORT)
    second = await file_document(database, ref, REPORT)

    assert first == second
    async with database.read() as connection:
        (kept,) = await documents.of_crisis(connection, ref)
        assert await documents.get(connection, first) == kept
    assert (kept.kind, kept.sha256) == ("RAPPORT", REPORT.sha256)
    assert (await kinds(database, ref)).count("document.made") == 1
    made = (await entries(database, ref))[-1]
    assert made["facts"] == {
        "document": "RAPPORT",
        "path": REPORT.path,
        "sha256": REPORT.sha256,
    }


async def test_nothing_is_filed_about_a_crisis_that_nobody_opened(
    database: Database, ref: CrisisRef
) -> None:
    nothing = ref.model_copy(update={"crisis_id": "c-20261122-zzzz"})

    with pytest.raises(UnknownCrisisError):
        await file_document(database, nothing, REPORT)
    with pytest.raises(UnknownCrisisError):
        await file_dossier(database, nothing, DOSSIER, (nothing.crisis_id,))


async def test_a_report_is_posted_once_and_ends_the_filing(
    database: Database, ref: CrisisRef, wakes: list[str]
) -> None:
    wakes.clear()
    document = await posted(database, ref)
    await send_report(database, document, LINK_KEY)

    assert await letters(database) == [("transmission", "ars@ars.example")]
    assert (await kinds(database, ref)).count("document.sent") == 1
    assert wakes == [ref.workflow_id]
    crisis = await conduct_crisis(database, ref)
    assert crisis.step is Step.OVER
    assert crisis.to_send == (document,)
    async with database.read() as connection:
        assert document in await conduct.open_rows(connection)


async def test_a_report_posted_twice_at_once_is_posted_once(
    database: Database, ref: CrisisRef
) -> None:
    document = await file_document(database, ref, REPORT)

    await asyncio.gather(*(send_report(database, document, LINK_KEY) for _ in range(3)))

    assert len(await letters(database)) == 1


async def test_nothing_is_posted_that_was_not_made(
    database: Database, ref: CrisisRef
) -> None:
    nothing = DocumentRef(cpts_id=CPTS_ID, document_id="nothing")

    with pytest.raises(UnknownLinkError):
        await send_report(database, nothing, LINK_KEY)
    for act in (load_transmission, write_letter):
        with pytest.raises(UnknownLinkError):
            await act(database, nothing)
    with pytest.raises(UnknownLinkError):
        await record_receipt(database, nothing, "n1")

    async with database.read() as connection:
        crisis = await crises.get(connection, CPTS_ID, ref.crisis_id)
    assert crisis.filed_at is None


async def test_the_receipt_has_a_link_of_its_own(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    document = await posted(database, ref)
    value = token(LINK_KEY, Purpose.RECEIPT, document.document_id)

    async with database.read() as connection:
        found = await links.find(connection, Purpose.RECEIPT, value, now.at)
        with pytest.raises(UnknownLinkError):
            await links.find(connection, Purpose.ANSWER, value, now.at)

    assert found.document_id == document.document_id
    assert found.person_id is None


async def test_silence_is_reminded_twice_then_the_coordinator_is_told(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    document = await posted(database, ref)
    for _ in range(6):
        await patience_ends(database, now, document)

    assert await letters(database) == [
        ("transmission", "ars@ars.example"),
        ("rappel", "ars@ars.example"),
        ("rappel", "ars@ars.example"),
        ("sans_recu", "coordination@val.example"),
    ]
    said = await load_transmission(database, document)
    assert said.ended
    assert not said.letter_due(now.at + timedelta(days=365))
    assert len(said.batches) == 4  # nobody handed them over in this test


async def test_no_letter_is_written_before_its_hour_or_twice(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    document = await posted(database, ref)
    now.at += PATIENCE - timedelta(seconds=1)
    await write_letter(database, document)
    assert len(await letters(database)) == 1

    now.at += timedelta(seconds=1)
    assert (await load_transmission(database, document)).letter_due(now.at)
    await asyncio.gather(*(write_letter(database, document) for _ in range(3)))

    assert len(await letters(database)) == 2


async def test_a_receipt_is_noted_once_and_keeps_its_first_hour(
    database: Database, ref: CrisisRef, now: Now, wakes: list[str]
) -> None:
    document = await posted(database, ref)
    wakes.clear()
    first = now.at = now.at + timedelta(hours=1)

    assert await record_receipt(database, document, "n1") == first
    now.at += timedelta(hours=1)
    assert await record_receipt(database, document, "n1") == first
    assert await record_receipt(database, document, "n2") == first

    assert (await kinds(database, ref)).count("document.received") == 1
    assert wakes == [document.workflow_id]


async def test_a_receipt_stops_the_reminders(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    document = await posted(database, ref)
    await patience_ends(database, now, document)
    await record_receipt(database, document, "n1")

    for _ in range(3):
        await patience_ends(database, now, document)

    assert len(await letters(database)) == 2
    said = await load_transmission(database, document)
    assert said.ended
    assert not said.letter_due(now.at)
    async with database.read() as connection:
        assert document not in await conduct.open_rows(connection)


async def test_a_receipt_after_the_last_letter_still_counts(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    document = await posted(database, ref)
    for _ in range(3):
        await patience_ends(database, now, document)

    assert await record_receipt(database, document, "n1") == now.at

    assert "document.received" in await kinds(database, ref)


async def test_pace_shortens_the_patience_of_an_exercise(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6, pace=60, exercise=True)
    document = await posted(database, ref)

    said = await load_transmission(database, document)

    assert said.next_at == now.at + PATIENCE / 60


async def test_the_dossier_is_the_last_entry_of_a_signed_tree_and_names_the_others(
    database: Database, ref: CrisisRef
) -> None:
    await file_document(database, ref, REPORT)
    before = await entries(database, ref)
    abouts = (ref.crisis_id, f"plan-{CPTS_ID}", CPTS_ID, "never-heard-of")

    size = await file_dossier(database, ref, DOSSIER, abouts)

    last = (await entries(database, ref))[-1]
    assert last["seq"] == size - 1
    facts = last["facts"]
    assert isinstance(facts, dict)
    assert facts["sha256"] == DOSSIER.sha256
    heads = facts["heads"]
    assert heads[ref.crisis_id] == before[-1]["seq"]
    assert set(heads) == set(abouts) - {"never-heard-of"}
    async with database.read() as connection:
        assert await ledger.size(connection, CPTS_ID) == size
        assert await ledger.note_at(connection, CPTS_ID, size) is not None


async def test_nothing_comes_between_the_heads_and_the_dossier(
    database: Database, ref: CrisisRef
) -> None:
    """Others write meanwhile: each dossier still follows the heads that it names."""

    async def note(number: int) -> None:
        async with database.act(CPTS_ID) as act:
            act.note("note", about=ref.crisis_id, actor="X", facts={"n": number})

    async def dossier(number: int) -> None:
        made = DOSSIER.model_copy(update={"sha256": f"{number:064x}"})
        await file_dossier(database, ref, made, (ref.crisis_id,))

    await asyncio.gather(
        *(note(number) for number in range(10)),
        *(dossier(number) for number in range(5)),
    )

    made = [e for e in await entries(database, ref) if e["kind"] == "document.made"]
    assert len(made) == 5
    for entry in made:
        facts = entry["facts"]
        assert isinstance(facts, dict)
        assert facts["heads"][ref.crisis_id] == entry["prev"]


async def test_a_pack_is_kept_and_writes_no_entry(
    database: Database, ref: CrisisRef
) -> None:
    size = await file_dossier(database, ref, DOSSIER, (ref.crisis_id,))
    before = await kinds(database, ref)

    await keep_pack(database, ref, "2d" * 32, size)

    async with database.read() as connection:
        kept = await documents.of_crisis(connection, ref)
    assert [row.kind for row in kept] == ["DOSSIER", "PACK"]
    assert await kinds(database, ref) == before
