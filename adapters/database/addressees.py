"""Whom a delivery goes to, as the writer of deliveries saw it, and by which link."""

from typing import NamedTuple

from domain.dispatch import Addressee
from domain.letter import MessageKind
from domain.link import (
    Purpose,
    answer_subject,
    notice_subject,
    partner_subject,
    survey_subject,
)


class Seen(NamedTuple):
    """What `statements.LOOK` gives, in its order."""

    delivery_id: str
    batch_id: str
    crisis_id: str
    recipient_id: str
    name: str
    address: str
    sharing: int | None
    return_code: str | None
    fence: int
    document_id: str | None
    topic: str | None
    message: str
    asks: bool | None
    covered_at: object
    goes_on: bool | None
    one_choice: bool | None
    closed_why: str | None
    answer: str | None


def addressee(found: Seen) -> Addressee:
    """Give the addressee of a reserved delivery, and what their link is about."""
    if found.document_id:
        purpose, subject = Purpose.RECEIPT, found.document_id
    elif found.topic:
        purpose = Purpose.NOTICE
        subject = notice_subject(
            found.crisis_id, found.message, found.topic, found.recipient_id
        )
    elif found.message == MessageKind.SURVEY:
        purpose = Purpose.SURVEY
        subject = survey_subject(found.crisis_id, found.recipient_id)
    elif found.message in {MessageKind.PARTNER, MessageKind.PARTNER_END}:
        purpose = Purpose.PARTNER
        subject = partner_subject(found.crisis_id, found.recipient_id)
    else:
        purpose = Purpose.ANSWER
        subject = answer_subject(found.crisis_id, found.recipient_id)
    return Addressee(
        delivery_id=found.delivery_id,
        name=found.name,
        address=found.address,
        purpose=purpose,
        subject=subject,
        shared=found.sharing is not None,
        return_code=found.return_code,
    )
