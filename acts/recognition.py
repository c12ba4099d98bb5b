"""Ask the ARS in writing to recognise a crisis: one letter, two reminders, no more."""

from collections.abc import Collection

from acts.document import MadeDocument, keep, post
from acts.held import NOT_CANCELLED, OnCrisis, hold
from adapters.database import deliveries, documents
from adapters.database.crises import CrisisRow
from adapters.database.documents import TransmissionRow
from adapters.database.unit import Act, Database
from domain.crisis import CrisisState
from domain.order_errors import (
    AlreadyConfirmedError,
    CrisisOverError,
    LetterUnderWayError,
)
from domain.recognition import LETTER_KIND
from domain.reference import CrisisRef, DocumentRef
from domain.wording import STATE_LABELS


class AskRecognition(OnCrisis):
    """The letter is printed: it may leave."""

    made: MadeDocument


def check_letter(crisis: CrisisRow, under_way: Collection[TransmissionRow]) -> None:
    """Refuse a letter that asks for nothing, or asks twice.

    Raises:
        AlreadyConfirmedError: The reference is there.
        CrisisOverError: It was a false alarm.
        LetterUnderWayError: The last letter is still awaiting its receipt.
    """
    if crisis.state is CrisisState.CANCELLED:
        state = STATE_LABELS[crisis.state]
        raise CrisisOverError(crisis=crisis.crisis_id, state=state)
    if crisis.reference is not None:
        raise AlreadyConfirmedError(crisis=crisis.crisis_id)
    if under_way:
        raise LetterUnderWayError(crisis=crisis.crisis_id)


async def ask_recognition(
    database: Database, order: AskRecognition, link_key: bytes
) -> DocumentRef:
    """Keep the letter and put it in the post to the ARS.

    Raises:
        AlreadyConfirmedError: The reference is there.
        CrisisOverError: It was a false alarm.
        LetterUnderWayError: The last letter is still awaiting its receipt.
        UnknownCrisisError: No such crisis.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_CANCELLED)
        check_letter(crisis, await _letters(act, order.ref))
        document = await keep(act, order.ref, order.made)
        await post(act, document, order.actor, link_key)
    return document


async def stop_asking(act: Act, ref: CrisisRef) -> None:
    """Send no reminder any more, inside the act that records the reference."""
    for row in await _letters(act, ref):
        values = {"next_at": None, "ended_at": act.at}
        await documents.change(act, row.document_id, values)
        await deliveries.give_up_letters(act, row.document_id)
        document = DocumentRef(cpts_id=ref.cpts_id, document_id=row.document_id)
        act.wake(document.workflow_id)


async def _letters(act: Act, ref: CrisisRef) -> tuple[TransmissionRow, ...]:
    return await documents.under_way(act.connection, ref, LETTER_KIND)
