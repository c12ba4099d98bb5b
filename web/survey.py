"""`/r/{token}` of a place: open, slowed or closed, in three buttons."""

import secrets
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from acts.survey import AnswerForPlace, answer_for_place
from adapters.database import crises, plans, structures, surveys, tenants
from adapters.database.links import LinkRow
from domain.calendar import french_hour
from domain.contact import readable
from domain.letter import fill
from domain.link import Purpose
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.survey import PlaceAnswer, SaidForPlace
from web.desk import AtDesk, Desk, Visitor
from web.member_page import NONCE_BYTES
from web.opening import find
from web.views import SurveyPage

router = APIRouter()


class SurveyForm(BaseModel):
    """What the buttons of a place's page post."""

    nonce: str = Field(min_length=8, max_length=64)
    answer: PlaceAnswer
    person: str = Field(default="", max_length=120)
    name: str = Field(default="", max_length=80)
    slots: str = Field(default="", max_length=3)
    need: str = Field(default="", max_length=200)
    reopens_at: str = Field(default="", max_length=30)


@router.post("/r/{token}/lieu")
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[SurveyForm, Form()]
) -> RedirectResponse:
    """Note the answer of a place, then lead back to its page."""
    link = await find(desk, visitor, Purpose.SURVEY, token)
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
    closed = form.answer is PlaceAnswer.CLOSED
    said = AnswerForPlace(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        structure_id=link.structure_id or "",
        answer=form.answer,
        nonce=f"{form.nonce}:{form.answer}",
        person_id=form.person or None,
        name=form.name,
        slots=int(form.slots) if form.slots.isdecimal() and not closed else None,
        need=form.need,
        reopens_at=_local(form.reopens_at, tenant.zone_info) if closed else None,
    )
    await answer_for_place(database, said)
    return RedirectResponse(f"/r/{token}", HTTPStatus.SEE_OTHER)


def _local(text: str, zone: ZoneInfo) -> datetime | None:
    """Read the hour of a form as the CPTS lives it; None if it is not one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


async def page(desk: Desk, link: LinkRow, token: str) -> HTMLResponse:
    """Show what a place is asked, and its current answer."""
    ref = CrisisRef(cpts_id=link.cpts_id, crisis_id=link.crisis_id)
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        crisis = await crises.get(connection, link.cpts_id, link.crisis_id)
        plan = await plans.frozen(connection, crisis)
        place = await structures.frozen(connection, ref, link.structure_id or "")
        staff = await surveys.staff(connection, ref, place.code)
        said = (await surveys.said(connection, ref)).get(place.code)
    scenario = plan.template.scenarios_of(crisis.activation.types)[0].short
    buttons = _buttons(plan)
    shown = SurveyPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        exercise=crisis.activation.exercise,
        fictitious=tenant.fictitious,
        place=place.name,
        action=f"/r/{token}/lieu",
        scenario=f"{scenario[:1].upper()}{scenario[1:]}, {crisis.activation.place}",
        words=plan.template.pages,
        staff=tuple((p.person_id, f"{p.first_name} {p.last_name}") for p in staff),
        answer=dict(buttons)[said.answer] if said else "",
        said_by=_said_by(plan, place.name, said, tenant.zone_info) if said else "",
        over=not crisis.state.takes_answers,
        offers=buttons,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
    )
    return HTMLResponse(desk.views.survey(shown))


def _buttons(plan: Plan) -> tuple[tuple[str, str], ...]:
    return tuple(
        (sheet.code, sheet.button or "")
        for sheet in plan.template.answers
        if sheet.code in set(PlaceAnswer)
    )


def _said_by(plan: Plan, place: str, said: SaidForPlace, zone: ZoneInfo) -> str:
    """Say who answered; what nobody signed is said by the place."""
    values = {"heure": french_hour(said.at, zone), "nom": said.name or place}
    return fill(plan.template.pages.survey_done, values)
