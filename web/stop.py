"""`/r/{token}/arret`: no more requests of this alert, or no more messages for ever."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from acts.opposition import Stop, resume, stop
from adapters.database import crises, oppositions, people, plans, tenants
from adapters.database.links import LinkRow
from domain.contact import readable
from domain.link import Purpose
from domain.opposition import Opposition, Scope, Via
from domain.reference import CrisisRef
from web.desk import AtDesk, Desk, Visitor
from web.opening import find
from web.views import Page

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class StopPage(Page):
    """What somebody stopped, and may stop."""

    back: str
    said: str  # once stopped, as the plan says it
    safety: str  # what still comes
    stopped: bool  # the requests of this alert
    ever: bool
    locum: bool  # stands in: the choice for ever is not theirs


@router.get("/r/{token}/arret", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show what may be stopped; nothing is written."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    return await _page(desk, link, token)


@router.post("/r/{token}/arret", response_class=HTMLResponse)
async def chosen(
    token: str,
    desk: AtDesk,
    visitor: Visitor,
    scope: Annotated[Scope, Form()],
    *,
    on: Annotated[bool, Form()] = True,
) -> HTMLResponse:
    """Stop messages, or take them up again."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    said = Stop(
        cpts_id=link.cpts_id,
        person_id=link.person_id or "",
        scope=scope,
        crisis_id=link.crisis_id if scope is Scope.ALERT else "",
        via=Via.PAGE,
    )
    if scope is Scope.ALERT or not await _is_locum(desk, link):
        await (stop if on else resume)(desk.instance.database, said)
    return await _page(desk, link, token)


async def _is_locum(desk: Desk, link: LinkRow) -> bool:
    ref = CrisisRef(cpts_id=link.cpts_id, crisis_id=link.crisis_id)
    async with desk.instance.database.read() as connection:
        frozen = await people.frozen(connection, ref, link.person_id or "")
    return frozen.stands_in_for is not None


async def _page(desk: Desk, link: LinkRow, token: str) -> HTMLResponse:
    locum = await _is_locum(desk, link)
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        crisis = await crises.get(connection, link.cpts_id, link.crisis_id)
        plan = await plans.frozen(connection, crisis)
        refused = await oppositions.of_cpts(connection, link.cpts_id)
    theirs = [each for each in refused if each.person_id == link.person_id]
    words = plan.template.pages
    page = StopPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=crisis.activation.exercise,
        fictitious=tenant.fictitious,
        back=f"/r/{token}",
        said=words.stop.partition(" Pour toujours")[0],
        safety=words.stop_safety,
        stopped=any(_stops(each, link.crisis_id) for each in theirs),
        ever=any(each.scope is Scope.EVER for each in theirs),
        locum=locum,
    )
    return HTMLResponse(desk.views.plan("stop", page))


def _stops(known: Opposition, crisis_id: str) -> bool:
    return known.scope is Scope.ALERT and known.crisis_id == crisis_id
