"""`/recu/{token}`: an authority says, in one tap, that it has a document.

Of a version of the plan that awaits it, the ARS gives its opinion on the same page.
"""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from acts.adoption import RecordOpinion, record_opinion
from acts.document import record_receipt
from acts.wave import AUTHORITY
from adapters.database import crises, documents, plans, tenants
from adapters.database.documents import DocumentRow, TransmissionRow
from adapters.database.links import LinkRow
from domain.adoption import Moment, last_that_left
from domain.adoption_errors import NotSubmittedError
from domain.calendar import french_day, french_instant
from domain.contact import readable
from domain.cpts import Cpts
from domain.crisis import Activation
from domain.link import Purpose
from domain.plan_edition import OPINION_LABELS
from domain.plan_version import Opinion, PlanVersion, VersionStatus
from domain.reference import DocumentRef
from domain.transmission import RECEIVER
from web.desk import AtDesk, Desk, Visitor
from web.member_page import NONCE_BYTES
from web.opening import find
from web.views import ReceiptPage

router = APIRouter()
_GIVEN = {
    Opinion.FAVOURABLE: "Avis favorable",
    Opinion.REMARKS: "Avis avec des remarques",
    Opinion.REFUSED: "Refus",
}


class OpinionForm(BaseModel):
    """What the ARS answers on its page."""

    model_config = ConfigDict(str_strip_whitespace=True)

    nonce: str = Field(min_length=8, max_length=60)
    opinion: Opinion
    words: str = Field(default="", max_length=4000)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a receipt is about, read at one instant."""

    tenant: Cpts
    document: DocumentRow
    posted: TransmissionRow
    order: Activation | None  # of the crisis; none: a plan
    version: PlanVersion | None  # that awaits the opinion of this addressee


@router.get("/recu/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show which document it is; nothing is written."""
    link = await find(desk, visitor, Purpose.RECEIPT, token)
    return await _page(desk, link, token)


@router.post("/recu/{token}", response_class=HTMLResponse)
async def acknowledge(
    token: str,
    desk: AtDesk,
    visitor: Visitor,
    nonce: Annotated[str, Form(min_length=8, max_length=64)],
) -> HTMLResponse:
    """Note the receipt, then show it."""
    link = await find(desk, visitor, Purpose.RECEIPT, token)
    await record_receipt(desk.instance.database, _ref(link), nonce)
    return await _page(desk, link, token)


@router.post("/recu/{token}/avis", response_class=HTMLResponse)
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[OpinionForm, Form()]
) -> HTMLResponse:
    """Note what the ARS thinks of a version of the plan: who answers has it, too.

    Raises:
        NotSubmittedError: It is not asked for its opinion, or not any more.
    """
    link = await find(desk, visitor, Purpose.RECEIPT, token)
    known = await _known(desk, link)
    if known.version is None or form.opinion not in _GIVEN:
        raise NotSubmittedError
    database = desk.instance.database
    said = RecordOpinion(
        cpts_id=link.cpts_id,
        opinion=form.opinion,
        on=Moment(database.now(), known.tenant.zone_info).today,
        words=form.words or None,
        actor=AUTHORITY,
        number=known.version.number,
        nonce=form.nonce,
    )
    await record_opinion(database, said)
    await record_receipt(database, _ref(link), f"{form.nonce}.lu")
    return await _page(desk, link, token)


def _ref(link: LinkRow) -> DocumentRef:
    return DocumentRef(cpts_id=link.cpts_id, document_id=link.document_id or "")


async def _known(desk: Desk, link: LinkRow) -> _Known:
    async with desk.instance.database.read() as connection:
        document = await documents.get(connection, _ref(link))
        posted = await documents.transmission(connection, _ref(link))
        order, version = None, None
        if document.plan_number is None:
            crisis = await crises.get(connection, link.cpts_id, link.crisis_id)
            order = crisis.activation
        elif posted.contact == RECEIVER:
            last = last_that_left(await plans.history(connection, link.cpts_id))
            same = last.number == document.plan_number
            version = last if same and last.status is VersionStatus.SUBMITTED else None
        tenant = await tenants.get(connection, link.cpts_id)
    return _Known(tenant, document, posted, order, version)


async def _page(desk: Desk, link: LinkRow, token: str) -> HTMLResponse:
    known = await _known(desk, link)
    tenant, order = known.tenant, known.order
    given = known.version and known.version.opinion
    page = ReceiptPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=order is not None and order.exercise,
        fictitious=tenant.fictitious,
        title=known.document.title,
        subject=f"{order.mission}, {order.place}" if order else "",
        made_on=f"le {french_day(known.document.made_at, tenant.zone_info)}",
        sha256=known.document.sha256,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
        received=_received(known),
        opinions=tuple(_GIVEN.items()) if known.version else (),
        opinion=OPINION_LABELS[given] if given else "",
        action=f"/recu/{token}/avis",
    )
    return HTMLResponse(desk.views.receipt(page))


def _received(known: _Known) -> str:
    """Say when it was received: to the minute by the page, by the day if typed in."""
    at, zone = known.posted.received_at, known.tenant.zone_info
    if at is None:
        return ""
    typed = known.posted.typed is not None
    return f"le {french_day(at, zone) if typed else french_instant(at, zone)}"
