"""`/plan/{token}/desinscription`: what the « unsubscribe » of a mail program posts."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import PlainTextResponse, RedirectResponse

from acts.opposition import Stop, stop
from domain.errors import UnknownLinkError
from domain.notice import LEAVE
from domain.opposition import Scope, Via
from web.desk import AtDesk, Visitor
from web.opening import find_plan_link

router = APIRouter(prefix="/plan/{token}/" + LEAVE)


@router.get("")
async def show(token: str) -> RedirectResponse:
    """Lead to the page of the letter, where it is asked; nothing is written."""
    return RedirectResponse(f"/plan/{token}", HTTPStatus.SEE_OTHER)


@router.post("")
async def left(
    token: str,
    desk: AtDesk,
    visitor: Visitor,
    one_click: Annotated[Literal["One-Click"], Form(alias="List-Unsubscribe")],
) -> PlainTextResponse:
    """Stop routine letters, as RFC 8058 asks: no page, no question.

    Raises:
        UnknownLinkError: The link is not of a letter that may be left.
    """
    link = await find_plan_link(desk, visitor, token)
    if not link.kind.may_be_left or link.subject is None:
        raise UnknownLinkError
    said = Stop(
        cpts_id=link.cpts_id,
        person_id=link.subject,
        scope=Scope.ROUTINE,
        via=Via.MAIL,
    )
    await stop(desk.instance.database, said)
    return PlainTextResponse(f"{one_click} : plus de courriels non urgents.")
