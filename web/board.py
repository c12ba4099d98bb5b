"""`/{cpts}/crise/{crise}`: Le tableau, live; its lists; lifting."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from acts.ending import LiftCrisis, lift_crisis
from adapters.database import ledger, people
from domain.authority import Authority
from domain.board import PLACE_LABELS, Place
from domain.contact import readable
from domain.errors import AlreadyLiftedError
from domain.reference import CrisisRef
from web.board_page import PARTS, Known, card_lines, page_of, read
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.order_form import YES
from web.screens import CardsPage, LiftForm, LiftPage, PeoplePage, PersonLine

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
    nonce = new_nonce()
    page = page_of(await known_of(desk, ref), already=deja == YES, script_nonce=nonce)
    return shown(desk, "board", page, script_nonce=nonce)


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
    ids = tuple(each.person_id for each in known.reached if each.place is ou)
    async with desk.instance.database.read() as connection:
        found = await people.named(connection, ref, ids)
    template = known.plan.template
    first = (max(page, 1) - 1) * _A_PAGE
    board = page_of(known)
    listed = PeoplePage(
        cpts_name=board.cpts_name,
        fictitious=board.fictitious,
        exercise=board.exercise,
        path=board.path,
        code=ou.value,
        label=PLACE_LABELS[ou],
        number=len(found),
        people=tuple(
            PersonLine(
                name=f"{person.last_name} {person.first_name}",
                profession=template.profession(person.profession).label,
                zone=person.zone or "",
                phone=readable(person.mobile) if person.mobile else "",
            )
            for person in found[first : first + _A_PAGE]
        ),
        next_page=page + 1 if first + _A_PAGE < len(found) else None,
    )
    return shown(desk, "people", listed)


@router.get("/fiches", response_class=HTMLResponse)
async def list_cards(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """List every run of every card."""
    known = await known_of(desk, ref)
    board = page_of(known)
    page = CardsPage(
        cpts_name=board.cpts_name,
        fictitious=board.fictitious,
        exercise=board.exercise,
        path=board.path,
        cards=card_lines(known),
    )
    return shown(desk, "cards", page)


@router.get("/lever", response_class=HTMLResponse)
async def before_lifting(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """Ask who lifts, and say what follows."""
    return await _lifting(desk, ref, LiftForm(), {}, HTTPStatus.OK)


@router.post("/lever")
async def lift(
    ref: Ref,
    desk: AtDesk,
    authority: Annotated[str, Form()] = "",
    reference: Annotated[str, Form(max_length=120)] = "",
) -> Response:
    """Lift; the same form posted twice lifts once."""
    if authority not in {each.value for each in Authority}:
        wrong = {"authority": "Dites quelle autorité a décidé la levée."}
        form = LiftForm(authority=authority, reference=reference)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await _lifting(desk, ref, form, wrong, status)
    order = LiftCrisis(
        cpts_id=ref.cpts_id,
        crisis_id=ref.crisis_id,
        authority=Authority(authority),
        reference=reference.strip() or None,
        actor=ACTOR,
    )
    try:
        await lift_crisis(desk.instance.database, order)
    except AlreadyLiftedError:
        pass  # what was asked is done
    else:
        await desk.set_going(ref)
    return RedirectResponse(f"/{ref.cpts_id}/crise/{ref.crisis_id}", 303)


async def _lifting(
    desk: Desk,
    ref: CrisisRef,
    form: LiftForm,
    errors: dict[str, str],
    status: HTTPStatus,
) -> HTMLResponse:
    board = page_of(await known_of(desk, ref))
    page = LiftPage(
        cpts_name=board.cpts_name,
        fictitious=board.fictitious,
        exercise=board.exercise,
        path=board.path,
        nonce=new_nonce(),
        form=form,
        errors=errors,
    )
    return shown(desk, "lift", page, status)
