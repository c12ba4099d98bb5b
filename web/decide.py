"""`/{cpts}/crise/{crise}/{acte}`: what completes an order or ends a crisis."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from domain.crisis import Origin
from domain.errors import AlreadyLiftedError, FormAlreadyPostedError, PlanError
from domain.order_errors import LetterUnderWayError, UnnamedAuthorityError
from domain.sentences import sentence
from web import ending_decisions, letter, order_decisions, wave_decisions
from web.board import Ref, known_of
from web.console import new_nonce, shown
from web.decision import DecidePage, Decision, Typed
from web.declare import choices
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around
from web.open_acts import is_open
from web.order_form import YES

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}", dependencies=[Depends(from_this_machine)]
)
_DECISIONS = {
    **order_decisions.DECISIONS,
    **letter.DECISIONS,
    **wave_decisions.DECISIONS,
    **ending_decisions.DECISIONS,
}
_DONE = (AlreadyLiftedError, FormAlreadyPostedError, LetterUnderWayError)
_NOW = ("called_back_at", "received_at", "from_at")  # the present is likely


async def _decision(act: str) -> Decision:
    if act not in _DECISIONS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _DECISIONS[act]


@router.get("/{act}")
async def ask(
    ref: Ref,
    act: str,
    decision: Annotated[Decision, Depends(_decision)],
    desk: AtDesk,
) -> Response:
    """Ask for what the act needs, and say what follows; or it is not for now."""
    known = await known_of(desk, ref)
    if not is_open(known, act):
        return RedirectResponse(known.path, 303)
    minute = f"{known.now.astimezone(known.zone):%Y-%m-%dT%H:%M}"
    told = "" if decision.asks_again else await _told(desk, decision, known, Typed({}))
    likely = {"kinetic": known.crisis.kinetic, **dict.fromkeys(_NOW, minute)}
    page = _page(known, decision, Typed(likely), told=told)
    return shown(desk, decision.layout, page)


@router.post("/{act}")
async def decide(
    ref: Ref,
    decision: Annotated[Decision, Depends(_decision)],
    desk: AtDesk,
    request: Request,
) -> Response:
    """Do it; the same form posted twice does it once."""
    form = await request.form()
    typed = Typed([(name, str(value)) for name, value in form.multi_items()])
    known = await known_of(desk, ref)
    wrong: dict[str, str] = {}
    try:
        ready = decision.read(known, typed)
        if decision.asks_again and typed.get("confirmed") != YES:
            told = await _told(desk, decision, known, typed)
            page = _page(known, decision, typed, told=told)
            return shown(desk, decision.layout, page)
        await ready(desk.instance)
    except _DONE:
        pass  # what was asked is done
    except (PlanError, ValidationError) as error:
        wrong = _wrong(decision, error)
    else:
        await desk.set_going(ref)
    if wrong:
        told = "" if decision.asks_again else await _told(desk, decision, known, typed)
        page = _page(known, decision, typed, wrong, told)
        return shown(desk, decision.layout, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(known.path, 303)


def _wrong(decision: Decision, error: PlanError | ValidationError) -> dict[str, str]:
    """Say at which field, and in which sentence, something is refused."""
    first = next(iter(decision.fields), "")
    if isinstance(error, UnnamedAuthorityError):
        return {"authority": decision.fields["authority"]}
    if isinstance(error, PlanError):
        return {first: sentence(error)}
    name = str(next(iter(error.errors()[0]["loc"]), first))
    return {name: decision.fields[name]}


async def _told(desk: Desk, decision: Decision, known: Known, typed: Typed) -> str:
    if decision.tells is None:
        return ""
    async with desk.instance.database.read() as connection:
        return await decision.tells(connection, known, typed)


def _page(
    known: Known,
    decision: Decision,
    typed: Typed,
    errors: Mapping[str, str] | None = None,
    told: str = "",
) -> DecidePage:
    crisis, chosen = known.crisis, typed.getlist("scenarios")
    given = {each.code: known.type_label(each.code) for each in known.types}
    return DecidePage(
        **around(known),
        nonce=new_nonce(),
        form={name: typed.get(name, "") for name in decision.fields},
        chosen=tuple(typed.getlist("zones")),
        errors=errors or {},
        ours=crisis.activation.origin is Origin.LOCAL and crisis.confirmed_by is None,
        told=told,
        zones=known.tenant.zones,
        ordered=crisis.activation.zones,
        types=tuple(given.items()),
        waves=wave_decisions.steerable(known),
        others=tuple(
            each for each in choices(known.plan, chosen) if each.code not in given
        ),
    )
