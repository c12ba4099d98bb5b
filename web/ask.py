"""`/a/{token}`: an authority asks for help; its request wakes the crisis cell only."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from acts.request import ask_for_help
from adapters.database import plans, request_links, tenants
from adapters.database.request_links import RequestLink
from domain.calendar import french_hour
from domain.contact import readable
from domain.crisis import ActivatedType
from domain.errors import (
    ExpiredRequestLinkError,
    FormAlreadyPostedError,
    OrderAlreadyOpenError,
    PatientDataError,
    UnknownLinkError,
    UnknownTypeError,
)
from domain.request import HelpRequest, entitled
from web.ask_form import AskForm, AskPage
from web.console import new_nonce
from web.declare import choices
from web.desk import AtDesk, Desk, Visitor

router = APIRouter()
_WANTED = {
    "name": "Écrivez vos nom et prénom.",
    "function": "Écrivez votre fonction.",
    "scenario": "Choisissez ce qui se passe.",
    "mission": "Écrivez ce que vous demandez à la CPTS, en 300 caractères au plus.",
    "place": "Écrivez où, en 60 caractères au plus.",
}
_PATIENT = "Ce texte semble contenir l'identité d'un patient : retirez-la."
_FIELDS = {"caller": "name", "caller_function": "function", "perimeter": "place"}


@router.get("/a/{token}", response_class=HTMLResponse)
async def show(token: str, desk: AtDesk, visitor: Visitor) -> HTMLResponse:
    """Show the form; nothing is written."""
    link = await _find(desk, visitor, token)
    return _shown(desk, await _page(desk, link, AskForm(nonce=new_nonce())))


@router.post("/a/{token}", response_class=HTMLResponse)
async def ask(
    token: str, desk: AtDesk, visitor: Visitor, form: Annotated[AskForm, Form()]
) -> HTMLResponse:
    """Open a pre-alert, and say who will call back."""
    link = await _find(desk, visitor, token)
    page = await _page(desk, link, form)
    wrong = {name: said for name, said in _WANTED.items() if not getattr(form, name)}
    if wrong:
        return _shown(desk, replace(page, errors=wrong))
    try:
        received = await _asked(desk, link, form)
    except ValidationError as error:
        names = (str(each["loc"][0]) for each in error.errors())
        wrong = {n: _WANTED[n] for n in (_FIELDS.get(name, name) for name in names)}
    except UnknownTypeError:
        wrong = {"scenario": _WANTED["scenario"]}
    except PatientDataError:
        wrong = {"mission": _PATIENT}
    else:
        return _shown(desk, replace(page, received=received))
    return _shown(desk, replace(page, errors=wrong))


async def _find(desk: Desk, visitor: str, token: str) -> RequestLink:
    """Say whose link this is.

    Raises:
        ExpiredRequestLinkError: It was somebody's once.
        TooManyTriesError: This visitor was wrong too often.
        UnknownLinkError: Nobody's.
    """
    desk.let_in(visitor)
    database = desk.instance.database
    try:
        async with database.read() as connection:
            return await request_links.find(connection, token, database.now())
    except (UnknownLinkError, ExpiredRequestLinkError):
        desk.count_wrong(visitor)
        raise


async def _asked(desk: Desk, link: RequestLink, form: AskForm) -> str:
    """Ask; say that it is written down, now or before."""
    database, key = desk.instance.database, desk.instance.keys.link_key
    code, _, scenario = form.scenario.partition("/")
    request = HelpRequest(
        name=form.name,
        function=form.function,
        type=ActivatedType(code=code, scenarios=(scenario,)),
        place=form.place,
        mission=form.mission,
        exercise=bool(form.exercise),
    )
    try:
        ref = await ask_for_help(database, link, request, key, form.nonce)
    except (OrderAlreadyOpenError, FormAlreadyPostedError):
        return "Votre demande était déjà inscrite ; rien de plus n'est parti."
    await desk.set_going(ref)
    async with database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
    return f"Demande inscrite à {french_hour(database.now(), tenant.zone_info)}."


async def _page(desk: Desk, link: RequestLink, form: AskForm) -> AskPage:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        plan, _ = await plans.in_force(connection, link.cpts_id)
    contact, _ = entitled(tenant, link.contact)
    return AskPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        fictitious=tenant.fictitious,
        exercise=bool(form.exercise),
        contact=contact.name,
        call_back=readable(contact.out_of_hours or contact.phone),
        nonce=form.nonce,
        types=choices(plan, [form.scenario]),
        form=form,
    )


def _shown(desk: Desk, page: AskPage) -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if page.errors else HTTPStatus.OK
    return HTMLResponse(desk.views.console("ask", page), status)
