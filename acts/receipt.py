"""What became of a message: kept once; a failure lets the next way leave at once."""

from acts.cascade import ways_left
from acts.contact import CONTACTS
from adapters.database import contacts, receipts, relay
from adapters.database.receipts import Delivered
from adapters.database.unit import Act, Database
from domain.bounce import BounceReason, reason_of
from domain.reach import How, Medium, Proof
from domain.receipt import Receipt, ReceiptNote
from domain.receipt_errors import UnknownReceiptError
from domain.reference import WaveRef
from domain.relay import next_way
from domain.wave import Channel

MAIL_SERVER = "SERVEUR"  # the actor of a mail that came back


async def take_receipt(database: Database, note: ReceiptNote) -> bool:
    """Keep a receipt, however often and in whatever order it is told.

    Returns:
        False if it says no more than what is known.

    Raises:
        UnknownReceiptError: No message is known by these ids.
    """
    async with database.read() as connection:
        found = await receipts.about(connection, note)
    if found is None:
        raise UnknownReceiptError
    async with database.act(found.cpts_id) as act:
        one = await receipts.lock(act, found.delivery_id)
        if not note.adds_to(one.receipt):
            return False
        await receipts.write(act, one.delivery_id, note)
        if note.receipt is Receipt.FAILED:
            await _go_on(act, one)
        if note.return_code is not None:
            await _distrust(act, one, BounceReason(note.reason or BounceReason.UNSAID))
    return True


async def refused_within(act: Act, delivery_id: str) -> None:
    """Go on without a message that was refused when it was handed over."""
    one = await receipts.lock(act, delivery_id)
    await _go_on(act, one)
    why = reason_of(one.reply or "", "")
    if one.channel is Channel.MAIL and why is not BounceReason.UNSAID:
        await _distrust(act, one, why)  # unsaid: it may refuse what was sent


async def _go_on(act: Act, failed: Delivered) -> None:
    """Let the next way of the cascade leave now, unless the night holds it back."""
    if failed.wave is None:
        return
    ref = WaveRef(cpts_id=act.cpts_id, crisis_id=failed.crisis_id, wave=failed.wave)
    found = next_way(await relay.ways_of(act.connection, act.cpts_id, failed), act.at)
    if found is None:
        return
    said = failed.message, found.channel
    if times := await ways_left(act, ref, said, failed.recipient_id):
        await relay.bring_forward(act, failed, found, times)
        act.wake(ref.workflow_id)


async def _distrust(act: Act, failed: Delivered, why: BounceReason) -> None:
    """Say in the directory that an address no longer reaches its person."""
    if not why.blames_address or failed.address is None:
        return
    person_id, address = failed.recipient_id, failed.address
    if not await contacts.is_theirs(act, person_id, address):
        return  # a place, a partner; or they changed it since
    known = await contacts.proof_of(act, person_id, Medium.MAIL)
    if known and failed.sent_at and known.verified_at > failed.sent_at:
        return  # proved since
    lost = Proof(address=address, verified_at=act.at, how=How.RETURNED, by=MAIL_SERVER)
    await contacts.prove(act, person_id, Medium.MAIL, lost)
    act.note(
        "contact.returned",
        about=act.cpts_id + CONTACTS,
        actor=MAIL_SERVER,
        facts={"medium": Medium.MAIL, "why": why},
        sealed={"person": person_id},
    )
