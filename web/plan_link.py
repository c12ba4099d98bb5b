"""`/plan/{token}`: what a letter about the plan opens, without an account.

One page a kind of letter: `_PAGES` says which module shows it and takes its form.
"""

from collections.abc import Mapping
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from adapters.database.plan_links import PlanLink
from domain.errors import UnknownLinkError
from domain.notice import NoticeKind
from web import asked, contact_card, enrol, join, leave, reading, tested
from web.desk import AtDesk, Desk, Visitor
from web.opening import find_plan_link

router = APIRouter()
router.include_router(reading.router)
router.include_router(contact_card.router)
router.include_router(leave.router)


class LinkPage(Protocol):
    """The page of one kind of letter: a module of `web/`."""

    async def shown(self, desk: Desk, link: PlanLink, token: str) -> HTMLResponse:
        """Show what is asked; nothing is written."""

    async def posted(
        self, desk: Desk, link: PlanLink, token: str, form: FormData
    ) -> HTMLResponse:
        """Write down what was answered, then show it."""


_PAGES: Mapping[NoticeKind, LinkPage] = {
    NoticeKind.READING: reading,
    NoticeKind.TASK: asked,
    NoticeKind.PROFILE: asked,
    NoticeKind.AUTHORITY: asked,
    NoticeKind.ENROL: enrol,
    NoticeKind.EXACT: enrol,
    NoticeKind.TEST: tested,
    NoticeKind.POSTER: join,
}


@router.get("/plan/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show what a letter asks; nothing is written."""
    link = await find_plan_link(desk, visitor, token)
    return await _page(link).shown(desk, link, token)


@router.post("/plan/{token}", response_class=HTMLResponse)
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, request: Request
) -> HTMLResponse:
    """Take what a page posts."""
    link = await find_plan_link(desk, visitor, token)
    async with request.form() as form:
        return await _page(link).posted(desk, link, token, form)


def _page(link: PlanLink) -> LinkPage:
    if link.kind not in _PAGES:
        raise UnknownLinkError
    return _PAGES[link.kind]
