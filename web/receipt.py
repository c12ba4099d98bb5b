"""`/recu/{token}`: an authority says, in one tap, that it has a document."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from acts.document import record_receipt
from adapters.database import crises, documents, tenants
from adapters.database.links import LinkRow
from domain.calendar import french_day, french_hour
from domain.contact import readable
from domain.link import Purpose
from domain.reference import DocumentRef
from web.desk import AtDesk, Desk, Visitor
from web.member_page import NONCE_BYTES
from web.opening import find
from web.views import ReceiptPage

router = APIRouter()


@router.get("/recu/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show which document it is; nothing is written."""
    link = await find(desk, visitor, Purpose.RECEIPT, token)
    return await _page(desk, link)


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
    return await _page(desk, link)


def _ref(link: LinkRow) -> DocumentRef:
    return DocumentRef(cpts_id=link.cpts_id, document_id=link.document_id or "")


async def _page(desk: Desk, link: LinkRow) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        document = await documents.get(connection, _ref(link))
        posted = await documents.transmission(connection, _ref(link))
        crisis = await crises.get(connection, link.cpts_id, link.crisis_id)
    zone, at = tenant.zone_info, posted.received_at
    page = ReceiptPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=crisis.activation.exercise,
        fictitious=tenant.fictitious,
        title=document.title,
        subject=f"{crisis.activation.mission}, {crisis.activation.place}",
        made_on=f"le {french_day(document.made_at, zone)}",
        sha256=document.sha256,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
        received=f"le {french_day(at, zone)} à {french_hour(at, zone)}" if at else "",
    )
    return HTMLResponse(desk.views.receipt(page))
