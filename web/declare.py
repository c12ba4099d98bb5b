"""`/{cpts}/declencher`: an order in four screens; what was typed is never lost."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.crisis import OpenCrisis, open_crisis
from acts.preview import keep_preview
from adapters.database import board, overcall, people, plans, tenants
from domain.audience import Candidate
from domain.before_sending import before_order
from domain.cpts import Cpts
from domain.crisis import Activation
from domain.errors import EmptyRosterError, OrderAlreadyOpenError
from domain.plan import Plan
from domain.preview import Foreseen
from domain.preview_words import PreviewWords
from domain.reference import CrisisRef
from domain.wave import Kinetic
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.order_form import YES, OrderForm, understood
from web.screens import DeclarePage, ScenarioChoice, TypeChoice

router = APIRouter(dependencies=[Depends(from_this_machine)])
_TYPED_IN_1 = (
    *("giver", "caller", "caller_function", "acting_for", "channel", "received_at"),
    *("called_back", "called_back_at", "reference", "place", "zones", "perimeter"),
    *("mission", "pace"),
)
_TYPED_IN_2 = ("scenarios", "kinetic")
_TYPED_IN = {1: _TYPED_IN_1, 2: _TYPED_IN_2}
_SELDOM = ("caller_function", "acting_for", "channel", "reference", "perimeter")
_CHOSEN, _LAST = 2, 4  # from the screen after _CHOSEN on, what follows is shown


@router.get("/{cpts_id}/declencher", response_class=HTMLResponse)
async def begin(cpts_id: str, desk: AtDesk, exercice: str = "") -> HTMLResponse:
    """Show the first screen; for an exercise its order is filled, so the second."""
    tenant, plan, _ = await _known(desk, cpts_id)
    now = desk.instance.database.now().astimezone(tenant.zone_info)
    minute = f"{now:%Y-%m-%dT%H:%M}"
    form = OrderForm(nonce=new_nonce(), received_at=minute, called_back_at=minute)
    if exercice == YES:
        form = form.model_copy(
            update={
                "exercise": YES,
                "called_back": YES,
                "caller": tenant.coordinator.name,
                "place": tenant.communes[0].name,
                "mission": "Exercice : dire qui peut venir, et dans quel délai",
            }
        )
    page = _page(tenant, plan, form, _CHOSEN if form.is_exercise else 1)
    return shown(desk, "declare", replace(page, filled=form.is_exercise))


@router.post("/{cpts_id}/declencher")
async def go_on(
    cpts_id: str, desk: AtDesk, form: Annotated[OrderForm, Form()]
) -> Response:
    """Check what was typed so far; show the next screen, or do it."""
    tenant, plan, everyone = await _known(desk, cpts_id)
    form.zones = [zone for zone in form.zones if zone in tenant.zones]
    now = desk.instance.database.now()
    template = plan.template if form.screen > 1 else None
    said, wrong = understood(form, template, tenant.zone_info, now)
    if wrong and form.go != "back":
        screen = 2 if set(wrong) == {"scenarios"} else 1
        page = replace(_page(tenant, plan, form, screen), errors=wrong)
        return shown(desk, "declare", page, HTTPStatus.UNPROCESSABLE_ENTITY)
    confirmed = form.screen == _LAST and form.go == "open"
    if said and confirmed and form.shown == form.exercise:
        return await _open(desk, cpts_id, said, form.nonce)
    page = _page(tenant, plan, form, _next(form) if said else 1)
    if said and page.screen > _CHOSEN:
        foreseen = Foreseen(plan, said, tenant.zone_info, now)
        found = foreseen.preview(everyone, tenant.every_partner)
        sender = desk.instance.sender
        before = before_order(tenant, foreseen, found, everyone, sender)
        async with desk.instance.database.read() as connection:
            past = await overcall.past_of(connection, cpts_id)
        calls = foreseen.calls(everyone, found, past)
        words = PreviewWords(tenant, plan, said, found, before, calls)
        page = _foreseen(page, words)
        if form.go == "keep":
            page = replace(page, kept=await _keep(desk, words))
    return shown(desk, "declare", page)


async def _keep(desk: Desk, words: PreviewWords) -> str:
    instance = desk.instance
    keep = instance.documents.put
    return await keep_preview(instance.database, keep, words, ACTOR)


def _next(form: OrderForm) -> int:
    if form.go == "back":
        return max(form.screen - 1, 1)
    return min(form.screen + 1, _LAST)


async def _known(desk: Desk, cpts_id: str) -> tuple[Cpts, Plan, tuple[Candidate, ...]]:
    """Read what an order needs.

    Raises:
        EmptyRosterError: There is nobody to alert.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, _ = await plans.in_force(connection, cpts_id)
        roster = await people.all_of(connection, cpts_id)
    if not roster:
        raise EmptyRosterError(cpts=cpts_id)
    return tenant, plan, tuple(Candidate(*each) for each in roster)


async def _open(desk: Desk, cpts_id: str, said: Activation, nonce: str) -> Response:
    """Open the crisis, or lead to the one that this order opened already."""
    database = desk.instance.database
    order = OpenCrisis(cpts_id=cpts_id, activation=said, actor=ACTOR, nonce=nonce)
    try:
        ref = await open_crisis(database, order, desk.instance.keys.link_key)
    except OrderAlreadyOpenError:
        async with database.read() as connection:
            known = await board.of_order(connection, cpts_id, said.order_key)
        return RedirectResponse(f"/{cpts_id}/crise/{known}?deja=oui", 303)
    await desk.set_going(ref)
    return RedirectResponse(_path(ref), 303)


def _path(ref: CrisisRef) -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}"


def choices(plan: Plan, chosen: list[str]) -> tuple[TypeChoice, ...]:
    """List the types of a plan and their scenarios, ticked or not."""
    return tuple(
        TypeChoice(
            code=sheet.code,
            number=sheet.number,
            label=sheet.label,
            scenarios=tuple(
                ScenarioChoice(
                    code=each.code,
                    label=each.label,
                    fast=each.kinetic is Kinetic.FAST,
                    chosen=f"{sheet.code}/{each.code}" in chosen,
                )
                for each in sheet.scenarios
            ),
        )
        for sheet in plan.template.types
    )


def _foreseen(page: DeclarePage, words: PreviewWords) -> DeclarePage:
    return replace(
        page,
        reach=words.reach(),
        sentence=words.sentence(),
        departures=words.departures(),
        action=words.action(),
        summary=words.summary(),
    )


def _page(tenant: Cpts, plan: Plan, form: OrderForm, screen: int) -> DeclarePage:
    here = _TYPED_IN.get(screen, ())
    usual = OrderForm()
    return DeclarePage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        exercise=form.is_exercise,
        screen=screen,
        form=form,
        nonce=form.nonce,
        carried=tuple(
            (name, value)
            for name in (*_TYPED_IN_1, *_TYPED_IN_2)
            if name not in here
            for value in _values(getattr(form, name))
        ),
        zones=tenant.zones,
        more=any(getattr(form, name) != getattr(usual, name) for name in _SELDOM),
        types=choices(plan, form.scenarios),
    )


def _values(value: str | int | list[str]) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
