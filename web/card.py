"""`/{cpts}/crise/{crise}/fiche/{fiche}/{passage}`: one card: read it, act on it."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.card import (
    CardOrder,
    ProveCard,
    SetCardAside,
    prove_card,
    set_card_aside,
    take_card,
)
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from domain.card import CardState
from domain.card_errors import UnknownCardError
from domain.errors import PlanError
from domain.sentences import sentence
from web.board import Ref, known_of
from web.board_page import card_line, takes
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around
from web.screens import CardPage

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}/fiche/{card_id}/{run}",
    dependencies=[Depends(from_this_machine)],
)
_PROOF = "preuve."


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, card_id: str, run: int, desk: AtDesk) -> HTMLResponse:
    """Show what a card asks, and where it stands."""
    known = await known_of(desk, ref)
    return _page(desk, known, _run_of(known, card_id, run))


@router.post("")
async def act_on(
    ref: Ref, card_id: str, run: int, desk: AtDesk, request: Request
) -> Response:
    """Take the card, end it with its proof, or say why it is not done."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    known = await known_of(desk, ref)
    found = _run_of(known, card_id, run)
    here = f"{known.path}/fiche/{card_id}/{run}"
    if found.scheduled.over:  # the same form, posted twice
        return RedirectResponse(here, 303)
    named = {**ref.model_dump(), "card_id": card_id, "run": run, "actor": ACTOR}
    try:
        await _ACTS.get(form.get("do", ""), _take)(desk.instance.database, named, form)
    except PlanError as error:
        return _page(desk, known, found, form, sentence(error))
    except ValidationError:
        wrong = "Écrivez la raison en quelques mots ; rien n'a été inscrit."
        return _page(desk, known, found, form, wrong)
    await desk.set_going(ref)
    return RedirectResponse(here, 303)


_Named: TypeAlias = Mapping[str, Any]
_Typed: TypeAlias = Mapping[str, str]


async def _take(database: Database, named: _Named, _form: _Typed) -> None:
    await take_card(database, CardOrder(**named))


async def _prove(database: Database, named: _Named, form: _Typed) -> None:
    fields = {
        name.removeprefix(_PROOF): value
        for name, value in form.items()
        if name.startswith(_PROOF)
    }
    await prove_card(database, ProveCard(**named, fields=fields))


async def _set_aside(database: Database, named: _Named, form: _Typed) -> None:
    reason = form.get("reason", "")
    state = CardState.NOT_DONE if form["do"] == "undone" else CardState.NOT_APPLICABLE
    order = SetCardAside(**named, reason=reason, state=state)
    await set_card_aside(database, order)


_Act: TypeAlias = Callable[[Database, _Named, _Typed], Awaitable[None]]
_ACTS: Mapping[str, _Act] = {
    "prove": _prove,
    "aside": _set_aside,
    "undone": _set_aside,
}


def _run_of(known: Known, card_id: str, run: int) -> CardRun:
    for each in known.runs:
        if (each.card_id, each.run) == (card_id, run):
            return each
    raise UnknownCardError(card=card_id)


def _page(
    desk: Desk,
    known: Known,
    run: CardRun,
    typed: Mapping[str, str] | None = None,
    error: str = "",
) -> HTMLResponse:
    template = known.plan.template
    card = template.card(run.card_id)
    labels = {role.code: role.label for role in template.roles}
    typed = typed or {}
    page = CardPage(
        **around(known),
        card=card_line(run, known),
        roles=", ".join(labels[code] for code in card.roles),
        steps=card.steps,
        caution=card.caution,
        open=takes(run),
        taken=run.state is not CardState.TO_DO,
        proof=tuple(
            (
                f"{_PROOF}{name}",
                name.replace("_", " ").capitalize(),
                typed.get(f"{_PROOF}{name}", ""),
            )
            for name in card.proof.fields
        ),
        reason=typed.get("reason", ""),
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "card", page, status)
