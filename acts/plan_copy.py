"""Numbered copies of a version of the plan: sent, and received as somebody wrote."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from acts.document import MadeDocument, end, post
from adapters.database import documents, plans, reviews, tenants
from adapters.database.unit import Act, Database
from domain.adoption import Moment, last_that_left
from domain.adoption_errors import (
    AlreadySentError,
    NoAddressError,
    NotSentError,
    ReceiptDateError,
    UnknownAddresseeError,
)
from domain.calendar import french_date
from domain.errors import UnknownLinkError
from domain.plan_errors import ChangedMeanwhileError
from domain.plan_version import PlanVersion
from domain.printed_plan import Copy, Edition
from domain.reference import DocumentRef

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)
]


class SendCopy(BaseModel):
    """The order to send a copy of the last version that left to one contact."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    contact: str  # code of an authority or of a partner
    edition: Edition
    actor: str


class TypedReceipt(BaseModel):
    """A receipt that came by mail, as somebody writes it down: it is said to be so."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    contact: str
    on: date
    name: Name  # who answered
    actor: str


PrintCopy = Callable[[PlanVersion, Copy], Awaitable[MadeDocument]]
"""Prints a copy of a version and keeps it."""


async def send_copy(
    database: Database, order: SendCopy, print_copy: PrintCopy, link_key: bytes
) -> DocumentRef:
    """Print a copy of the last version that left, and put it in the post.

    One copy a version and an addressee: asked again, nothing more leaves.

    Raises:
        AlreadySentError: It was sent to this addressee.
        ChangedMeanwhileError: Somebody sent another copy at the same time.
        NoAddressError: The addressee has no mail address.
        NotSubmittedError: No version left yet.
        UnknownAddresseeError: The CPTS has no such contact.
    """
    async with database.read() as connection:
        tenant = await tenants.get(connection, order.cpts_id)
        to = tenant.contact(order.contact)
        if to is None:
            raise UnknownAddresseeError(cpts=order.cpts_id, contact=order.contact)
        if to.email is None:
            raise NoAddressError(contact=order.contact)
        version = last_that_left(await plans.history(connection, order.cpts_id))
        known = await documents.copies(connection, order.cpts_id, version.plan_id)
    ref = _ref(version, order.contact)
    if ref.document_id in {row.document_id for row in known}:
        raise AlreadySentError(number=version.number, contact=order.contact)
    copy = Copy(edition=order.edition, number=len(known) + 1, addressee=to.name)
    made = await print_copy(version, copy)
    async with database.act(order.cpts_id) as act:
        await tenants.hold(act)
        now = await documents.copies(act.connection, act.cpts_id, version.plan_id)
        if now != known:
            raise ChangedMeanwhileError(number=version.number)
        row = {
            "document_id": ref.document_id,
            "crisis_id": version.plan_id,
            "plan_number": version.number,
            **made.model_dump(),
        }
        await documents.add(act, row)
        act.note(
            "plan.printed",
            about=version.plan_id,
            actor=order.actor,
            facts={
                "number": version.number,
                "copy": len(known) + 1,
                "edition": order.edition,
                "path": made.path,
                "sha256": made.sha256,
            },
        )
        await post(act, ref, order.actor, link_key, order.contact)
        await _wake_review(act)
    return ref


async def _wake_review(act: Act) -> None:
    """Have the review that is open look: it may have waited for this copy."""
    for review in await reviews.of_cpts(act.connection, act.cpts_id):
        if review.ended_at is None:
            act.wake(review.ref.workflow_id)


async def record_typed_receipt(database: Database, said: TypedReceipt) -> None:
    """Write down a receipt that came another way; the first one known stays.

    Raises:
        NotSentError: The last version that left was not sent to this contact.
        NotSubmittedError: No version left yet.
        ReceiptDateError: Dated before the sending, or in the future.
    """
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        now = Moment(act.at, tenant.zone_info)
        version = last_that_left(await plans.history(act.connection, act.cpts_id))
        ref = _ref(version, said.contact)
        try:
            document = await documents.get(act.connection, ref)
        except UnknownLinkError as unknown:
            raise NotSentError(number=version.number, contact=said.contact) from unknown
        sent_on = now.day(document.made_at)
        if not sent_on <= said.on <= now.today:
            raise ReceiptDateError(
                on=french_date(said.on),
                sent=french_date(sent_on),
                today=french_date(now.today),
            )
        row = await documents.transmission(act.connection, ref, hold=True)
        if row.received_at is not None:
            return
        typed = f"Reçu par courriel le {french_date(said.on)} de {said.name}"
        await end(act, ref, {"received_at": now.start(said.on), "typed": typed})
        act.note(
            "document.received",
            about=version.plan_id,
            actor=said.actor,
            facts={
                "contact": said.contact,
                "sha256": document.sha256,
                "typed": True,
                "on": said.on.isoformat(),
            },
            sealed={"name": said.name},
        )


def _ref(version: PlanVersion, contact: str) -> DocumentRef:
    """Name the copy of one version for one addressee."""
    return DocumentRef(
        cpts_id=version.cpts_id,
        document_id=f"{version.plan_id}.v{version.number}.{contact}",
    )
