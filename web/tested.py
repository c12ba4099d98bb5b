"""The page of a test of alert: one tap, then how to let alerts through at night."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from acts.roll_call import answer_test
from adapters.database import tenants
from adapters.database.plan_links import PlanLink
from domain.contact import readable
from web.desk import Desk
from web.views import Page


@dataclass(frozen=True, kw_only=True)
class TestedPage(Page):
    """A test of alert."""

    card: str  # where the contact card is
    answered: bool


async def shown(desk: Desk, link: PlanLink, token: str) -> HTMLResponse:
    """Show the one button; nothing is written."""
    return await _page(desk, link, token, answered=False)


async def posted(
    desk: Desk, link: PlanLink, token: str, _form: FormData
) -> HTMLResponse:
    """Note that the alert would have come, then thank."""
    await answer_test(desk.instance.database, link)
    return await _page(desk, link, token, answered=True)


async def _page(
    desk: Desk, link: PlanLink, token: str, *, answered: bool
) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
    page = TestedPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=True,
        fictitious=tenant.fictitious,
        card=f"/plan/{token}/contact.vcf",
        answered=answered,
    )
    return HTMLResponse(desk.views.plan("tested", page))
