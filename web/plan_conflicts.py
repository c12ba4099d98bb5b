"""`/cpts/{cpts}/plan/trame`: follow a template, decide what both sides changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from acts.plan_cards import DecideConflicts, decide_conflicts
from adapters.database import people, plans, tenants
from domain.card_field import NOTHING
from domain.content import Conflict
from domain.diff_words import DiffWords
from domain.errors import PlanError, UnknownPlanError
from domain.plan_diff import place_of
from domain.sentences import sentence
from domain.shipped_template import newer
from plan_archive import open_plan
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.plan_first import titles, unwritten
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/trame", dependencies=[Depends(from_this_machine)]
)


@dataclass(frozen=True)
class ConflictLine:
    """One point to decide: what the template said, what it says, what we say."""

    target: str
    label: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    gone: bool  # the template says nothing of it any more


@dataclass(frozen=True, kw_only=True)
class ConflictsPage(Page):
    """What waits for a decision between the plan and its template."""

    path: str  # of the plan
    template: str
    number: int
    revision: int
    conflicts: tuple[ConflictLine, ...]
    others: tuple[tuple[str, str], ...]  # templates to follow: this one first
    newest: str  # the title of a newer edition; empty: there is none
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    followed: bool = False


class Followed(BaseModel):
    """The template that the plan follows from now on."""

    template: str


class Decided(BaseModel):
    """One point, as it was decided on the page."""

    target: str
    choice: Literal["garder", "prendre"]
    number: int
    revision: int


@router.get("", response_class=HTMLResponse)
async def conflicts(desk: AtDesk, cpts_id: str, fait: str = "") -> HTMLResponse:
    """Show the three words of each point, both decisions, and other templates."""
    page = await _page(desk, cpts_id)
    return shown(desk, "plan_conflicts", replace(page, followed=fait == "oui"))


@router.post("/suivre")
async def follow(
    desk: AtDesk, cpts_id: str, said: Annotated[Followed, Form()]
) -> Response:
    """Lay the plan over a template: the first writing, the same read again, another."""
    known = {each.template_id for each in desk.instance.shipped}
    if said.template not in known:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    path = f"/cpts/{cpts_id}/plan"
    try:
        made = await open_plan(desk.instance, cpts_id, ACTOR, said.template)
    except PlanError as refused:
        errors = {"template": sentence(refused)}
        try:
            page = await _page(desk, cpts_id)
        except UnknownPlanError:
            return await unwritten(desk, cpts_id, errors)
        page = replace(page, errors=errors, form=said.model_dump())
        unprocessable = HTTPStatus.UNPROCESSABLE_ENTITY
        return shown(desk, "plan_conflicts", page, unprocessable)
    way = "/trame?fait=oui" if made.conflicts else "?fait=trame"
    return RedirectResponse(f"{path}{way}", 303)


async def _page(desk: Desk, cpts_id: str) -> ConflictsPage:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, standing = await plans.latest(connection, cpts_id)
        words = DiffWords.of(plan, plan, dict(await people.all_of(connection, cpts_id)))
    own, shipped = plan.template.template_id, desk.instance.shipped
    newest = newer(own, shipped)
    return ConflictsPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        template=plan.template.title,
        number=standing.number,
        revision=standing.revision,
        conflicts=tuple(_line(words, each) for each in plan.conflicts),
        others=tuple(sorted(titles(shipped), key=lambda each: each[0] != own)),
        newest=newest.title if newest else "",
        form={"template": newest.template_id if newest else own},
    )


def _line(words: DiffWords, each: Conflict) -> ConflictLine:
    place = place_of(each.target)
    return ConflictLine(
        target=each.target,
        label=words.label(place),
        sides=tuple(
            (side, tuple(words.value(place, text).splitlines()))
            for side, text in (
                ("La trame disait", each.was),
                ("La trame dit", each.theirs),
                ("Vous dites", each.ours),
            )
        ),
        gone=each.theirs == NOTHING,
    )


@router.post("")
async def decide(
    desk: AtDesk, cpts_id: str, said: Annotated[Decided, Form()]
) -> Response:
    """Keep ours, or take theirs."""
    kept = said.choice == "garder"
    order = DecideConflicts(
        cpts_id=cpts_id,
        number=said.number,
        revision=said.revision,
        author=ACTOR,
        keep=(said.target,) if kept else (),
        take=() if kept else (said.target,),
    )
    await decide_conflicts(desk.instance.database, order)
    return RedirectResponse(f"/cpts/{cpts_id}/plan/trame", 303)
