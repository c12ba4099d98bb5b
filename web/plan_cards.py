"""`/cpts/{cpts}/plan/fiches`: the cards of the plan, and what may be done to one."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.plan_cards import (
    DisableCard,
    EditCard,
    EnableCard,
    disable_plan_card,
    edit_plan_card,
    enable_plan_card,
)
from adapters.database.unit import Database
from domain.card_field import found
from domain.errors import FormAlreadyPostedError, PlanError
from domain.layer import layers_of
from domain.layer_errors import CardNotInPlanError
from domain.plan import Plan
from domain.sentences import sentence
from web.console import shown
from web.desk import AtDesk
from web.door import from_this_machine
from web.plan import INCOMPLETE, known_plan
from web.plan_cards_page import USUAL, card_page, cards_page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/fiches", dependencies=[Depends(from_this_machine)]
)
REASON = "Dites pourquoi, en 300 caractères au plus."
SAVED = {
    "modifiee": "Enregistré dans le brouillon.",
    "ajoutee": "Ajoutée au brouillon.",
    "desactivee": "Désactivée : les prochaines crises ne l'ouvriront pas.",
    "activee": "De nouveau jouée.",
    "reprise": "Le texte de la trame est repris.",
}


@router.get("", response_class=HTMLResponse)
async def every(desk: AtDesk, cpts_id: str, role: str = "") -> HTMLResponse:
    """List the cards, by type; those of one role if it is named."""
    page = cards_page(await known_plan(desk, cpts_id), role)
    return shown(desk, "plan_cards", page)


@router.get("/{card_id}", response_class=HTMLResponse)
async def one(desk: AtDesk, cpts_id: str, card_id: str, fait: str = "") -> HTMLResponse:
    """Show a card as it prints, who changed it, and what may be done to it."""
    page = card_page(await known_plan(desk, cpts_id), card_id)
    return shown(desk, "plan_card", replace(page, saved=SAVED.get(fait, "")))


@router.post("/{card_id}")
async def do(desk: AtDesk, cpts_id: str, card_id: str, request: Request) -> Response:
    """Disable it, play it again, or take back what the template says."""
    known = await known_plan(desk, cpts_id)
    posted = {name: str(value) for name, value in (await request.form()).items()}
    said = {**posted, "cpts_id": cpts_id, "card_id": card_id}
    done, errors = "", dict[str, str]()
    try:
        done = await _done(desk.instance.database, known.plan, said)
    except FormAlreadyPostedError:
        pass  # what it asked is done
    except ValidationError as refused:
        unsaid = any(error["loc"] == ("reason",) for error in refused.errors())
        errors = {"reason": REASON} if unsaid else {"form": INCOMPLETE}
    except PlanError as refused:
        errors = {"form": sentence(refused)}
    if not errors:
        return RedirectResponse(f"{known.path}/fiches/{card_id}?fait={done}", 303)
    page = replace(
        card_page(known, card_id),
        form={**USUAL, **posted},
        going=posted.get("go", ""),
        errors=errors,
    )
    return shown(desk, "plan_card", page, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _done(database: Database, plan: Plan, said: Mapping[str, str]) -> str:
    """Do what a form asks; say what was done."""
    match said.get("go"):
        case "disable":
            await disable_plan_card(database, DisableCard.model_validate(said))
            return "desactivee"
        case "enable":
            await enable_plan_card(database, EnableCard.model_validate(said))
            return "activee"
    below = found(layers_of(plan).below.cards, said["card_id"])
    if below is None:
        raise CardNotInPlanError(card=said["card_id"])
    order = EditCard.model_validate({**said, "card": below})
    await edit_plan_card(database, order)
    return "reprise"
