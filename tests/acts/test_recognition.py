"""One letter asks for recognition; the reference stops its reminders."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.document import MadeDocument, write_letter
from acts.ending import CancelCrisis, cancel_crisis
from acts.order import ConfirmOrder, confirm_order
from acts.recognition import AskRecognition, ask_recognition
from adapters.database import documents, tables
from adapters.database.unit import Database
from domain.order_errors import (
    AlreadyConfirmedError,
    CrisisOverError,
    LetterUnderWayError,
)
from domain.reference import CrisisRef
from domain.transmission import PATIENCE
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, activation, settle

WHO = "COORDINATEUR"


async def begun(database: Database, reference: str | None = None) -> CrisisRef:
    await settle(database, 6)
    said = activation(database.now(), reference=reference)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor=WHO)
    return await open_crisis(database, order, LINK_KEY)


def asking(ref: CrisisRef, sha256: str = "0f" * 32) -> AskRecognition:
    made = MadeDocument(
        kind="RECONNAISSANCE",
        title="Demande de reconnaissance écrite",
        path="documents/demande.pdf",
        sha256=sha256,
    )
    return AskRecognition(**ref.model_dump(), actor=WHO, made=made)


async def letters(database: Database) -> list[tuple[str, str | None]]:
    """The letters of documents so far: what they say, and why they did not leave."""
    batches, deliveries = tables.batches, tables.deliveries
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(batches.c.message, deliveries.c.reason)
            .join(deliveries, deliveries.c.batch_id == batches.c.batch_id)
            .where(batches.c.document_id.is_not(None))
            .order_by(batches.c.batch_id)
        )
    return [(message, reason) for message, reason in rows.all()]


async def test_the_letter_leaves_once_and_is_reminded_twice(
    database: Database, now: Now
) -> None:
    ref = await begun(database)

    letter = await ask_recognition(database, asking(ref), LINK_KEY)
    with pytest.raises(LetterUnderWayError):
        await ask_recognition(database, asking(ref, "1e" * 32), LINK_KEY)
    for _ in range(5):
        now.at += PATIENCE
        await write_letter(database, letter)

    kinds = [message for message, _ in await letters(database)]
    assert kinds == ["transmission", "rappel", "rappel", "sans_recu"]


async def test_the_reference_stops_the_reminders(
    database: Database, now: Now, wakes: list[str]
) -> None:
    ref = await begun(database)
    letter = await ask_recognition(database, asking(ref), LINK_KEY)
    wakes.clear()

    await confirm_order(
        database, ConfirmOrder(**ref.model_dump(), actor=WHO, reference="ARS-1")
    )
    now.at += PATIENCE + timedelta(days=1)
    await write_letter(database, letter)

    assert await letters(database) == [("transmission", "DEJA_REPONDU")]
    assert letter.workflow_id in wakes
    async with database.read() as connection:
        assert await documents.under_way(connection, ref, "RECONNAISSANCE") == ()
    with pytest.raises(AlreadyConfirmedError):
        await ask_recognition(database, asking(ref, "1e" * 32), LINK_KEY)


async def test_nothing_is_asked_once_written_or_when_the_alarm_was_false(
    database: Database,
) -> None:
    written = await begun(database, "ARS-2026-118")

    with pytest.raises(AlreadyConfirmedError):
        await ask_recognition(database, asking(written), LINK_KEY)
    await cancel_crisis(
        database, CancelCrisis(**written.model_dump(), actor=WHO, reason="erreur")
    )
    with pytest.raises(CrisisOverError):
        await ask_recognition(database, asking(written), LINK_KEY)

    assert await letters(database) == []
