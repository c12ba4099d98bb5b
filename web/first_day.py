"""`/cpts/{cpts}/premier-jour`: the directory in, members invited, an alert tested."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.directory import compare_roster, import_roster
from adapters.database import people, roll_calls, tenants
from adapters.roster_xlsx import LARGEST_BYTES
from domain.directory import RosterDiff
from domain.errors import EmptyRosterError, PlanError, RosterFileError
from domain.roll_call import RollCallKind
from domain.roster import BadLine, Roster
from domain.sentences import sentence
from roster_file import read_roster
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/premier-jour", dependencies=[Depends(from_this_machine)]
)
_SHOWN = 30  # lines, or people, of each list


@dataclass(frozen=True)
class LineView:
    """A line of the file, and what is wrong with it."""

    where: str
    what: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a file would change."""

    people: int
    new: int
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    kept: tuple[str, ...]  # who vouches for something that the file says otherwise
    vacated: bool  # somebody in charge is gone
    refused: tuple[LineView, ...]
    warnings: int


@dataclass(frozen=True, kw_only=True)
class FirstDayPage(Page):
    """The three steps, and where each stands."""

    cpts_id: str
    people: int
    invited: str  # the last roll call of each kind; empty: none
    tested: str
    trial: Trial | None = None
    error: str = ""


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk) -> HTMLResponse:
    """Show the three steps."""
    return await _page(desk, cpts_id)


@router.post("/annuaire")
async def tried(
    cpts_id: str, desk: AtDesk, roster: Annotated[UploadFile, File()]
) -> Response:
    """Read a file, and say what it would change; nothing is changed."""
    waiting = _waiting(desk, cpts_id)
    try:
        content = await roster.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            name = PurePath(roster.filename or "annuaire").name
            raise RosterFileError(file=name, rule="20 Mo au plus")
        await asyncio.to_thread(_keep, waiting, content)
        read = await _read(desk, cpts_id, waiting)
        change = await compare_roster(desk.instance.database, cpts_id, read.people)
    except PlanError as refused:
        waiting.unlink(missing_ok=True)
        return await _page(desk, cpts_id, error=sentence(refused))
    return await _page(desk, cpts_id, trial=_trial(read, change))


@router.post("/annuaire/importer")
async def imported(
    cpts_id: str, desk: AtDesk, *, force: Annotated[bool, Form()] = False
) -> Response:
    """Make the file that was tried the directory; it is not kept."""
    waiting = _waiting(desk, cpts_id)
    try:
        if not waiting.is_file():
            raise EmptyRosterError(cpts=cpts_id)
        read = await _read(desk, cpts_id, waiting)
        database = desk.instance.database
        await import_roster(database, cpts_id, read.people, ACTOR, force=force)
    except PlanError as refused:
        return await _page(desk, cpts_id, error=sentence(refused))
    finally:
        waiting.unlink(missing_ok=True)
    return RedirectResponse(f"/cpts/{cpts_id}/premier-jour", HTTPStatus.SEE_OTHER)


def _waiting(desk: Desk, cpts_id: str) -> Path:
    """Say where the file of a CPTS waits: one, until it is imported or replaced."""
    return desk.instance.settings.data_dir / "imports" / PurePath(cpts_id).name


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)


async def _read(desk: Desk, cpts_id: str, file: Path) -> Roster:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
    return await asyncio.to_thread(read_roster, file, tenant)


def _trial(read: Roster, change: RosterDiff) -> Trial:
    return Trial(
        people=len(read.people),
        new=len(change.new),
        changed=tuple(now.full_name for _, now in change.changed),
        gone=tuple(person.full_name for person in change.gone),
        kept=tuple(person.full_name for person, _ in change.kept),
        vacated=bool(change.vacated),
        refused=tuple(map(_line, read.bad_lines[:_SHOWN])),
        warnings=len(read.warnings),
    )


def _line(bad: BadLine) -> LineView:
    sheet = f" de « {bad.sheet} »" if bad.sheet else ""
    cell = f"{bad.column} « {bad.value} » : " if bad.value else ""
    what = f"{cell}{bad.reason}"
    return LineView(f"Ligne {bad.line}{sheet}", what, bad.suggestion)


async def _page(
    desk: Desk, cpts_id: str, *, trial: Trial | None = None, error: str = ""
) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        known = await people.all_of(connection, cpts_id)
        calls = await roll_calls.of_cpts(connection, cpts_id)

    def last(kind: RollCallKind) -> str:
        return next((each.roll_call_id for each in calls if each.kind is kind), "")

    page = FirstDayPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        cpts_id=cpts_id,
        people=len(known),
        invited=last(RollCallKind.ENROL),
        tested=last(RollCallKind.TEST),
        trial=trial,
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "first_day", page, status)
