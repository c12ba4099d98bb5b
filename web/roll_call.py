"""`/cpts/{cpts}/joindre/appels`: invite, test, and see who was reached, who to call."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.roll_call import OpenRollCall, open_roll_call
from adapters.database import people, roll_calls, tenants
from domain.calendar import french_elapsed, french_hour, french_instant
from domain.contact import readable
from domain.errors import PlanError
from domain.person import Person
from domain.roll_call import (
    PASSED_AT,
    TEST_WITHIN,
    RollCall,
    RollCallKind,
    RollCallResult,
    call_of,
)
from domain.sentences import sentence
from domain.wording import NOT_SENT_LABELS
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/joindre/appels", dependencies=[Depends(from_this_machine)]
)
LABELS = {
    RollCallKind.ENROL: "Invitation à s'inscrire",
    RollCallKind.EXACT: "« Toujours exact ? »",
    RollCallKind.TEST: "Essai d'alerte",
}


@dataclass(frozen=True)
class MissingLine:
    """Somebody to telephone."""

    person_id: str
    name: str
    phone: str
    why: str  # their letter did not leave


@dataclass(frozen=True, kw_only=True)
class RollCallPage(Page):
    """One roll call."""

    cpts_id: str
    label: str
    test: bool
    opened_at: str
    asked: int
    answered: int
    in_time: int
    minutes: int
    percent: int
    ends_at: str  # the hour; empty: it is over, or nothing ends it
    passed: bool
    median: str  # empty: nobody answered
    missing: tuple[MissingLine, ...]


@dataclass(frozen=True, kw_only=True)
class RollCallRefusedPage(Page):
    """Why nothing left."""

    cpts_id: str
    error: str


@router.post("")
async def open_now(
    cpts_id: str, desk: AtDesk, kind: Annotated[RollCallKind, Form()]
) -> Response:
    """Write to everybody whom it concerns."""
    order = OpenRollCall(cpts_id=cpts_id, kind=kind, actor=ACTOR)
    key = desk.instance.keys.link_key
    try:
        refs = await open_roll_call(desk.instance.database, order, key)
    except PlanError as refused:
        return await _refused(desk, cpts_id, sentence(refused))
    for ref in refs:
        await desk.hand_over(ref)
    call_id = call_of(refs[0].topic)
    return RedirectResponse(
        f"/cpts/{cpts_id}/joindre/appels/{call_id}", HTTPStatus.SEE_OTHER
    )


async def _refused(desk: Desk, cpts_id: str, error: str) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
    page = RollCallRefusedPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        cpts_id=cpts_id,
        error=error,
    )
    return shown(desk, "roll_call_refused", page, HTTPStatus.UNPROCESSABLE_ENTITY)


@router.get("/{roll_call}", response_class=HTMLResponse)
async def show(cpts_id: str, roll_call: str, desk: AtDesk) -> HTMLResponse:
    """Show who was reached, and whom to telephone.

    Raises:
        UnknownRollCallError: The CPTS never asked that.
    """
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        result = await roll_calls.result(connection, cpts_id, roll_call)
        known = dict(await people.all_of(connection, cpts_id))
    call, median = result.call, result.median_delay
    page = RollCallPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        cpts_id=cpts_id,
        label=LABELS[call.kind],
        test=call.kind is RollCallKind.TEST,
        opened_at=french_instant(call.opened_at, tenant.zone_info),
        asked=len(result.people),
        answered=len(result.answered),
        in_time=len(result.in_time),
        minutes=int(TEST_WITHIN.total_seconds()) // 60,
        percent=result.percent,
        ends_at=_ends_at(call, desk.instance.database.now(), tenant.zone_info),
        passed=result.percent >= PASSED_AT,
        median=french_elapsed(median) if median is not None else "",
        missing=_missing(result, known),
    )
    return shown(desk, "roll_call", page)


def _ends_at(call: RollCall, now: datetime, zone: ZoneInfo) -> str:
    end = call.opened_at + TEST_WITHIN
    return (
        french_hour(end, zone) if call.kind is RollCallKind.TEST and now < end else ""
    )


def _missing(
    result: RollCallResult, known: dict[str, Person]
) -> tuple[MissingLine, ...]:
    """List who did not answer, by name; who left the directory is not called."""
    why = {each.person_id: each.reason or "" for each in result.missing}
    return tuple(
        MissingLine(
            person_id,
            person.full_name,
            readable(number) if number else "",
            NOT_SENT_LABELS.get(why[person_id], ""),
        )
        for person_id, person in known.items()
        if person_id in why
        for number in [person.mobile or person.phone2]
    )
