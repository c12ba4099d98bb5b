"""`/cpts/{cpts}/plan/trame`: decide what a new template and the plan say otherwise."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from acts.plan_cards import DecideConflicts, decide_conflicts
from adapters.database import people, plans, tenants
from domain.card_field import NOTHING
from domain.diff_words import DiffWords
from domain.plan_diff import place_of
from web.console import ACTOR, shown
from web.desk import AtDesk
from web.door import from_this_machine
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


class Decided(BaseModel):
    """One point, as it was decided on the page."""

    target: str
    choice: Literal["garder", "prendre"]
    number: int
    revision: int


@router.get("", response_class=HTMLResponse)
async def conflicts(desk: AtDesk, cpts_id: str) -> HTMLResponse:
    """Show the three words of each point, and both decisions."""
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, standing = await plans.latest(connection, cpts_id)
        words = DiffWords.of(plan, plan, dict(await people.all_of(connection, cpts_id)))
    page = ConflictsPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        template=plan.template.title,
        number=standing.number,
        revision=standing.revision,
        conflicts=tuple(
            ConflictLine(
                target=each.target,
                label=words.label(place_of(each.target)),
                sides=tuple(
                    (side, tuple(words.value(place_of(each.target), text).splitlines()))
                    for side, text in (
                        ("La trame disait", each.was),
                        ("La trame dit", each.theirs),
                        ("Vous dites", each.ours),
                    )
                ),
                gone=each.theirs == NOTHING,
            )
            for each in plan.conflicts
        ),
    )
    return shown(desk, "plan_conflicts", page)


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
