"""`…/fiches`, `…/fiche/{fiche}/{passage}`: read cards, act on them."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.card import (
    CardOrder,
    ProveCard,
    ReleaseCard,
    SetCardAside,
    declare_event,
    prove_card,
    release_card,
    set_card_aside,
    take_card,
)
from adapters.database import cards, situations
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from domain.card import CardState, CountsFrom, OrderSource
from domain.card_errors import UnknownCardError
from domain.errors import FormAlreadyPostedError, PlanError
from domain.proof import WrittenProof
from domain.proof_label import is_number, proof_label, proof_value
from domain.sentences import sentence
from domain.union import LaidCard
from domain.wording import ORDER_LABELS
from web.board import Ref, known_of
from web.board_page import card_line, card_lines, takes
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around, moment
from web.order_form import local_instant
from web.same_call import calls, typed_calls
from web.screens import CardPage, CardsPage, ProofLine, Reflex
from web.views import ProofField

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}", dependencies=[Depends(from_this_machine)]
)
_PROOF = "preuve."
_CORRECT = "correct"
_WRONG = {
    "release": (
        "Dites qui a donné l'ordre, à quelle heure, et sa référence ; rien n'a été "
        "inscrit."
    )
}
_NO_REASON = "Écrivez la raison en quelques mots ; rien n'a été inscrit."


@router.get("/fiches", response_class=HTMLResponse)
async def list_cards(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """List every run of every card, and the cards that wait for something to happen."""
    known = await known_of(desk, ref)
    over = known.crisis.state.is_over
    laid = () if over else await _laid(desk, known)
    page = CardsPage(
        **around(known),
        cards=card_lines(known),
        reflexes=tuple(
            Reflex(each.card_id, each.card.title, each.card.condition)
            for each in laid
            if each.withdrawn is None
            and each.card.counts_from is CountsFrom.EVENT
            and each.card.condition
        ),
        nonce=new_nonce(),
    )
    return shown(desk, "cards", page)


@router.post("/fiches/{card_id}")
async def happen(
    ref: Ref, card_id: str, desk: AtDesk, nonce: Annotated[str, Form()] = ""
) -> Response:
    """Say that what a card waits for happened; the same form says it once."""
    order = CardOrder(**ref.model_dump(), card_id=card_id, actor=ACTOR, nonce=nonce)
    with suppress(FormAlreadyPostedError):
        await declare_event(desk.instance.database, order)
        await desk.set_going(ref)
    known = await known_of(desk, ref)
    opened = [run.run for run in known.runs if run.card_id == card_id]
    card = f"fiche/{card_id}/{max(opened)}" if opened else "fiches"
    return RedirectResponse(f"{known.path}/{card}", 303)


async def _laid(desk: Desk, known: Known) -> tuple[LaidCard, ...]:
    return (await _situation(desk, known)).laid


async def _situation(desk: Desk, known: Known) -> situations.Known:
    async with desk.instance.database.read() as connection:
        return await situations.of_crisis(connection, known.crisis)


@router.get("/fiche/{card_id}/{run}", response_class=HTMLResponse)
async def show(ref: Ref, card_id: str, run: int, desk: AtDesk) -> HTMLResponse:
    """Show what a card asks, and where it stands."""
    known = await known_of(desk, ref)
    return await _page(desk, known, _run_of(known, card_id, run))


@router.post("/fiche/{card_id}/{run}")
async def act_on(
    ref: Ref, card_id: str, run: int, desk: AtDesk, request: Request
) -> Response:
    """Take the card, prove it, correct that, say why it is not done, or its order."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    known = await known_of(desk, ref)
    found = _run_of(known, card_id, run)
    here = f"{known.path}/fiche/{card_id}/{run}"
    do = form.get("do", "")
    if found.scheduled.over and do != _CORRECT:  # the same form, posted twice
        return RedirectResponse(here, 303)
    named = {**ref.model_dump(), "card_id": card_id, "run": run, "actor": ACTOR}
    try:
        await _ACTS.get(do, _take)(desk.instance.database, known, named, form)
    except FormAlreadyPostedError:
        pass  # the correction is written
    except PlanError as error:
        return await _page(desk, known, found, form, sentence(error))
    except ValidationError:
        return await _page(desk, known, found, form, _WRONG.get(do, _NO_REASON))
    await desk.set_going(ref)
    return RedirectResponse(here, 303)


_Named: TypeAlias = Mapping[str, Any]
_Typed: TypeAlias = Mapping[str, str]


async def _take(
    database: Database, _known: Known, named: _Named, _form: _Typed
) -> None:
    await take_card(database, CardOrder(**named))


async def _prove(
    database: Database, _known: Known, named: _Named, form: _Typed
) -> None:
    proofs = {"fields": _proof(form), "same_call": typed_calls(form)}
    await prove_card(database, ProveCard.model_validate({**named, **proofs}))


async def _correct(
    database: Database, _known: Known, named: _Named, form: _Typed
) -> None:
    once = {"nonce": form.get("nonce", ""), "corrects": True}
    await prove_card(database, ProveCard(**named, **once, fields=_proof(form)))


def _proof(form: _Typed) -> dict[str, str]:
    return {
        name.removeprefix(_PROOF): value
        for name, value in form.items()
        if name.startswith(_PROOF)
    }


async def _set_aside(
    database: Database, _known: Known, named: _Named, form: _Typed
) -> None:
    reason = form.get("reason", "")
    state = CardState.NOT_DONE if form["do"] == "undone" else CardState.NOT_APPLICABLE
    order = SetCardAside(**named, reason=reason, state=state)
    await set_card_aside(database, order)


async def _release(
    database: Database, known: Known, named: _Named, form: _Typed
) -> None:
    said = {
        "source": form.get("source"),
        "at": local_instant(form.get("at", ""), known.zone, known.now),
        "reference": form.get("reference", ""),
    }
    await release_card(database, ReleaseCard.model_validate({**named, **said}))


_Act: TypeAlias = Callable[[Database, Known, _Named, _Typed], Awaitable[None]]
_ACTS: Mapping[str, _Act] = {
    "prove": _prove,
    _CORRECT: _correct,
    "aside": _set_aside,
    "undone": _set_aside,
    "release": _release,
}


def _run_of(known: Known, card_id: str, run: int) -> CardRun:
    for each in known.runs:
        if (each.card_id, each.run) == (card_id, run):
            return each
    raise UnknownCardError(card=card_id)


async def _page(
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
    awaited = await _awaited(desk, known, run)
    kept = await _kept(desk, known, run)
    stands = kept[0].fields if kept else {}
    page = CardPage(
        **around(known),
        card=card_line(run, known),
        roles=", ".join(labels[code] for code in card.roles),
        steps=card.steps,
        caution=card.caution,
        open=takes(run),
        taken=run.state is not CardState.TO_DO,
        proof=tuple(
            ProofField(
                f"{_PROOF}{name}",
                proof_label(name),
                typed.get(f"{_PROOF}{name}")
                or proof_value(stands.get(name), known.zone),
                number=is_number(name),
            )
            for name in card.proof.fields
        ),
        same_call=calls(await _situation(desk, known), run.card_id, typed),
        kept=tuple(_proof_line(each, known) for each in kept),
        corrects=run.scheduled.over and not known.crisis.state.is_over,
        correcting=typed.get("do") == _CORRECT,
        nonce=new_nonce(),
        reason=typed.get("reason", ""),
        awaited=tuple((each.value, ORDER_LABELS[each]) for each in awaited),
        order={
            "source": typed.get("source", ""),
            "at": typed.get("at", f"{known.now.astimezone(known.zone):%Y-%m-%dT%H:%M}"),
            "reference": typed.get("reference", ""),
        },
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "card", page, status)


async def _kept(desk: Desk, known: Known, run: CardRun) -> tuple[WrittenProof, ...]:
    async with desk.instance.database.read() as connection:
        key = (run.card_id, run.run)
        return await cards.proofs_of_run(connection, known.crisis.ref, *key)


def _proof_line(proof: WrittenProof, known: Known) -> ProofLine:
    who = known.plan.template.actor(proof.actor)
    return ProofLine(
        written=f"inscrite {moment(proof.at, known)} ({who})",
        fields=tuple(
            (proof_label(name), proof_value(value, known.zone) or "non recueilli")
            for name, value in proof.fields.items()
        ),
    )


async def _awaited(desk: Desk, known: Known, run: CardRun) -> tuple[OrderSource, ...]:
    """List who may give the order that a run waits for."""
    if run.state is not CardState.WAITING:
        return ()
    groups = (
        group
        for each in await _laid(desk, known)
        if each.card_id == run.card_id
        for group in each.awaited_orders
    )
    return tuple(dict.fromkeys(source for group in groups for source in group))
