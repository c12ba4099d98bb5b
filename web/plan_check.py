"""`/cpts/{cpts}/plan/controle`: what the plan lacks, and who vouches for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from acts.plan_check import AttestPlan, Checked, attest_plan, checked
from adapters.database import tenants
from domain.calendar import french_date
from domain.check_words import SectionWords, idle, stake, to_fill, total
from domain.errors import PlanError
from domain.plan_check import CheckResult, CheckState
from domain.plan_version import VersionStatus
from domain.sentences import sentence
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/controle", dependencies=[Depends(from_this_machine)]
)


class AttestForm(BaseModel):
    """One tap on a check, or « Tout relu, sauf… »."""

    nonce: str = ""
    who: str = ""
    section: str = ""  # none: everything but what follows
    check: int = 1
    excepted: list[str] = []  # sections
    cards: str = ""


@dataclass(frozen=True)
class Vouching:
    """A check that the person who was chosen may vouch for, or did."""

    said: str  # « Attesté le … par … »
    offered: bool


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """What is missing, section by section; who vouches for what."""

    plan: str  # its page
    payment: str  # the page of its money
    number: int
    open: bool  # is the version a draft?
    total: str
    stake: str  # empty: no expected section is incomplete
    sections: tuple[SectionWords, ...]  # incomplete ones
    vouching: Mapping[tuple[str, int], Vouching]
    done: tuple[tuple[str, str], ...]  # sections that are complete: id, title
    every: tuple[tuple[str, str], ...]  # all sections
    idle: str
    people: tuple[tuple[str, str], ...]  # who holds a role: id, name
    who: str
    nonce: str
    error: str = ""


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk, qui: str = "") -> HTMLResponse:
    """Show what is missing; `qui`: who is about to vouch."""
    return await _shown(desk, cpts_id, qui)


@router.post("")
async def vouch(
    cpts_id: str, desk: AtDesk, form: Annotated[AttestForm, Form()]
) -> Response:
    """Note who vouches for a check, or for everything but some."""
    cards = form.cards.upper().replace(",", " ").split()
    order = AttestPlan(
        cpts_id=cpts_id,
        person=form.who or "—",
        section_id=form.section or None,
        check=form.check - 1 if form.section else None,
        exceptions=() if form.section else (*form.excepted, *cards),
        nonce=form.nonce,
        actor=ACTOR,
    )
    try:
        await attest_plan(desk.instance.database, order)
    except PlanError as refused:
        return await _shown(desk, cpts_id, form.who, sentence(refused))
    return RedirectResponse(f"/cpts/{cpts_id}/plan/controle?qui={form.who}", 303)


async def _shown(desk: Desk, cpts_id: str, who: str, error: str = "") -> HTMLResponse:
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        found = await checked(connection, cpts_id, database.now())
    plan, check, people = found.plan, found.check, _people(found)
    sections = check.sections
    page = CheckPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        plan=f"/cpts/{cpts_id}/plan",
        payment=f"/cpts/{cpts_id}/paiement",
        number=plan.number,
        open=found.standing.status is VersionStatus.DRAFT,
        total=total(check),
        stake=stake(plan) if check.incomplete else "",
        sections=to_fill(plan, check),
        vouching=_vouching(found, people),
        done=tuple(
            (s.section.section_id, s.section.title) for s in sections if s.complete
        ),
        every=tuple((s.section.section_id, s.section.title) for s in sections),
        idle=idle(check),
        people=tuple(people.items()),
        who=who if who in people else "",
        nonce=new_nonce(),
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "plan_check", page, status)


def _people(found: Checked) -> dict[str, str]:
    """Name who holds a role of the plan, or stands in, by id."""
    known = dict(found.facts.roster)
    held = (i for h in found.plan.holders for i in (h.person_id, h.deputy_id) if i)
    return {i: known[i].full_name for i in dict.fromkeys(held) if i in known}


def _vouching(
    found: Checked, people: Mapping[str, str]
) -> dict[tuple[str, int], Vouching]:
    return {
        (section.section.section_id, result.rank): Vouching(
            said=_said(result, people),
            offered=result.by_people and result.state is not CheckState.SATISFIED,
        )
        for section in found.check.sections
        for result in section.results
    }


def _said(result: CheckResult, people: Mapping[str, str]) -> str:
    made = result.attestation
    if made is None:
        return ""
    who = people.get(made.person_id, made.role)
    return f"Attesté le {french_date(made.on)} par {who}."
