"""`/p/{token}`: the page of a partner: nothing to report, or a need."""

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from acts.partners import AnswerAsPartner, answer_as_partner
from adapters.database import crises, partners, plans, tenants
from domain.answer import PartnerAnswer
from domain.contact import readable
from domain.errors import UnknownLinkError
from domain.link import Purpose
from domain.plan import Plan
from web.desk import AtDesk, Visitor
from web.member_page import NONCE_BYTES
from web.opening import find
from web.views import PartnerPage

router = APIRouter()


class PartnerForm(BaseModel):
    """What the buttons of a partner's page post."""

    nonce: str = Field(min_length=8, max_length=64)
    answer: PartnerAnswer
    need: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=30)


@router.get("/p/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show what happens, whom to call, and two buttons; nothing is written.

    Raises:
        UnknownLinkError: The link opens nothing, or its wave did not leave.
    """
    link = await find(desk, visitor, Purpose.PARTNER, token)
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        crisis = await crises.get(connection, link.cpts_id, link.crisis_id)
        plan = await plans.frozen(connection, crisis)
        told = await partners.told(connection, crisis) or ()
    theirs = next((t for t in told if t.partner.code == link.partner_id), None)
    if theirs is None:
        raise UnknownLinkError
    scenario = plan.template.scenarios_of(crisis.activation.types)[0].short
    known_phone = theirs.partner.phone
    page = PartnerPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=crisis.activation.exercise,
        fictitious=tenant.fictitious,
        partner=theirs.partner.name,
        action=f"/p/{token}",
        scenario=f"{scenario[:1].upper()}{scenario[1:]}, {crisis.activation.place}",
        contact=tenant.coordinator.name,
        words=plan.template.pages,
        buttons=_buttons(plan),
        answer=theirs.said.answer if theirs.said else None,
        need=(theirs.said and theirs.said.need) or "",
        call_back=(theirs.said and theirs.said.phone)
        or (readable(known_phone) if known_phone else ""),
        over=not crisis.state.takes_answers,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
    )
    return HTMLResponse(desk.views.partner(page))


def _buttons(plan: Plan) -> dict[PartnerAnswer, str]:
    return {
        PartnerAnswer(sheet.code): sheet.button or ""
        for sheet in plan.template.answers
        if sheet.code in set(PartnerAnswer)
    }


@router.post("/p/{token}")
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[PartnerForm, Form()]
) -> RedirectResponse:
    """Note what a partner says, then lead back to its page."""
    link = await find(desk, visitor, Purpose.PARTNER, token)
    said = AnswerAsPartner(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        partner_id=link.partner_id or "",
        answer=form.answer,
        nonce=f"{form.nonce}:{form.answer}",
        need=form.need,
        phone=form.phone,
    )
    await answer_as_partner(desk.instance.database, said)
    return RedirectResponse(f"/p/{token}", HTTPStatus.SEE_OTHER)
