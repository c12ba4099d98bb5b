"""`/cpts/{cpts}/plan/import`: a plan written in Word, proposed section by section."""

import asyncio
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.plan_import import ClosePart, PlacePart, close_part, keep_parts, place_part
from adapters.database import plans, tenants
from adapters.word_plan import LARGEST_BYTES, read_word
from domain.content import Aside
from domain.errors import FormAlreadyPostedError, PlanError
from domain.form import ROWS, SectionForm
from domain.plan import Plan
from domain.plan_errors import UnknownPartError
from domain.sentences import sentence
from plan_archive import new_parts
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/import", dependencies=[Depends(from_this_machine)]
)
NOWHERE = "nulle-part"
_LONGEST_SHOWN = 1500  # signs: the rest is read in its file
_DONE = {
    "lu": "Le document est lu : chaque partie attend sa place.",
    "rien": "Ce document ne dit rien que le plan ne dise déjà.",
    "place": "La partie est dans le plan.",
    "deja": "Cette partie n'attend plus : elle est placée ou écartée.",
    "ecarte": "La partie est écartée ; elle reste à côté du plan.",
}


@dataclass(frozen=True)
class WaitingPart:
    """A part that waits, and the fields that may take it."""

    number: int
    heading: str
    text: str
    proposed: str  # `SEC-09.regles_de_report`; empty: none is


@dataclass(frozen=True)
class WaitingSection:
    """The parts that go with one section."""

    title: str
    parts: tuple[WaitingPart, ...]


@dataclass(frozen=True, kw_only=True)
class PlanImportPage(Page):
    """Where a document is given, and what waits of those given before."""

    path: str
    sections: tuple[WaitingSection, ...]
    fields: tuple[tuple[str, str], ...]
    nonce: str
    done: str = ""
    error: str = ""


@router.get("", response_class=HTMLResponse)
async def waiting(desk: AtDesk, cpts_id: str, fait: str = "") -> HTMLResponse:
    """Show what waits for its place, section by section."""
    return await _page(desk, cpts_id, done=_DONE.get(fait, ""))


@router.post("")
async def read(
    desk: AtDesk, cpts_id: str, document: Annotated[UploadFile, File()]
) -> Response:
    """Read a document; each of its parts waits beside the draft."""
    try:
        with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            name = PurePath(document.filename or "").name or "sans-nom.docx"
            path = Path(folder) / name
            path.write_bytes(await document.read(LARGEST_BYTES + 1))
            word = await asyncio.to_thread(read_word, path)
        _, parts = await new_parts(desk.instance, cpts_id, word)
        new = await keep_parts(desk.instance.database, cpts_id, parts, ACTOR)
    except PlanError as refused:
        return await _page(desk, cpts_id, error=sentence(refused))
    return _back(cpts_id, "lu" if new else "rien")


@router.post("/{part}")
async def place(
    desk: AtDesk,
    cpts_id: str,
    part: int,
    nonce: Annotated[str, Form()],
    to: Annotated[str, Form()],
) -> Response:
    """Put a part where it is said, or nowhere."""
    known = {"cpts_id": cpts_id, "part": part, "actor": ACTOR, "nonce": nonce}
    section_id, _, field = to.partition(".")
    try:
        if to == NOWHERE:
            await close_part(desk.instance.database, ClosePart.model_validate(known))
            return _back(cpts_id, "ecarte")
        known |= {"section_id": section_id or None, "field": field or None}
        await place_part(desk.instance.database, PlacePart.model_validate(known))
    except (FormAlreadyPostedError, UnknownPartError):
        return _back(cpts_id, "deja")
    except PlanError as refused:
        return await _page(desk, cpts_id, error=sentence(refused))
    return _back(cpts_id, "place")


def _back(cpts_id: str, done: str) -> RedirectResponse:
    return RedirectResponse(f"/cpts/{cpts_id}/plan/import?fait={done}", 303)


async def _page(
    desk: Desk, cpts_id: str, *, done: str = "", error: str = ""
) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, _ = await plans.draft(connection, cpts_id)
    page = PlanImportPage(
        path=f"/cpts/{cpts_id}/plan",
        sections=tuple(_sections(plan)),
        fields=tuple(_fields(plan)),
        nonce=new_nonce(),
        done=done,
        error=error,
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "plan_import", page, status)


def _sections(plan: Plan) -> list[WaitingSection]:
    """Gather what waits by section, in the order of the plan; without one, last."""
    titles = {s.section_id: s.title for s in plan.template.sections}
    waiting = [aside for aside in plan.aside if not aside.closed]
    return [
        WaitingSection(titles.get(section_id or "", "Sans place"), parts)
        for section_id in (*titles, None)
        if (parts := tuple(_part(a) for a in waiting if a.section_id == section_id))
    ]


def _part(aside: Aside) -> WaitingPart:
    text = aside.text
    cut = text[:_LONGEST_SHOWN] + "…" if len(text) > _LONGEST_SHOWN else text
    where = f"{aside.section_id}.{aside.field}" if aside.field else ""
    return WaitingPart(aside.number, aside.heading, cut, where)


def _fields(plan: Plan) -> list[tuple[str, str]]:
    """List the fields that somebody fills in, each under its section's title."""
    titles = {s.section_id: s.title for s in plan.template.sections}
    return [
        (f"{form.section_id}.{name}", f"{titles[form.section_id]} : {label}")
        for form in plan.template.forms
        for name, label in _typed(form)
    ]


def _typed(form: SectionForm) -> list[tuple[str, str]]:
    if form.table:
        return [(ROWS, "une ligne de plus")]
    return [(field.name, field.label) for field in form.fields if not field.known]
