"""`/{cpts}/crise/{crise}/{acte}`: what completes an order or ends a crisis."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Annotated, NamedTuple, TypeAlias

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from acts.ending import CancelCrisis, LiftCrisis, cancel_crisis, lift_crisis
from acts.order import ConfirmOrder, RecordCallBack, confirm_order, record_call_back
from adapters.database import deliveries
from adapters.database.unit import Database
from domain.crisis import Origin
from domain.errors import AlreadyLiftedError, FormAlreadyPostedError, PlanError
from domain.order_errors import UnnamedAuthorityError
from domain.privacy import refuse_patient_data
from domain.reference import CrisisRef
from domain.sentences import sentence
from web.board import Ref, known_of
from web.board_page import Known, open_acts, page_of
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.foreseen import people
from web.order_form import CPTS, YES, local_instant
from web.screens import DecidePage

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}", dependencies=[Depends(from_this_machine)]
)
_Typed: TypeAlias = Mapping[str, str]
_Ready: TypeAlias = Callable[[Database], Awaitable[object]]

_WRONG = {
    "called_back_at": "Donnez la date et l'heure de votre contre-appel.",
    "reference": "Écrivez la référence : 120 caractères au plus.",
    "authority": "Dites qui l'a décidé.",
    "reason": "Écrivez le motif en 20 caractères au plus, sans signe rare.",
}


def _named(known: Known, typed: _Typed) -> dict[str, object]:
    """Say which crisis, who acts, and by which form."""
    nonce = typed.get("nonce", "")
    return {**known.crisis.ref.model_dump(), "actor": ACTOR, "nonce": nonce}


def _call_back(known: Known, typed: _Typed) -> _Ready:
    said = {
        "called_back_at": local_instant(
            typed.get("called_back_at", ""), known.zone, known.now
        ),
        "reference": typed.get("reference", "").strip() or None,
    }
    order = RecordCallBack.model_validate(_named(known, typed) | said)
    return partial(record_call_back, order=order)


def _confirm(known: Known, typed: _Typed) -> _Ready:
    said = {
        "reference": typed.get("reference", "").strip(),
        "authority": typed.get("authority") or None,
    }
    order = ConfirmOrder.model_validate(_named(known, typed) | said)
    return partial(confirm_order, order=order)


def _lift(known: Known, typed: _Typed) -> _Ready:
    authority = typed.get("authority", "")
    said = {
        "authority": None if authority == CPTS else authority,
        "reference": typed.get("reference", "").strip() or None,
    }
    order = LiftCrisis.model_validate(_named(known, typed) | said)
    return partial(lift_crisis, order=order)


def _cancel(known: Known, typed: _Typed) -> _Ready:
    said = {"reason": typed.get("reason", "")}
    order = CancelCrisis.model_validate(_named(known, typed) | said)
    refuse_patient_data(order.reason)  # before it is asked to confirm
    return partial(cancel_crisis, order=order)


class _Decision(NamedTuple):
    """One act: its layout, what reads its form, the field a refusal is told at."""

    layout: str
    read: Callable[[Known, _Typed], _Ready]
    field: str
    asks_again: bool = False


_DECISIONS: Mapping[str, _Decision] = {
    "contre-appel": _Decision("call_back", _call_back, "called_back_at"),
    "reference": _Decision("reference", _confirm, "reference"),
    "fausse-alerte": _Decision("cancel", _cancel, "reason", asks_again=True),
    "lever": _Decision("lift", _lift, "authority"),
}


async def _decision(act: str) -> _Decision:
    if act not in _DECISIONS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _DECISIONS[act]


@router.get("/{act}")
async def ask(
    ref: Ref,
    act: str,
    decision: Annotated[_Decision, Depends(_decision)],
    desk: AtDesk,
) -> Response:
    """Ask for what the act needs, and say what follows; or it is not for now."""
    known = await known_of(desk, ref)
    if act not in dict(open_acts(known.crisis)):
        return RedirectResponse(page_of(known).path, 303)
    minute = f"{known.now.astimezone(known.zone):%Y-%m-%dT%H:%M}"
    return shown(desk, decision.layout, _page(known, {"called_back_at": minute}))


@router.post("/{act}")
async def decide(
    ref: Ref,
    decision: Annotated[_Decision, Depends(_decision)],
    desk: AtDesk,
    request: Request,
) -> Response:
    """Do it; the same form posted twice does it once."""
    typed = {name: str(value) for name, value in (await request.form()).items()}
    known = await known_of(desk, ref)
    wrong: dict[str, str] = {}
    try:
        ready = decision.read(known, typed)
        if decision.asks_again and typed.get("confirmed") != YES:
            page = _page(known, typed, told=await _told(desk, ref))
            return shown(desk, decision.layout, page)
        await ready(desk.instance.database)
    except (AlreadyLiftedError, FormAlreadyPostedError):
        pass  # what was asked is done
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        wrong = {name: _WRONG[name]}
    except UnnamedAuthorityError:
        wrong = {"authority": _WRONG["authority"]}
    except PlanError as error:
        wrong = {decision.field: sentence(error)}
    else:
        await desk.set_going(ref)
    if wrong:
        page = _page(known, typed, wrong)
        return shown(desk, decision.layout, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(page_of(known).path, 303)


async def _told(desk: Desk, ref: CrisisRef) -> str:
    async with desk.instance.database.read() as connection:
        number = len(await deliveries.reached(connection, ref))
    if not number:
        return "Personne n'a encore été joint : aucun message ne part."
    reached = f"{people(number)} déjà jointe{'s' * (number > 1)}"
    return f"{reached} : l'annulation et son motif partent aussitôt."


def _page(
    known: Known,
    typed: _Typed,
    errors: Mapping[str, str] | None = None,
    told: str = "",
) -> DecidePage:
    board, crisis = page_of(known), known.crisis
    return DecidePage(
        cpts_name=board.cpts_name,
        fictitious=board.fictitious,
        exercise=board.exercise,
        path=board.path,
        nonce=new_nonce(),
        form={name: typed.get(name, "") for name in _WRONG},
        errors=errors or {},
        ours=crisis.activation.origin is Origin.LOCAL and crisis.confirmed_by is None,
        told=told,
    )
