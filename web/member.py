"""`/r/{token}`: a member's page. GET shows, POST acts; a scanner changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from acts.alert import RecordAnswer, record_answer
from acts.contribution import Declare, declare
from acts.mission_answer import AnswerMission, answer_mission
from adapters.database import crisis_types, same_person, sharers
from adapters.database.links import LinkRow
from adapters.database.standing import Standing
from domain.answer import Availability
from domain.card import ActionCard
from domain.contribution import LARGEST, Declared, numbers_of, wanted_of
from domain.link import LENGTH, Purpose, answer_subject, is_shared
from domain.link import token as token_of
from domain.mission import MissionReply
from domain.mission_errors import ContributionNotWantedError
from domain.reference import CrisisRef, WaveRef
from web import survey
from web.desk import AtDesk, Desk, Visitor
from web.member_cards import cell_of
from web.member_page import MINUTES, gives_numbers, page_of
from web.opening import find, find_any, standing_of
from web.views import Mood

router = APIRouter()
_YES = "oui"
_AGREES = {_YES: True, "non": False}


@router.get("/r/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show who asks what, and the answers; nothing is written."""
    by_shared = is_shared(desk.instance.keys.link_key, token)
    own = token[:LENGTH] if by_shared else token
    link = await find_any(desk, visitor, (Purpose.ANSWER, Purpose.SURVEY), own)
    if link.purpose is Purpose.SURVEY:
        return await survey.page(desk, link, own)
    stand = (await standing_of(desk, link)).first()
    others = await _sharers(desk, stand, link) if by_shared else ()
    return await _shown(desk, stand, own, shared_with=others)


class AnswerForm(BaseModel):
    """What the buttons of a member's page post."""

    nonce: str = Field(min_length=8, max_length=64)
    answer: Availability
    wave: int | None = Field(default=None, ge=1)
    delay_minutes: int | None = Field(default=None, ge=1, le=240)
    slots: str = Field(default="", max_length=3)
    from_at: str = Field(default="", max_length=30)
    employer: str = Field(default="", max_length=3)  # oui, non
    whereabouts: str = Field(default="", max_length=200)


@router.post("/r/{token}", response_class=HTMLResponse)
async def answer(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[AnswerForm, Form()]
) -> HTMLResponse:
    """Note an answer, then show where the person stands."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    in_danger = form.answer is Availability.NEEDS_HELP
    said = RecordAnswer(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        person_id=link.person_id or "",
        answer=form.answer,
        nonce=f"{form.nonce}:{form.answer}",
        wave=form.wave,
        delay_minutes=form.delay_minutes if form.answer.takes_seat else None,
        slots=int(form.slots) if form.slots.isdecimal() else None,
        from_at=await _local(desk, link, form.from_at),
        employer_agrees=(
            _AGREES.get(form.employer) if form.answer.takes_seat else None
        ),
        whereabouts=" ".join(form.whereabouts.split()) or None if in_danger else None,
    )
    stand = await record_answer(desk.instance.database, said)
    if in_danger:  # even once the crisis is filed
        ref = CrisisRef(cpts_id=link.cpts_id, crisis_id=link.crisis_id)
        await desk.set_going(ref)
    return await _shown(desk, stand, token, just_answered=True)


class MissionForm(BaseModel):
    """What the buttons of a mission post."""

    nonce: str = Field(min_length=8, max_length=64)
    mission: str = Field(max_length=20)
    reply: MissionReply
    employer: str = Field(default="", max_length=3)  # oui, non
    leaves: str = Field(default="", max_length=3)  # oui: the other post
    worked_from: str = Field(default="", max_length=30)
    worked_until: str = Field(default="", max_length=30)


@router.post("/r/{token}/mission")
async def answer_to_mission(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[MissionForm, Form()]
) -> RedirectResponse:
    """Note what somebody says of their mission, then lead back to their page."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    said = AnswerMission(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        person_id=link.person_id or "",
        mission_id=form.mission,
        nonce=f"{form.nonce}:{form.reply}",
        reply=form.reply,
        employer_agrees=_AGREES.get(form.employer),
        leaves_other=form.leaves == _YES,
        worked_from=await _local(desk, link, form.worked_from),
        worked_until=await _local(desk, link, form.worked_until),
    )
    await answer_mission(desk.instance.database, said)
    return _back(token)


@router.post("/r/{token}/contribution")
async def contribute(
    token: str, request: Request, desk: AtDesk, visitor: Visitor
) -> RedirectResponse:
    """Note numbers of somebody's own practice, then lead back to their page."""
    link = await find(desk, visitor, Purpose.ANSWER, token)
    async with request.form() as form:
        posted = {name: v for name, v in form.items() if isinstance(v, str)}
    stand = await standing_of(desk, link)
    said = Declare(
        cpts_id=link.cpts_id,
        crisis_id=link.crisis_id,
        person_id=link.person_id or "",
        nonce=f"{posted.get('nonce', '')[:64]}:contribution",
        declared=_declared(stand, await _cards(desk, stand), posted),
    )
    await declare(desk.instance.database, said)
    return _back(token)


def _declared(
    stand: Standing, cards: tuple[ActionCard, ...], posted: Mapping[str, str]
) -> tuple[Declared, ...]:
    """Read the cards that have a number now, or had one."""
    before = {each.card_id for each in stand.declared}
    read = (
        Declared(
            card_id=card.card_id,
            fields={
                name: number
                for name in numbers_of(card)
                if (number := _number(posted, card, name)) is not None
            },
            minutes=_number(posted, card, MINUTES),
        )
        for card in wanted_of(cards, stand.profession)
    )
    return tuple(each for each in read if each.fields or each.card_id in before)


def _number(posted: Mapping[str, str], card: ActionCard, name: str) -> int | None:
    text = posted.get(f"{card.card_id}.{name}", "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text[:9]) > LARGEST:
        raise ContributionNotWantedError(card=card.card_id)
    return int(text)


def _back(token: str) -> RedirectResponse:
    return RedirectResponse(f"/r/{token}", HTTPStatus.SEE_OTHER)


async def _local(desk: Desk, link: LinkRow, text: str) -> datetime | None:
    """Read the hour of a form as the CPTS lives it; None if it is not one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    stand = await standing_of(desk, link)
    return at if at.tzinfo else at.replace(tzinfo=stand.tenant.zone_info)


async def _shown(
    desk: Desk,
    stand: Standing,
    token: str,
    *,
    just_answered: bool = False,
    shared_with: tuple[tuple[str, str], ...] = (),
) -> HTMLResponse:
    """Show where somebody stands; cards are read for those whom they concern."""
    path = f"/r/{token}"
    cards = await _cards(desk, stand) if gives_numbers(stand) else ()
    now = desk.instance.database.now()
    page = page_of(stand, path, cards, now=now, just_answered=just_answered)
    cell = await cell_of(desk, stand, path)
    asking = page.mood is Mood.ASKING and stand.tenant.same_person
    others = await _elsewhere(desk, stand) if asking else ()
    shown = replace(page, cell=cell, sharers=shared_with, elsewhere=others)
    return HTMLResponse(desk.views.member(shown))


async def _elsewhere(desk: Desk, stand: Standing) -> tuple[tuple[str, str], ...]:
    """Give the other CPTS that ask this person: name, and their own page there."""
    async with desk.instance.database.read() as connection:
        found = await same_person.elsewhere(
            connection, stand.crisis.ref, stand.person_id
        )
    return tuple(
        (each.cpts, _path(desk, each.ref.crisis_id, each.person_id))
        for each in found
        if not each.answered
    )


def _path(desk: Desk, crisis_id: str, person_id: str) -> str:
    subject = answer_subject(crisis_id, person_id)
    return f"/r/{token_of(desk.instance.keys.link_key, Purpose.ANSWER, subject)}"


async def _sharers(
    desk: Desk, stand: Standing, link: LinkRow
) -> tuple[tuple[str, str], ...]:
    """Give who else one message to a telephone was for: name, and their own page."""
    about = {"cpts_id": link.cpts_id, "crisis_id": link.crisis_id}
    ref = WaveRef.model_validate({**about, "wave": stand.wave.wave})
    async with desk.instance.database.read() as connection:
        found = await sharers.of_person(connection, ref, link.person_id or "")
    return tuple((name, _path(desk, link.crisis_id, who)) for who, name in found)


async def _cards(desk: Desk, stand: Standing) -> tuple[ActionCard, ...]:
    ref = CrisisRef(cpts_id=stand.crisis.cpts_id, crisis_id=stand.crisis.crisis_id)
    async with desk.instance.database.read() as connection:
        types = await crisis_types.active(connection, ref)
    return stand.plan.template.cards_for(types)
