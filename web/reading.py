"""The page of a reader of the plan: open it, then say in one tap that it was read."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from acts.circulation import public_ref, record_reading
from adapters.database import documents, plans, tenants
from adapters.database.plan_links import PlanLink
from domain.calendar import french_date
from domain.contact import readable
from domain.errors import UnknownLinkError
from domain.notice import NoticeKind
from domain.plan_version import VersionStatus
from web.desk import AtDesk, Desk, Visitor
from web.opening import find_plan_link
from web.views import Page

router = APIRouter()
_OF_A_PDF = {  # what a browser's own reader of PDF needs
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "object-src 'self'; frame-ancestors 'none'; base-uri 'none'"
}


@dataclass(frozen=True, kw_only=True)
class ReadingPage(Page):
    """A version to read."""

    number: int
    adopted_on: str  # « 12 mars 2027 »
    replaced: bool  # by a later version
    document: str  # where it is
    read: bool


@router.get("/plan/{token}/document")
async def document(token: str, desk: AtDesk, visitor: Visitor) -> Response:
    """Give the public edition of the version.

    Raises:
        UnknownLinkError: The link opens no version to read.
    """
    link = await find_plan_link(desk, visitor, token)
    if link.kind is not NoticeKind.READING:
        raise UnknownLinkError
    async with desk.instance.database.read() as connection:
        version = await plans.version_row(connection, link.cpts_id, link.number or 0)
        kept = await documents.get(connection, public_ref(version))
    store = desk.instance.documents
    pdf = await asyncio.to_thread(store.get, kept.sha256)
    named = {"Content-Disposition": f'inline; filename="{kept.filename}"'}
    return Response(pdf, media_type="application/pdf", headers=_OF_A_PDF | named)


async def shown(desk: Desk, link: PlanLink, token: str) -> HTMLResponse:
    """Show which version it is; nothing is written."""
    return await _page(desk, link, token, read=link.used_at is not None)


async def posted(
    desk: Desk, link: PlanLink, token: str, _form: FormData
) -> HTMLResponse:
    """Count the reading, then thank."""
    await record_reading(desk.instance.database, link)
    return await _page(desk, link, token, read=True)


async def _page(desk: Desk, link: PlanLink, token: str, *, read: bool) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        version = await plans.version_row(connection, link.cpts_id, link.number or 0)
    page = ReadingPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        fictitious=tenant.fictitious,
        number=version.number,
        adopted_on=french_date(version.decision.on) if version.decision else "",
        replaced=version.status is VersionStatus.REPLACED,
        document=f"/plan/{token}/document",
        read=read,
    )
    return HTMLResponse(desk.views.plan("reading", page))
