"""A member's own page: contacts, what they accept, consent, a code for each address."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData

from acts.code import ContactOf, TypedCode
from acts.contact_code import check_code, send_code
from acts.enrolment import Confirm, confirm
from acts.opposition import Stop, resume, stop
from adapters.database import contacts, oppositions, tenants
from adapters.database.plan_links import PlanLink
from domain.contact import readable
from domain.enrolment import NOTICE, Enrolment
from domain.errors import PlanError
from domain.opposition import Scope, Via
from domain.person import Link
from domain.reach import Contact, Freshness, Medium, code_channel
from domain.refusal import first_refusal
from domain.sentences import sentence
from web.console import new_nonce
from web.desk import Desk
from web.reach import ContactView, view_of
from web.views import Page

_SAVED = "C'est enregistré."
_NAMES = {"email": "courriel", "mobile": "mobile", "phone2": "second numéro"}


@dataclass(frozen=True)
class OwnContact:
    """One address of theirs, and whether a code may prove it."""

    view: ContactView
    by: str  # what would bring a code there: COURRIEL, SMS, APPEL; empty: nothing


@dataclass(frozen=True, kw_only=True)
class EnrolPage(Page):
    """All that is known of one member, and what they may change."""

    person: str
    profession: str
    zone: str
    email: str
    mobile: str
    phone2: str
    contacts: tuple[OwnContact, ...]
    types: tuple[tuple[str, str, bool], ...]  # code, label, accepted
    volunteer: bool
    at_night: bool
    routine_refused: bool
    notice: tuple[str, ...]
    card: str  # where the contact card is
    sent_to: str = ""  # the medium that a code just went to
    thanks: str = ""
    error: str = ""
    nonce: str


class _Posted(BaseModel):
    """Which button of the page."""

    act: str = Field(pattern="^(save|send|check|routine)$")
    nonce: str = Field(default="", max_length=64)
    medium: Medium = Medium.MAIL
    code: str = Field(default="", max_length=20)
    on: bool = False


async def shown(desk: Desk, link: PlanLink, token: str) -> HTMLResponse:
    """Show all that is known of this member; nothing is written."""
    return await _page(desk, link, token)


async def posted(
    desk: Desk, link: PlanLink, token: str, form: FormData
) -> HTMLResponse:
    """Save, send a code, check one, or stop routine letters; then show."""
    try:
        said = _Posted.model_validate(dict(form.items()))
        told = await _do(desk, link, said, form)
    except ValidationError as refused:
        place, rule = first_refusal(refused, dict(form.items()))
        return await _page(desk, link, token, error=f"{_NAMES.get(place, '')} {rule}")
    except PlanError as refused:
        return await _page(desk, link, token, error=sentence(refused))
    sent = said.medium if said.act == "send" else ""
    return await _page(desk, link, token, thanks=told, sent_to=sent)


async def _do(desk: Desk, link: PlanLink, said: _Posted, form: FormData) -> str:
    database, key = desk.instance.database, desk.instance.keys.link_key
    who = {"cpts_id": link.cpts_id, "person_id": link.subject or ""}
    if said.act == "save":
        order = Confirm(link=link, said=_enrolment(form), nonce=said.nonce)
        await confirm(database, order)
        return _SAVED
    if said.act == "send":
        to = ContactOf.model_validate({**who, "medium": said.medium})
        await desk.hand_over(await send_code(database, to, key))
        return "Un code est parti. Il arrive dans la minute."
    if said.act == "check":
        typed = {**who, "medium": said.medium, "code": said.code}
        await check_code(database, TypedCode.model_validate(typed), key)
        return "C'est vérifié."
    order_ = Stop.model_validate({**who, "scope": Scope.ROUTINE, "via": Via.PAGE})
    await (stop if said.on else resume)(database, order_)
    return "C'est noté."


def _enrolment(form: FormData) -> Enrolment:
    typed = {name: str(form.get(name) or "").strip() or None for name in _NAMES}
    return Enrolment.model_validate(
        {
            **typed,
            "volunteer": "volunteer" in form,
            "accepted_types": form.getlist("types"),
            "reachable_at_night": "night" in form,
            "consents": "consents" in form,
        }
    )


async def _page(  # noqa: PLR0913 - what was just done, said once each
    desk: Desk,
    link: PlanLink,
    token: str,
    *,
    thanks: str = "",
    error: str = "",
    sent_to: str = "",
) -> HTMLResponse:
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        known = await contacts.of_person(
            connection, link.cpts_id, link.subject or "", database.now()
        )
        refused = await oppositions.of_cpts(connection, link.cpts_id)
        template = await desk.instance.template_of(connection, link.cpts_id)
    person = known.person
    labels = {each.code: each.label for each in template.professions}
    page = EnrolPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        fictitious=tenant.fictitious,
        person=person.full_name,
        profession=labels.get(person.profession, person.profession),
        zone=person.zone or "",
        email=person.email or "",
        mobile=readable(person.mobile) if person.mobile else "",
        phone2=readable(person.phone2) if person.phone2 else "",
        contacts=tuple(
            OwnContact(view_of(each, tenant.zone_info), _carrier(desk, each))
            for each in known.contacts
        ),
        types=tuple((t.code, t.label, person.accepts(t.code)) for t in template.types),
        volunteer=person.link is Link.VOLUNTEER,
        at_night=person.reachable_at_night,
        routine_refused=any(
            each.person_id == link.subject and each.scope is Scope.ROUTINE
            for each in refused
        ),
        notice=NOTICE,
        card=f"/plan/{token}/contact.vcf",
        sent_to=sent_to,
        thanks=thanks,
        error=error,
        nonce=new_nonce(),
    )
    return HTMLResponse(desk.views.plan("enrol", page), 422 if error else 200)


def _carrier(desk: Desk, known: Contact) -> str:
    """Say what would bring a code that proves an address; verified, it needs none."""
    if known.freshness is Freshness.VERIFIED:
        return ""
    carried = desk.instance.database.providers.channels
    return code_channel(known.medium, known.address, carried) or ""
