"""`/{cpts}/messages`: texts and keys that came and wait; each settled in one tap."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from acts.tray import Kept, MaybeFrom, SettleReply, settle_reply, tray_of
from adapters.database import board, plans, tenants
from domain.answer import Availability
from domain.calendar import french_instant
from domain.contact import readable
from domain.cpts import Cpts
from domain.errors import PlanError
from domain.mission import MissionReply
from domain.reference import CrisisRef
from domain.reply_chronicle import HEARD_BY, WAITS_LABELS
from domain.reply_errors import ReplySettledError
from domain.sentences import sentence
from domain.wording import ANSWER_LABELS
from web.console import ACTOR, line, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.screens import CrisisLine
from web.views import Page

router = APIRouter(
    prefix="/{cpts_id}/messages", dependencies=[Depends(from_this_machine)]
)

_DONE = {
    "inscrit": "C'est inscrit, comme si la personne l'avait dit sur sa page.",
    "stop": "C'est inscrit : cette personne n'est plus sollicitée pour cette alerte.",
    "retire": "C'est noté : ce message n'attend plus.",
    "deja": "Ce message était déjà trié : rien n'a changé.",
}


@dataclass(frozen=True)
class Writer:
    """Somebody who may have written a message, and the answers that it may be."""

    crisis_id: str
    person_id: str
    name: str
    profession: str
    answers: tuple[tuple[Availability, str], ...]  # code and words
    mission: str  # the label of the one that awaits their answer; empty: none
    mission_id: str


@dataclass(frozen=True)
class Waiting:
    """One message that waits."""

    inbound_id: str
    when: str
    number: str
    text: str  # empty: it was not kept
    why: str
    writers: tuple[Writer, ...]


@dataclass(frozen=True, kw_only=True)
class TrayPage(Page):
    """Every message that waits for somebody to read it."""

    path: str
    waiting: tuple[Waiting, ...]
    running: tuple[CrisisLine, ...]
    done: str = ""  # what the last tap did
    error: str = ""


class SettleForm(BaseModel):
    """What one tap posts."""

    message: str = Field(max_length=40)
    crisis: str = Field(default="", max_length=120)
    person: str = Field(default="", max_length=120)
    answer: Availability | None = None
    mission: MissionReply | None = None
    mission_id: str = Field(default="", max_length=40)
    stops: bool = False


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk, fait: str = "") -> HTMLResponse:
    """List the messages that wait."""
    return await _page(cpts_id, desk, done=_DONE.get(fait, ""))


@router.post("")
async def settle(
    cpts_id: str, desk: AtDesk, form: Annotated[SettleForm, Form()]
) -> Response:
    """Settle one message, then list those that are left."""
    said = SettleReply(
        cpts_id=cpts_id,
        inbound_id=form.message,
        actor=ACTOR,
        answer=form.answer,
        mission=form.mission,
        mission_id=form.mission_id,
        stops=form.stops,
        crisis_id=form.crisis,
        person_id=form.person,
    )
    try:
        await settle_reply(desk.instance.database, said)
    except ReplySettledError:  # the same tap twice, or somebody else's
        return _back(cpts_id, "deja")
    except PlanError as error:
        return await _page(cpts_id, desk, error=sentence(error))
    if form.answer is Availability.NEEDS_HELP:
        await desk.set_going(CrisisRef(cpts_id=cpts_id, crisis_id=form.crisis))
    return _back(cpts_id, _what(form))


def _back(cpts_id: str, done: str) -> RedirectResponse:
    return RedirectResponse(f"/{cpts_id}/messages?fait={done}", HTTPStatus.SEE_OTHER)


def _what(form: SettleForm) -> str:
    """Name what a tap asked, for the page after it."""
    if form.stops:
        return "stop"
    if form.answer or form.mission:
        return "inscrit"
    return "retire"


async def _page(
    cpts_id: str, desk: Desk, *, done: str = "", error: str = ""
) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        kept = await tray_of(connection, cpts_id)
        running = [
            line(row, tenant, await plans.frozen(connection, row))
            for row in await board.running(connection)
            if row.cpts_id == cpts_id
        ]
    page = TrayPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/{cpts_id}/messages",
        waiting=tuple(_waiting(each, tenant) for each in kept),
        running=tuple(running),
        done=done,
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "tray", page, status)


def _waiting(kept: Kept, tenant: Cpts) -> Waiting:
    row = kept.row
    at = french_instant(row.received_at, tenant.zone_info)
    return Waiting(
        inbound_id=row.inbound_id,
        when=f"le {at}, {HEARD_BY[row.channel]}",
        number=readable(row.number) if row.number else "",
        text=row.text or "",
        why=WAITS_LABELS[row.why] if row.why else "",
        writers=tuple(map(_writer, kept.maybe)),
    )


def _writer(who: MaybeFrom) -> Writer:
    sender = who.sender
    return Writer(
        crisis_id=sender.crisis_id,
        person_id=sender.person_id,
        name=f"{sender.first_name} {sender.last_name}",
        profession=who.profession,
        answers=tuple((code, ANSWER_LABELS[code]) for code in who.offered),
        mission=who.mission,
        mission_id=who.mission_id,
    )
