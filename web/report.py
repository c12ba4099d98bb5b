"""`/{cpts}/crise/{crise}/point-de-situation`: fill it, read it again, send it."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.situation import PrepareReport, prepare_report
from adapters.database import situation_reports
from adapters.database.situation_reports import SituationRow
from archive import send_report_in_hand
from domain.errors import PlanError
from domain.reference import CrisisRef
from domain.sentences import sentence
from domain.situation import VALIDATOR, SituationReport
from web.board import Ref, known_of
from web.console import shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known
from web.open_acts import is_open
from web.order_form import YES, local_instant
from web.report_page import INDICATOR, TEXTS, ReportPage, report_page, shown_form

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}/point-de-situation",
    dependencies=[Depends(from_this_machine)],
)
HERE = "point-de-situation"
WRITER = "SECRETARIAT"  # in whose name reports are written
_LATER = "Donnez une heure à venir pour le prochain point."
_LONG = "Ce texte est trop long : 600 caractères au plus."
_WHOLE = "Écrivez un nombre entier, ou laissez vide : non recueilli."
_UNSURE = "Seul le pilotage de la cellule valide : cochez la case s'il l'a fait."
_COUNTED_AGAIN = "Ce point a été recompté depuis : relisez-le, puis envoyez-le."


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """Show the report in hand, with what is left to write; or the last one sent."""
    return await _shown(desk, ref, "report")


@router.post("")
async def write(ref: Ref, desk: AtDesk, request: Request) -> Response:
    """Count the facts again and write what was typed; lead to what may be sent."""
    typed = {name: str(value) for name, value in (await request.form()).items()}
    known = await known_of(desk, ref)
    row = await _in_hand(desk, ref)
    said, wrong = _understood(known, row, typed)
    if not wrong:
        wrong = await _prepared(desk, said)
    if wrong:
        return await _shown(desk, ref, "report", typed, wrong)
    again = "" if row is None or typed.get("go") == "count" else "/relire"
    return RedirectResponse(f"{known.path}/{HERE}{again}", 303)


@router.get("/relire")
async def read_again(ref: Ref, desk: AtDesk) -> Response:
    """Show the report as it would leave."""
    if await _in_hand(desk, ref) is None:
        return RedirectResponse(f"{(await known_of(desk, ref)).path}/{HERE}", 303)
    return await _shown(desk, ref, "report_read")


@router.post("/relire")
async def send(
    ref: Ref,
    desk: AtDesk,
    made_at: Annotated[str, Form()] = "",
    validated: Annotated[str, Form()] = "",
) -> Response:
    """Send exactly what was read; the same form posted twice sends once."""
    row = await _in_hand(desk, ref)
    sent = f"{(await known_of(desk, ref)).path}/{HERE}"
    if row is None:  # it left already
        return RedirectResponse(sent, 303)
    wrong = "" if validated == YES else _UNSURE
    if row.content.made_at.isoformat() != made_at:
        wrong = _COUNTED_AGAIN
    try:
        if not wrong:
            await send_report_in_hand(desk.instance, ref, VALIDATOR)
    except PlanError as error:
        wrong = sentence(error)
    if wrong:
        return await _shown(desk, ref, "report_read", errors={"validated": wrong})
    await desk.set_going(ref)
    return RedirectResponse(sent, 303)


async def _last(desk: Desk, ref: CrisisRef) -> SituationRow | None:
    async with desk.instance.database.read() as connection:
        rows = await situation_reports.of_crisis(connection, ref)
    return rows[-1] if rows else None


async def _in_hand(desk: Desk, ref: CrisisRef) -> SituationRow | None:
    row = await _last(desk, ref)
    return row if row and row.sent_at is None else None


async def _shown(
    desk: Desk,
    ref: CrisisRef,
    layout: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    known, row = await known_of(desk, ref), await _last(desk, ref)
    may = is_open(known, HERE)
    page: ReportPage = report_page(known, row, may=may, typed=typed, errors=errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(desk, layout, page, status)


def _understood(
    known: Known, row: SituationRow | None, typed: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """Read what was typed: only what differs from what the page showed."""
    said: dict[str, object] = {"ref": known.crisis.ref, "actor": WRITER}
    if row is None:
        return said, {}
    before = shown_form(row.content, known)
    new = {name: text for name, text in typed.items() if before.get(name) != text}
    wrong = {n: _WHOLE for n in _numbers(row.content) & set(new) if not _whole(new[n])}
    next_at = new.get("next_at")
    following = local_instant(next_at, known.zone, known.now) if next_at else None
    if next_at and not _is_later(following, known.now):
        wrong["next_at"] = _LATER
    said |= {
        "texts": {name: new[name] for name in TEXTS.values() if name in new},
        "indicators": {
            name.removeprefix(INDICATOR): new[name]
            for name in _numbers(row.content)
            if new.get(name)
        },
        "next_at": following,
    }
    return said, wrong


def _numbers(report: SituationReport) -> set[str]:
    return {f"{INDICATOR}{each.name}" for each in report.indicators}


def _whole(text: str) -> bool:
    return not text or text.isdecimal()


def _is_later(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now


async def _prepared(desk: Desk, said: Mapping[str, object]) -> dict[str, str]:
    """Write the report; say what refused it."""
    try:
        order = PrepareReport.model_validate(said)
        fingerprint = desk.instance.signer.fingerprint
        await prepare_report(desk.instance.database, order, fingerprint)
    except ValidationError as error:
        return {str(error.errors()[0]["loc"][1]): _LONG}
    except PlanError as error:
        return {"situation": sentence(error)}
    return {}
