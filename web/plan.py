"""`/cpts/{cpts}/plan`: the sections of the plan, and a plain page for each."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.plan import open_next
from acts.section import EditSection, ReadSection, edit_section, read_section
from adapters.database import people, plans, tenants
from domain.content import Value
from domain.errors import FormAlreadyPostedError, PlanError, UnknownPlanError
from domain.plan_errors import RefusedSectionError
from domain.section_edit import form_of
from domain.sentences import sentence
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.plan_first import unwritten
from web.plan_form import MOST_FIELDS, typed_in
from web.plan_page import SAVED, PlanKnown, plan_page, section_page, told

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan", dependencies=[Depends(from_this_machine)]
)
_LONG = "Ce texte est trop long : 300 caractères au plus."
INCOMPLETE = "Le formulaire est arrivé incomplet ; rien n'est enregistré. Recommencez."


@router.get("", response_class=HTMLResponse)
async def show(desk: AtDesk, cpts_id: str, fait: str = "") -> HTMLResponse:
    """Show the sections of the last version, or offer to write the first."""
    try:
        known = await known_plan(desk, cpts_id)
    except UnknownPlanError:
        return await unwritten(desk, cpts_id, {})
    page = replace(plan_page(known), saved=SAVED.get(fait, ""))
    return shown(desk, "plan", page)


@router.post("/suivante")
async def follow(desk: AtDesk, cpts_id: str) -> Response:
    """Open the version after the one that left, once."""
    await open_next(desk.instance.database, cpts_id, ACTOR)
    return RedirectResponse(f"/cpts/{cpts_id}/plan", 303)


@router.get("/SEC-{rank}", response_class=HTMLResponse)
async def section(
    desk: AtDesk, cpts_id: str, rank: str, fait: str = ""
) -> HTMLResponse:
    """Show one section: what is known, and a form for the rest."""
    page = section_page(await known_plan(desk, cpts_id), f"SEC-{rank}")
    return shown(desk, "plan_section", replace(page, saved=SAVED.get(fait, "")))


@router.post("/SEC-{rank}")
async def save(desk: AtDesk, cpts_id: str, rank: str, request: Request) -> Response:
    """Save what was typed, or note that the section was read again."""
    known, section_id = await known_plan(desk, cpts_id), f"SEC-{rank}"
    form = await request.form(max_fields=MOST_FIELDS)
    posted = {name: str(value) for name, value in form.items()}
    typed = typed_in(form_of(known.plan, section_id), posted)
    of_draft = {"cpts_id": cpts_id, "section_id": section_id}
    page = section_page(known, section_id, typed, posted)
    done, errors = "oui", dict[str, str]()
    try:
        done = await _done(desk, {**posted, **of_draft}, typed)
    except FormAlreadyPostedError:
        pass  # what it asked is done
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        errors = {"detail": _LONG} if name == "detail" else {"form": INCOMPLETE}
    except RefusedSectionError as refused:
        errors = told(refused.wrongs, page.form)
    except PlanError as refused:
        errors = {"form": sentence(refused)}
    if not errors:
        return RedirectResponse(f"{known.path}/{section_id}?fait={done}", 303)
    page = replace(page, errors=errors)
    return shown(desk, "plan_section", page, HTTPStatus.UNPROCESSABLE_ENTITY)


async def known_plan(desk: Desk, cpts_id: str) -> PlanKnown:
    """Read the last version of a plan, where it stands, and who may be named in it.

    Raises:
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, standing = await plans.latest(connection, cpts_id)
        roster = await people.all_of(connection, cpts_id)
    return PlanKnown(tenant, plan, standing, dict(roster))


async def _done(
    desk: Desk, posted: Mapping[str, str], typed: Mapping[str, Value]
) -> str:
    """Do what the form asks; say what was done."""
    database = desk.instance.database
    if posted.get("go") == "read":
        await read_section(
            database, ReadSection.model_validate({**posted, "actor": ACTOR})
        )
        return "relu"
    said = {**posted, "values": typed, "detail": posted.get("detail") or None}
    _, changed = await edit_section(database, EditSection.model_validate(said))
    return "oui" if changed else "rien"
