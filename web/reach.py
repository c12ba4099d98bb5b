"""`/cpts/{cpts}/joindre`: whom two verified ways reach, whom to ask, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts.contact import VerifyContact, verify_contact
from acts.opposition import Stop, resume, stop
from adapters.database import (
    contacts,
    join_requests,
    oppositions,
    roll_calls,
    tenants,
)
from domain.calendar import french_day, french_instant
from domain.contact import readable
from domain.mission_errors import UnknownPersonError
from domain.opposition import Scope, Via
from domain.reach import Contact, Freshness, How, Medium, ReachLine, reach
from web.console import ACTOR, shown
from web.desk import AtDesk
from web.door import from_this_machine
from web.join_line import JoinLine, lines_of
from web.roll_call import LABELS
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/joindre", dependencies=[Depends(from_this_machine)]
)
_CALLS = 8  # of the last months
_SHOWN = 100  # people to ask: the first to call, not the whole directory
MEDIA = {
    Medium.MAIL: "Courriel",
    Medium.MOBILE: "Mobile",
    Medium.PHONE: "Second numéro",
}
_HOW = {
    How.CODE: "par un code",
    How.ANSWER: "par une réponse",
    How.CALL: "par un appel",
    How.TYPED: "dit à la coordination",
    How.RETURNED: "un courriel n'a pas été remis",
}
_WORTH = {
    Freshness.VERIFIED: "vérifié",
    Freshness.STALE: "périmé : vérifié",
    Freshness.UNVERIFIED: "à vérifier :",
}
_SCOPES = {
    Scope.ALERT: "STOP pour une alerte",
    Scope.ROUTINE: "Plus de courriels non urgents",
    Scope.EVER: "Plus aucun message, ceux de sécurité compris",
}
_TYPED_SCOPES = (Scope.ROUTINE, Scope.EVER)  # the alert's own is said on its page


@dataclass(frozen=True)
class AskLine:
    """Somebody to ask."""

    person_id: str
    name: str
    verified: int
    phone: str


@dataclass(frozen=True)
class CallLine:
    """Something that was asked of many."""

    roll_call_id: str
    label: str
    opened_at: str


@dataclass(frozen=True, kw_only=True)
class ReachPage(Page):
    """The score of a CPTS."""

    cpts_id: str
    members: int
    two: int
    percent: int
    lines: tuple[ReachLine, ...]
    professions: Mapping[str, str]  # label by code
    to_ask: tuple[AskLine, ...]
    more: int
    calls: tuple[CallLine, ...] = ()
    joining: tuple[JoinLine, ...] = ()


@dataclass(frozen=True)
class ContactView:
    """One way to reach somebody, in words."""

    medium: Medium
    label: str
    address: str
    standing: str
    good: bool
    shared: bool


@dataclass(frozen=True)
class ScopeView:
    """Something that somebody refuses, or may refuse."""

    scope: Scope
    label: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class MemberContactsPage(Page):
    """One person, and how to reach them."""

    cpts_id: str
    person_id: str
    name: str
    contacts: tuple[ContactView, ...]
    scopes: tuple[ScopeView, ...]


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk) -> HTMLResponse:
    """Show the score, and whom to ask."""
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        everyone = await contacts.of_cpts(connection, cpts_id, database.now())
        calls = await roll_calls.of_cpts(connection, cpts_id)
        waiting = await join_requests.waiting(connection, cpts_id)
        template = await desk.instance.template_of(connection, cpts_id)
    score = reach(everyone)
    labels = {each.code: each.label for each in template.professions}
    page = ReachPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        cpts_id=cpts_id,
        members=score.members,
        two=score.two,
        percent=score.percent,
        lines=score.lines,
        professions=labels,
        to_ask=tuple(
            AskLine(
                each.person_id,
                each.person.full_name,
                each.verified,
                _number(each.person.mobile or each.person.phone2),
            )
            for each in score.to_ask[:_SHOWN]
        ),
        more=max(len(score.to_ask) - _SHOWN, 0),
        calls=tuple(
            CallLine(
                each.roll_call_id,
                LABELS[each.kind],
                french_instant(each.opened_at, tenant.zone_info),
            )
            for each in calls[:_CALLS]
        ),
        joining=lines_of(waiting, everyone, labels, tenant.zone_info),
    )
    return shown(desk, "reach", page)


@router.get("/{person_id}", response_class=HTMLResponse)
async def person(cpts_id: str, person_id: str, desk: AtDesk) -> HTMLResponse:
    """Show how to reach one person.

    Raises:
        UnknownPersonError: Nobody has this id.
    """
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        everyone = await contacts.of_cpts(connection, cpts_id, database.now())
        refused = await oppositions.of_cpts(connection, cpts_id)
    known = next((each for each in everyone if each.person_id == person_id), None)
    if known is None:
        raise UnknownPersonError(person=person_id)
    theirs = {each.scope for each in refused if each.person_id == person_id}
    page = MemberContactsPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        cpts_id=cpts_id,
        person_id=person_id,
        name=known.person.full_name,
        contacts=tuple(view_of(each, tenant.zone_info) for each in known.contacts),
        scopes=tuple(
            ScopeView(scope, _SCOPES[scope], scope in theirs) for scope in _TYPED_SCOPES
        ),
    )
    return shown(desk, "member_contacts", page)


@router.post("/{person_id}/verifie")
async def verified(
    cpts_id: str, person_id: str, desk: AtDesk, medium: Annotated[Medium, Form()]
) -> Response:
    """Note that somebody answered a call."""
    said = VerifyContact(
        cpts_id=cpts_id, person_id=person_id, medium=medium, how=How.CALL, actor=ACTOR
    )
    await verify_contact(desk.instance.database, said)
    return _back(cpts_id, person_id)


@router.post("/{person_id}/messages")
async def messages(
    cpts_id: str,
    person_id: str,
    desk: AtDesk,
    scope: Annotated[Scope, Form()],
    on: Annotated[bool, Form()],
) -> Response:
    """Stop messages, or take it back, as the person said."""
    said = Stop(
        cpts_id=cpts_id, person_id=person_id, scope=scope, via=Via.DESK, actor=ACTOR
    )
    await (stop if on else resume)(desk.instance.database, said)
    return _back(cpts_id, person_id)


def view_of(known: Contact, zone: ZoneInfo) -> ContactView:
    """Say one way to reach somebody, and what it is worth."""
    said = "à vérifier"
    if known.proof is not None:
        day = french_day(known.proof.verified_at, zone)
        said = f"{_WORTH[known.freshness]} le {day}, {_HOW[known.proof.how]}"
    mail = known.medium is Medium.MAIL
    return ContactView(
        medium=known.medium,
        label=MEDIA[known.medium],
        address=known.address if mail else readable(known.address),
        standing=said,
        good=known.freshness is Freshness.VERIFIED,
        shared=known.shared,
    )


def _number(number: str | None) -> str:
    return readable(number) if number else ""


def _back(cpts_id: str, person_id: str) -> RedirectResponse:
    return RedirectResponse(f"/cpts/{cpts_id}/joindre/{person_id}", 303)
