"""`/{cpts}/crise/{crise}`: Le tableau, live; its lists; a note in the log."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent

from acts.crisis_log import NoteInLog, note_in_log
from adapters.database import ledger, people, ways_taken
from domain.board import PLACE_LABELS, Place
from domain.contact import readable
from domain.errors import FormAlreadyPostedError, PlanError
from domain.reference import CrisisRef
from domain.sentences import sentence
from domain.way_taken import told_by_channel
from web.board_page import PARTS, page_of, roles
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around, read
from web.open_acts import open_acts
from web.order_form import YES
from web.order_words import state_of
from web.screens import ActsPage, PeoplePage, PersonLine

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}", dependencies=[Depends(from_this_machine)]
)
_EVERY_S = 1.0
_ANYWAY = 15  # looks without a new entry: hours pass, messages leave
_A_PAGE = 100


async def _ref(cpts_id: Annotated[str, Path()], crisis_id: str) -> CrisisRef:
    return CrisisRef(cpts_id=cpts_id, crisis_id=crisis_id)


Ref = Annotated[CrisisRef, Depends(_ref)]


async def known_of(desk: Desk, ref: CrisisRef) -> Known:
    """Read one crisis for the board.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    database = desk.instance.database
    async with database.read() as connection:
        return await read(connection, ref, database.now())


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, desk: AtDesk, deja: str = "") -> HTMLResponse:
    """Show the board."""
    return await _board(desk, ref, already=deja == YES)


async def _board(
    desk: Desk,
    ref: CrisisRef,
    *,
    already: bool = False,
    typed: Mapping[str, str] | None = None,
    error: str = "",
) -> HTMLResponse:
    nonce = new_nonce()
    known = await known_of(desk, ref)
    page = replace(
        page_of(known, already=already, script_nonce=nonce),
        nonce=new_nonce(),
        form={"text": "", "role": ACTOR, **(typed or {})},
        errors={"text": error} if error else {},
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "board", page, status, script_nonce=nonce)


@router.get("/flux")
async def stream(ref: Ref, desk: AtDesk, vu: int = 0) -> EventSourceResponse:
    """Send the parts of the board that change, at most once a second."""
    await known_of(desk, ref)
    return EventSourceResponse(_changes(desk, ref, vu))


async def _changes(
    desk: Desk, ref: CrisisRef, seen: int
) -> AsyncIterator[ServerSentEvent]:
    """Render again when the ledger grew, or now and then; give what differs."""
    database = desk.instance.database
    known = await known_of(desk, ref)
    before = _parts(desk, known) if known.seen == seen else {}
    seen, looks = known.seen, 0
    while known.crisis.state.takes_answers:
        async with database.read() as connection:
            size = await ledger.size(connection, ref.cpts_id)
        if not before or size != seen or looks >= _ANYWAY:
            known, looks = await known_of(desk, ref), 0
            seen, after = known.seen, _parts(desk, known)
            changed = {k: html for k, html in after.items() if html != before.get(k)}
            before = after
            if changed:
                yield ServerSentEvent(json.dumps(changed), event="board")
        looks += 1
        await asyncio.sleep(_EVERY_S)
    yield ServerSentEvent("", event="over")


def _parts(desk: Desk, known: Known) -> dict[str, str]:
    page = page_of(known)
    return {part: desk.views.console(f"board_{part}", page) for part in PARTS}


@router.get("/personnes", response_class=HTMLResponse)
async def list_people(ref: Ref, desk: AtDesk, ou: Place, page: int = 1) -> HTMLResponse:
    """List the people who stand in one place, with the number to call."""
    known = await known_of(desk, ref)
    there = {each.person_id: each for each in known.reached if each.place is ou}
    async with desk.instance.database.read() as connection:
        found = await people.named(connection, ref, tuple(there))
        first = (max(page, 1) - 1) * _A_PAGE
        shown_now = found[first : first + _A_PAGE]
        ids = [person.person_id for person in shown_now]
        ways = await ways_taken.last_of(connection, ref, ids)
    template, zone = known.plan.template, known.tenant.zone_info
    now = desk.instance.database.now()
    listed = PeoplePage(
        **around(known),
        code=ou.value,
        label=PLACE_LABELS[ou],
        number=len(found),
        people=tuple(
            PersonLine(
                name=f"{person.last_name} {person.first_name}",
                profession=template.profession(person.profession).label,
                zone=person.zone or "",
                phone=readable(person.mobile) if person.mobile else "",
                where=there[person.person_id].whereabouts,
                ways=tuple(told_by_channel(ways.get(person.person_id, ()), now, zone)),
            )
            for person in shown_now
        ),
        next_page=page + 1 if first + _A_PAGE < len(found) else None,
    )
    return shown(desk, "people", listed)


@router.get("/decisions", response_class=HTMLResponse)
async def list_acts(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """List all that may be done now."""
    known = await known_of(desk, ref)
    page = ActsPage(**around(known), state=state_of(known), groups=open_acts(known))
    return shown(desk, "acts", page)


@router.post("/note")
async def note(
    ref: Ref,
    desk: AtDesk,
    text: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = ACTOR,
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Write in the crisis log, under a role; the same form twice writes once."""
    known = dict(roles(await known_of(desk, ref)))
    actor = role if role in known else ACTOR
    named = {**ref.model_dump(), "actor": actor, "nonce": nonce}
    typed = {"text": text, "role": actor}
    try:
        await note_in_log(desk.instance.database, NoteInLog(**named, text=text))
    except FormAlreadyPostedError:
        pass  # it is written
    except ValidationError:
        wrong = "Écrivez de 2 à 500 caractères ; rien n'a été inscrit."
        return await _board(desk, ref, typed=typed, error=wrong)
    except PlanError as error:
        return await _board(desk, ref, typed=typed, error=sentence(error))
    else:
        await desk.set_going(ref)
    return RedirectResponse(f"/{ref.cpts_id}/crise/{ref.crisis_id}#h-log", 303)
