"""What the page of the adoption shows: where a version stands, and what may follow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.adoption import presidency
from acts.circulation import is_circulated
from acts.plan_check import Checked, checked
from adapters.database import people, plan_links, plan_sendings, plans, tenants
from domain.adoption import Moment, last_that_left
from domain.adoption_errors import NotSubmittedError
from domain.calendar import french_date, french_day
from domain.cpts import Cpts
from domain.plan_edition import OPINION_LABELS, STATUS_LABELS
from domain.plan_version import Opinion, PlanVersion, VersionStatus
from domain.receiver import receivers
from domain.sending import SentCopy
from web.console import new_nonce
from web.views import Page

ANSWERS = {
    Opinion.FAVOURABLE: "Favorable",
    Opinion.REMARKS: "Avec des remarques",
    Opinion.REFUSED: "Refus",
    Opinion.SILENCE: "Aucune réponse dans le délai",
}
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftView:
    """The version being written, and what it lacks to leave."""

    number: int
    conflicts: int
    incomplete: Choices  # sections: id and title


@dataclass(frozen=True)
class LeftView:
    """The last version that left: its life, its copies, who may decide."""

    number: int
    status: str
    life: tuple[str, ...]  # « Soumise le … »
    waits: bool  # for the bureau
    circulates: bool  # in force, and not circulated yet
    presiding: Choices
    to_send: Choices  # who should have a copy, and has none
    others: Choices  # who may have one too
    awaited: Choices  # whose receipt did not come
    copies: tuple[tuple[str, str], ...]  # to whom, and what came back


@dataclass(frozen=True, kw_only=True)
class AdoptionPage(Page):
    """The draft that may leave, the version that left, and who read."""

    plan: str  # where its sections are
    form: Mapping[str, str]
    draft: DraftView | None
    left: LeftView | None
    readings: tuple[str, ...]
    answers: Choices = tuple(ANSWERS.items())  # of the ARS
    errors: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    nonce: str = field(default_factory=new_nonce)


async def adoption_page(
    connection: AsyncConnection,
    cpts_id: str,
    now: Moment,
    form: Mapping[str, str],
    error: str,
) -> AdoptionPage:
    """Read what the page shows.

    Raises:
        UnknownCptsError: No such CPTS.
        UnknownPlanError: The CPTS has no plan.
    """
    tenant = await tenants.get(connection, cpts_id)
    read = await plan_links.readings(connection, cpts_id)
    try:
        version = last_that_left(await plans.history(connection, cpts_id))
        left = await _left(connection, tenant, version)
    except NotSubmittedError:
        left = None
    return AdoptionPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        plan=f"/cpts/{cpts_id}/plan",
        form=form,
        error=error,
        draft=_draft(await checked(connection, cpts_id, now.at)),
        left=left,
        readings=tuple(
            f"Version {number} : lue par {done} destinataires sur {asked}."
            for number, (asked, done) in read.items()
        ),
    )


def _draft(found: Checked) -> DraftView | None:
    if found.standing.status is not VersionStatus.DRAFT:
        return None
    titles = {s.section_id: s.title for s in found.plan.template.sections}
    return DraftView(
        number=found.plan.number,
        conflicts=len(found.plan.conflicts),
        incomplete=tuple((i, titles[i]) for i in found.check.incomplete),
    )


async def _left(
    connection: AsyncConnection, tenant: Cpts, version: PlanVersion
) -> LeftView:
    plan = await plans.version(
        connection, tenant.cpts_id, version.plan_id, version.number
    )
    known = dict(await people.all_of(connection, tenant.cpts_id))
    copies = tuple(
        copy
        for copy in await plan_sendings.of_plan(connection, tenant.cpts_id)
        if copy.plan_number == version.number
    )
    sent = {copy.contact for copy in copies}
    expected = tuple(code for code in receivers(tenant) if code not in sent)
    written = (p.code for p in tenant.every_partner if p.email)
    others = (*(a.code for a in tenant.authorities), *written)
    return LeftView(
        number=version.number,
        status=STATUS_LABELS[version.status],
        life=tuple(life(version, tenant)),
        waits=version.decision is None,
        circulates=version.status is VersionStatus.ADOPTED
        and not await is_circulated(connection, version),
        presiding=tuple(
            (i, f"{known[i].full_name}{' (suppléance)' if deputy else ''}")
            for i, deputy in presidency(tenant, plan, known).items()
        ),
        to_send=tuple((code, _name(tenant, code)) for code in expected),
        others=tuple(
            (code, _name(tenant, code))
            for code in others
            if code not in sent.union(expected)
        ),
        awaited=tuple(
            (copy.contact, _name(tenant, copy.contact))
            for copy in copies
            if copy.received_at is None
        ),
        copies=tuple(_line(tenant, copy) for copy in copies),
    )


def _line(tenant: Cpts, copy: SentCopy) -> tuple[str, str]:
    day = french_day(copy.sent_at, tenant.zone_info)
    came_back = copy.standing(tenant.zone_info)
    said = f"Parti le {day}. {came_back[:1].upper()}{came_back[1:]}."
    return _name(tenant, copy.contact), said


def _name(tenant: Cpts, code: str) -> str:
    contact = tenant.contact(code)
    return contact.name if contact else code


def life(version: PlanVersion, tenant: Cpts) -> Iterator[str]:
    """Say what happened to a version since it left, a sentence a step."""
    zone = tenant.zone_info
    if version.submitted_at:
        yield f"Soumise le {french_day(version.submitted_at, zone)}."
    if version.submitted_despite:
        yield f"Partie incomplète : {version.submitted_despite}"
    if version.opinion and version.opinion_at:
        said = OPINION_LABELS[version.opinion]
        yield f"Avis de l'ARS, le {french_day(version.opinion_at, zone)} : {said}."
    if version.opinion_words:
        yield f"Ses mots : {version.opinion_words}"
    if decision := version.decision:
        done = "Adoptée" if decision.adopted else "Refusée"
        by = f"{decision.present} présents, quorum {decision.quorum}"
        yield f"{done} par le bureau le {french_date(decision.on)} ({by})."
        if decision.reason:
            yield f"Motif : {decision.reason}"
