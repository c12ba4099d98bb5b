"""Documents: made, put in the post, reminded, received."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from acts.report_proof import prove_receipt
from acts.wave import AUTHORITY, SYSTEM
from adapters.database import crises, deliveries, documents, ledger, links, tenants
from adapters.database.links import use_nonce
from adapters.database.unit import Act, Database
from domain.calendar import paced
from domain.cpts import Cpts
from domain.crisis import CrisisState
from domain.letter import TransmissionKind
from domain.link import Purpose, token, token_hash
from domain.reference import CrisisRef, DocumentRef
from domain.transmission import (
    LETTERS,
    LINK_LIFE,
    PATIENCE,
    PLAN,
    RECEIVER,
    Transmission,
)


class MadeDocument(BaseModel):
    """A document just made, and kept under its hash."""

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    path: str  # its name in a pack
    sha256: str


async def file_document(
    database: Database, ref: CrisisRef, made: MadeDocument
) -> DocumentRef:
    """Say that a document was made; the same one is noted once.

    Raises:
        UnknownCrisisError: No such crisis.
    """
    async with database.act(ref.cpts_id) as act:
        await crises.lock(act, ref.crisis_id)
        return await keep(act, ref, made)


async def keep(act: Act, ref: CrisisRef, made: MadeDocument) -> DocumentRef:
    """Keep a document inside the act that makes it; the same one is noted once."""
    known = [
        row.document_id
        for row in await documents.of_crisis(act.connection, ref)
        if (row.kind, row.sha256) == (made.kind, made.sha256)
    ]
    document_id = f"{ref.crisis_id}.{made.sha256[:12]}"
    if not known:
        row = {"document_id": document_id, "crisis_id": ref.crisis_id}
        await documents.add(act, row | made.model_dump())
        _note_made(act, ref, made, {})
    return DocumentRef(cpts_id=ref.cpts_id, document_id=document_id)


async def file_dossier(
    database: Database, ref: CrisisRef, made: MadeDocument, abouts: tuple[str, ...]
) -> int:
    """Note the dossier as the last entry of a signed tree; give the tree's size.

    Its entry names the last entry of each `about` of the pack, so that one left out
    shows (docs/evidence.md#completeness).

    Raises:
        UnknownCrisisError: No such crisis.
    """
    async with database.act(ref.cpts_id) as act:
        await crises.lock(act, ref.crisis_id)
        heads = await ledger.heads(act.connection, ref.cpts_id, abouts)
        size = await ledger.size(act.connection, ref.cpts_id)
        row = {
            "document_id": f"{ref.crisis_id}.{made.sha256[:12]}.{size}",
            "crisis_id": ref.crisis_id,
        }
        await documents.add(act, row | made.model_dump())
        _note_made(act, ref, made, heads)
        act.sign_checkpoint()
    return size + 1


async def keep_pack(database: Database, ref: CrisisRef, sha256: str, size: int) -> None:
    """Keep where the pack of a signed tree is; it holds its own proof, no entry."""
    async with database.act(ref.cpts_id) as act:
        row = {
            "document_id": f"{ref.crisis_id}.pack.{size}",
            "crisis_id": ref.crisis_id,
            "kind": "PACK",
            "title": "Dossier de preuve",
            "path": f"preuve-{ref.crisis_id}.zip",
            "sha256": sha256,
        }
        await documents.add(act, row)


def _note_made(
    act: Act, ref: CrisisRef, made: MadeDocument, heads: dict[str, int]
) -> None:
    act.note(
        "document.made",
        about=ref.crisis_id,
        actor=SYSTEM,
        facts={
            "document": made.kind,
            "path": made.path,
            "sha256": made.sha256,
            **({"heads": heads} if heads else {}),
        },
    )


async def send_report(database: Database, ref: DocumentRef, link_key: bytes) -> None:
    """Put the report of a crisis in the post to the ARS, and end its filing; once.

    That of a false alarm is kept, and posted to nobody.

    Raises:
        UnknownLinkError: No such document.
    """
    async with database.act(ref.cpts_id) as act:
        document = await documents.get(act.connection, ref)
        crisis = await crises.lock(act, document.crisis_id)
        if crisis.filed_at is not None:
            return
        if crisis.state is not CrisisState.CANCELLED:  # nobody is owed a report
            await post(act, ref, SYSTEM, link_key)
        await crises.mark_filed(act, document.crisis_id)


async def post(
    act: Act,
    ref: DocumentRef,
    actor: str,
    link_key: bytes,
    contact: str = RECEIVER,
) -> None:
    """Put a document in the post, inside the act that sends it.

    Raises:
        UnknownLinkError: No such document.
    """
    document = await documents.get(act.connection, ref)
    tenant = await tenants.get(act.connection, ref.cpts_id)
    await documents.send(
        act,
        {
            "document_id": ref.document_id,
            "crisis_id": document.crisis_id,
            "contact": contact,
            "step": 0,
        },
    )
    receipt = {
        "token_hash": token_hash(token(link_key, Purpose.RECEIPT, ref.document_id)),
        "purpose": Purpose.RECEIPT,
        "crisis_id": document.crisis_id,
        "document_id": ref.document_id,
        "expires_at": act.at + LINK_LIFE,
    }
    await links.add(act, [receipt])
    await _next_letter(act, ref, tenant)
    act.note(
        "document.sent",
        about=document.crisis_id,
        actor=actor,
        facts={"contact": contact, "sha256": document.sha256},
    )
    if document.kind != PLAN:  # else the worker starts its transmission
        about = CrisisRef(cpts_id=ref.cpts_id, crisis_id=document.crisis_id)
        act.wake(about.workflow_id)


async def _next_letter(act: Act, ref: DocumentRef, tenant: Cpts) -> None:
    """Queue the letter that is due, and say when the next one is."""
    row = await documents.transmission(act.connection, ref, hold=True)
    pace = await _pace(act, ref)
    to = tenant.contact(row.contact)
    reachable = to is not None and to.email is not None
    message = LETTERS[row.step] if reachable else TransmissionKind.NO_RECEIPT
    last = message is TransmissionKind.NO_RECEIPT
    receiver = tenant.coordinator if last or to is None else to
    await deliveries.queue_letter(
        act,
        {
            "batch_id": f"{ref.document_id}.{row.step}",
            "crisis_id": row.crisis_id,
            "document_id": ref.document_id,
            "message": message,
        },
        {
            "delivery_id": f"{ref.document_id}.{row.step}.COURRIEL",
            "recipient_id": "COORDINATEUR" if last else row.contact,
            "name": receiver.name,
            "address": receiver.email,
        },
    )
    await documents.change(
        act,
        ref.document_id,
        {
            "step": row.step + 1,
            "next_at": None if last else act.at + paced(PATIENCE, pace),
            "ended_at": act.at if last else None,
        },
    )


async def _pace(act: Act, ref: DocumentRef) -> int:
    document = await documents.get(act.connection, ref)
    if document.kind == PLAN:
        return 1
    crisis = await crises.get(act.connection, ref.cpts_id, document.crisis_id)
    return crisis.activation.pace


async def load_transmission(database: Database, ref: DocumentRef) -> Transmission:
    """Say where a document stands on its way.

    Raises:
        UnknownLinkError: It is on its way to nobody.
    """
    async with database.read() as connection:
        row = await documents.transmission(connection, ref)
        owing = await deliveries.letters_of(connection, ref.cpts_id, ref.document_id)
    return Transmission(
        batches=owing, next_at=row.next_at, ended=row.ended_at is not None
    )


async def write_letter(database: Database, ref: DocumentRef) -> None:
    """Queue the letter that is due: a reminder, or word to the coordinator.

    Safe to call again: before its hour, nothing is queued.

    Raises:
        UnknownLinkError: The document is on its way to nobody.
    """
    async with database.act(ref.cpts_id) as act:
        row = await documents.transmission(act.connection, ref, hold=True)
        if row.ended_at is None and row.next_at is not None and act.at >= row.next_at:
            tenant = await tenants.get(act.connection, ref.cpts_id)
            await _next_letter(act, ref, tenant)


async def record_receipt(database: Database, ref: DocumentRef, nonce: str) -> datetime:
    """Note that the addressee has the document; give when it said so first.

    Raises:
        UnknownLinkError: The document is on its way to nobody.
    """
    async with database.act(ref.cpts_id) as act:
        row = await documents.transmission(act.connection, ref, hold=True)
        if row.received_at is not None or not await use_nonce(act, nonce):
            return row.received_at or act.at
        document = await documents.get(act.connection, ref)
        await end(act, ref, {"received_at": act.at})
        act.note(
            "document.received",
            about=row.crisis_id,
            actor=AUTHORITY,
            facts={"contact": row.contact, "sha256": document.sha256},
        )
        if document.kind != PLAN:
            about = CrisisRef(cpts_id=ref.cpts_id, crisis_id=row.crisis_id)
            await prove_receipt(act, about, ref.document_id)
        return act.at


async def end(act: Act, ref: DocumentRef, received: Mapping[str, object]) -> None:
    """End a transmission with its receipt: no letter more."""
    values = {**received, "next_at": None, "ended_at": act.at}
    await documents.change(act, ref.document_id, values)
    await deliveries.give_up_letters(act, ref.document_id)
    act.wake(ref.workflow_id)
