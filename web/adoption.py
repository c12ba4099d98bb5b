"""`/cpts/{cpts}/plan/adoption`: a version leaves, is answered, decided, circulated."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from acts.adoption import (
    DecidePlan,
    RecordOpinion,
    SubmitPlan,
    decide_plan,
    record_opinion,
    submit_plan,
)
from acts.circulation import Circulate
from acts.plan_copy import SendCopy, TypedReceipt, record_typed_receipt
from adapters.database import tenants
from domain.adoption import Moment, edition_for
from domain.cells import day
from domain.errors import PlanError
from domain.refusal import first_refusal
from domain.sentences import sentence
from instance import Instance
from plan_archive import circulate, send_plan
from web.adoption_page import adoption_page
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/adoption", dependencies=[Depends(from_this_machine)]
)
_FIELDS = {
    "despite": "Motif",
    "name": "Qui a répondu",
    "on": "Date",
    "opinion": "Avis",
    "present": "Présents",
    "quorum": "Quorum",
    "reason": "Motif du refus",
    "words": "Mots de l'ARS",
}


class AdoptionForm(BaseModel):
    """What the forms of the page post; `act` says which one."""

    model_config = ConfigDict(str_strip_whitespace=True)

    act: str = ""
    nonce: str = ""
    despite: str = ""
    contacts: list[str] = []
    opinion: str = ""
    words: str = ""
    answered_on: str = ""
    signed_by: str = ""
    present: str = ""
    quorum: str = ""
    decided_on: str = ""
    decision: str = ""
    reason: str = ""
    contact: str = ""
    name: str = ""
    received_on: str = ""


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk) -> HTMLResponse:
    """Show where the versions stand, and what may follow."""
    return await _shown(desk, cpts_id, AdoptionForm(), "")


@router.post("")
async def act(
    cpts_id: str, desk: AtDesk, form: Annotated[AdoptionForm, Form()]
) -> Response:
    """Do what one of the forms asks."""
    chosen = _ACTS.get(form.act)
    if chosen is None:
        return await _shown(desk, cpts_id, form, "Choisissez un des boutons.")
    facts = form.model_dump() | {"cpts_id": cpts_id, "actor": ACTOR}
    try:
        await chosen(desk.instance, form, facts)
    except PlanError as refused:
        return await _shown(desk, cpts_id, form, sentence(refused))
    except ValidationError as refused:
        place, rule = first_refusal(refused, facts)
        said = f"{_FIELDS.get(place, place)} : {rule}. Rien n'est inscrit."
        return await _shown(desk, cpts_id, form, said)
    except ValueError as refused:  # a day
        return await _shown(desk, cpts_id, form, f"{refused}. Rien n'est inscrit.")
    return RedirectResponse(f"/cpts/{cpts_id}/plan/adoption", HTTPStatus.SEE_OTHER)


Facts = Mapping[str, object]


async def _submit(instance: Instance, form: AdoptionForm, facts: Facts) -> None:
    said = {**facts, "despite": form.despite or None}
    await submit_plan(instance.database, SubmitPlan.model_validate(said))


async def _send(instance: Instance, form: AdoptionForm, facts: Facts) -> None:
    async with instance.database.read() as connection:
        tenant = await tenants.get(connection, str(facts["cpts_id"]))
    for contact in form.contacts:
        edition = edition_for(tenant, contact)
        said = {**facts, "contact": contact, "edition": edition}
        await send_plan(instance, SendCopy.model_validate(said))


async def _opinion(instance: Instance, form: AdoptionForm, facts: Facts) -> None:
    on = await _day(instance, facts, form.answered_on)
    said = {**facts, "on": on, "words": form.words or None}
    await record_opinion(instance.database, RecordOpinion.model_validate(said))


async def _decide(instance: Instance, form: AdoptionForm, facts: Facts) -> None:
    adopted = form.decision == "ADOPTEE"
    reason = None if adopted else form.reason or None
    on = await _day(instance, facts, form.decided_on)
    said = {**facts, "on": on, "adopted": adopted, "reason": reason}
    await decide_plan(instance.database, DecidePlan.model_validate(said))


async def _receive(instance: Instance, form: AdoptionForm, facts: Facts) -> None:
    said = {**facts, "on": await _day(instance, facts, form.received_on)}
    await record_typed_receipt(instance.database, TypedReceipt.model_validate(said))


async def _circulate(instance: Instance, _form: AdoptionForm, facts: Facts) -> None:
    await circulate(instance, Circulate.model_validate(facts))


_ACTS: Mapping[str, Callable[[Instance, AdoptionForm, Facts], Awaitable[None]]] = {
    "submit": _submit,
    "send": _send,
    "opinion": _opinion,
    "decide": _decide,
    "receive": _receive,
    "circulate": _circulate,
}


async def _day(instance: Instance, facts: Facts, text: str) -> date:
    """Read a day, today where the CPTS is if none is typed.

    Raises:
        ValueError: It is no day; the sentence is in French.
    """
    return day(text) if text else (await _now(instance, str(facts["cpts_id"]))).today


async def _now(instance: Instance, cpts_id: str) -> Moment:
    async with instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
    return Moment(instance.database.now(), tenant.zone_info)


async def _shown(
    desk: Desk, cpts_id: str, form: AdoptionForm, error: str
) -> HTMLResponse:
    now = await _now(desk.instance, cpts_id)
    typed = form.model_dump(exclude={"contacts"})
    async with desk.instance.database.read() as connection:
        page = await adoption_page(connection, cpts_id, now, typed, error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "adoption", page, status)
