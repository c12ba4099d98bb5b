"""A member says who they are: contacts corrected, types accepted, consent given."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from acts.contact import CONTACTS, person_of
from acts.wave import MEMBER
from adapters.database import contacts, enrolments, people, roll_calls, tenants
from adapters.database.links import use_nonce
from adapters.database.plan_links import PlanLink
from adapters.database.unit import Act, Database
from domain.contact_errors import ConsentMissingError
from domain.directory import RosterDiff
from domain.enrolment import Enrolment, notice_digest
from domain.person import CrisisType, Link, Person


class Confirm(BaseModel):
    """What a member posts from their page."""

    model_config = ConfigDict(frozen=True)

    link: PlanLink
    said: Enrolment
    nonce: str


async def confirm(database: Database, order: Confirm) -> None:
    """Write in the directory what a member says; the same form again changes nothing.

    Opening the link of a letter proves the address that it went to.

    Raises:
        ConsentMissingError: A volunteer did not agree.
        UnknownPersonError: They left the directory.
    """
    said, link = order.said, order.link
    if said.volunteer and not said.consents:
        raise ConsentMissingError
    who, call_id = link.subject or "", link.topic or ""
    async with database.act(link.cpts_id) as act:
        await tenants.hold(act)
        was = await person_of(act, who)
        if not await use_nonce(act, order.nonce):
            return
        await contacts.prove_by_letter(act, call_id, who)
        now = _corrected(was, said)
        if now != was:
            await people.apply(act, RosterDiff(new=(), changed=((was, now),), gone=()))
        await enrolments.confirm(act, who, notice_digest() if said.consents else None)
        await roll_calls.answer(act, call_id, who)
        _note(act, who, changed=now != was, consents=said.consents)


def _note(act: Act, who: str, *, changed: bool, consents: bool) -> None:
    act.note(
        "member.confirmed",
        about=act.cpts_id + CONTACTS,
        actor=MEMBER,
        facts={"changed": changed, "consents": consents},
        sealed={"person": who},
    )


def _corrected(was: Person, said: Enrolment) -> Person:
    everything = not said.accepted_types or set(said.accepted_types) == set(CrisisType)
    link = Link.VOLUNTEER if said.volunteer else Link.MEMBER
    return replace(
        was,
        email=said.email,
        mobile=said.mobile,
        phone2=said.phone2,
        link=link,
        accepted_types=() if everything else tuple(map(str, said.accepted_types)),
        reachable_at_night=said.reachable_at_night,
    )
