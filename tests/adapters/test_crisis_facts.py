"""What documents print, read from real rows."""

from datetime import timedelta

import pytest

from acts.document import MadeDocument, file_document, record_receipt, send_report
from adapters.database import crisis_facts
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.reference import CrisisRef
from domain.report import CrisisFacts, Indicator
from tests.conftest import Now
from tests.world import LINK_KEY, alerted


async def read(database: Database, ref: CrisisRef, signer: Signer) -> CrisisFacts:
    async with database.read() as connection:
        return await crisis_facts.read(
            connection, ref, signer.fingerprint, database.now()
        )


async def sent(database: Database, ref: CrisisRef, now: Now, receipt: str) -> None:
    report = await file_document(
        database,
        ref,
        MadeDocument(
            kind="RAPPORT",
            title="Compte rendu de crise",
            path="documents/compte-rendu.pdf",
            sha256="ab" * 32,
        ),
    )
    await send_report(database, report, LINK_KEY)
    if receipt:
        now.at += timedelta(hours=3)
        await record_receipt(database, report, receipt)


@pytest.mark.parametrize("reference", [None, "ARS-2026-118"])
async def test_an_opening_proves_recognition_only_with_its_reference(
    database: Database, signer: Signer, reference: str | None
) -> None:
    ref = await alerted(database, 5, reference=reference)

    facts = await read(database, ref, signer)

    assert (Indicator.RECOGNITION in facts.proofs) is (reference is not None)
    assert facts.proofs[Indicator.ORDER] == facts.proofs[Indicator.ACTIONS]


async def test_cards_are_told_in_the_order_they_are_due(
    database: Database, signer: Signer
) -> None:
    ref = await alerted(database, 5)

    facts = await read(database, ref, signer)

    assert [card.id for card in facts.cards] == ["TC-01", "T2-07"]
    assert facts.actions == 1


@pytest.mark.parametrize(
    ("receipt", "said"),
    [("", ""), ("n1", "Accusé le 23 novembre 2026 à 1 h 00.")],
)
async def test_a_document_says_to_whom_it_went_and_whether_it_arrived(
    database: Database, signer: Signer, now: Now, receipt: str, said: str
) -> None:
    ref = await alerted(database, 5)
    await sent(database, ref, now, receipt)

    facts = await read(database, ref, signer)

    (document,) = facts.documents_sent
    assert document.sent_to == "Délégation départementale (fictive)"
    receipts = (document.receipt or "").replace("\N{NO-BREAK SPACE}", " ")
    assert receipts == said
    told = " ".join(row.text for row in facts.timeline)
    assert "ARS_DD" not in told
    assert ("Réception confirmée" in told) is bool(receipt)
