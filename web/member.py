"""`/r/{token}`: a member's page. GET shows, POST acts; a scanner changes nothing."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from acts.alert import RecordAnswer, record_answer
from adapters.database import links, standing
from adapters.database.links import LinkRow
from adapters.database.standing import Standing
from adapters.database.texts import offers
from domain.answer import Availability
from domain.calendar import french_day, french_hour
from domain.contact import readable
from domain.errors import ExpiredLinkError, UnknownLinkError
from domain.letter import Offer
from domain.link import Purpose
from domain.reference import CrisisRef
from domain.wording import ANSWER_LABELS
from web.desk import AtDesk, Desk, Visitor
from web.views import MemberPage, Mood

router = APIRouter()
NONCE_BYTES = 12
_HELPS = frozenset({Availability.ON_SITE, Availability.LATER})


@router.get("/r/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show who asks what, and the answers; nothing is written."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    return _page(desk, await _standing(desk, link), just_answered=False)


class AnswerForm(BaseModel):
    """What the buttons of a member's page post."""

    nonce: str = Field(min_length=8, max_length=64)
    answer: Availability
    delay_minutes: int | None = Field(default=None, ge=1, le=240)
    slots: str = Field(default="", max_length=3)
    from_at: str = Field(default="", max_length=30)


@router.post("/r/{token}", response_class=HTMLResponse)
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[AnswerForm, Form()]
) -> HTMLResponse:
    """Note an answer, then show where the person stands."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    said = RecordAnswer(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        person_id=link.person_id or "",
        answer=form.answer,
        nonce=f"{form.nonce}:{form.answer}",
        delay_minutes=form.delay_minutes if form.answer.takes_seat else None,
        slots=int(form.slots) if form.slots.isdecimal() else None,
        from_at=await _local(desk, link, form.from_at),
    )
    stand = await record_answer(desk.instance.database, said)
    return _page(desk, stand, just_answered=True)


async def find(desk: Desk, visitor: str, purpose: Purpose, token: str) -> LinkRow:
    """Say what a link opens.

    Raises:
        ExpiredLinkError: It opened something once.
        TooManyTriesError: This visitor was wrong too often.
        UnknownLinkError: Nothing.
    """
    desk.let_in(visitor)
    database = desk.instance.database
    try:
        async with database.read() as connection:
            return await links.find(connection, purpose, token, database.now())
    except (UnknownLinkError, ExpiredLinkError):
        desk.count_wrong(visitor)
        raise


async def _local(desk: Desk, link: LinkRow, text: str) -> datetime | None:
    """Read the hour of a form as the CPTS lives it; None if it is not one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    stand = await _standing(desk, link)
    return at if at.tzinfo else at.replace(tzinfo=stand.tenant.zone_info)


async def _standing(desk: Desk, link: LinkRow) -> Standing:
    ref = CrisisRef(cpts_id=link.cpts_id, crisis_id=link.crisis_id)
    async with desk.instance.database.read() as connection:
        return await standing.of_person(connection, ref, link.person_id or "")


def _page(desk: Desk, stand: Standing, *, just_answered: bool) -> HTMLResponse:
    said, zone = stand.crisis.activation, stand.tenant.zone_info
    scenario = stand.plan.template.scenarios_of(said.types)[0].short
    mood = _mood(stand)
    page = MemberPage(
        cpts_name=stand.tenant.name,
        phone=readable(stand.tenant.coordinator.phone),
        exercise=said.exercise,
        fictitious=stand.tenant.fictitious,
        mood=mood,
        just_answered=just_answered,
        person=stand.name,
        scenario=scenario[:1].upper() + scenario[1:],
        place=said.place,
        authority=said.giver,
        day=french_day(said.received_at, zone),
        hour=french_hour(said.received_at, zone),
        perimeter=said.perimeter,
        mission=said.mission,
        words=stand.plan.template.pages,
        post=stand.post,
        answer=ANSWER_LABELS[stand.answer] if stand.answer else "",
        covered=stand.covered,
        offers=_offers(stand, mood),
        nonce=secrets.token_urlsafe(NONCE_BYTES),
    )
    return HTMLResponse(desk.views.member(page))


def _mood(stand: Standing) -> Mood:
    if not stand.crisis.state.takes_answers:
        return Mood.OVER
    if stand.answer in {None, Availability.SILENT}:
        return Mood.ASKING
    if stand.post:
        return Mood.SEATED
    if stand.answer is Availability.IMMEDIATE:
        return Mood.RESERVE
    return Mood.HELPING if stand.answer in _HELPS else Mood.DECLINED


def _offers(stand: Standing, mood: Mood) -> tuple[Offer, ...]:
    """Offer what may still be said: not « now » once the need is met."""
    if mood is Mood.OVER:
        return ()
    return tuple(
        offer
        for offer in offers(stand.plan, stand.offered)
        if offer.answer is not stand.answer
        and not (stand.covered and offer.answer.takes_seat)
    )
