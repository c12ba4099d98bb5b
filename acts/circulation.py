"""The plan in force goes to members and partners; readings are counted, not named."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.notice import post_notice
from acts.plan_copy import PrintCopy
from adapters.database import documents, people, plan_links, plans, tenants
from adapters.database.plan_links import PlanLink
from adapters.database.unit import Database
from domain.adoption_errors import AlreadyCirculatedError, NotAdoptedError
from domain.calendar import french_date
from domain.cpts import Cpts
from domain.errors import UnknownLinkError
from domain.notice import Notice, NoticeKind, NoticeOrder, Recipient
from domain.plan_version import PlanVersion, VersionStatus
from domain.printed_plan import Copy, Edition
from domain.reference import DocumentRef

LINK_LIFE = timedelta(days=366)  # until the next version
READER = "LECTEUR"  # the actor of a reading: nobody in particular
_WHAT_IT_SAYS = "Il dit qui fait quoi, où et sur quel ordre, le jour d'une crise."
_WHAT_TO_DO = (
    "Lisez ce qui concerne votre profession et votre zone, puis dites-le d'un geste : "
    "votre lecture est comptée, sans votre nom."
)


class Circulate(BaseModel):
    """The order to circulate the version in force."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    actor: str


async def circulate_plan(
    database: Database, order: Circulate, print_copy: PrintCopy, link_key: bytes
) -> int:
    """Write to everybody on the roster and to the partners; count the letters.

    Raises:
        AlreadyCirculatedError: This version was circulated.
        NotAdoptedError: No version is in force.
    """
    async with database.read() as connection:
        version = adopted(await plans.history(connection, order.cpts_id))
        await _check_new(connection, version)
    made = await print_copy(version, Copy(edition=Edition.PUBLIC))
    ref = public_ref(version)
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        await _check_new(act.connection, version)
        row = {
            "document_id": ref.document_id,
            "crisis_id": version.plan_id,
            "plan_number": version.number,
            **made.model_dump(),
        }
        await documents.add(act, row)
        members = await people.all_of(act.connection, act.cpts_id)
        partners = tenant.every_partner
        to = (
            *(_recipient(i, each.full_name, each.email) for i, each in members),
            *(_recipient(each.code, each.name, each.email) for each in partners),
        )
        letters = NoticeOrder(
            kind=NoticeKind.READING,
            plan_id=version.plan_id,
            topic=f"v{version.number}",
            number=version.number,
            notice=_words(tenant, version),
            to=to,
            expires_at=act.at + LINK_LIFE,
        )
        await post_notice(act, letters, link_key)
        act.note(
            "plan.circulated",
            about=version.plan_id,
            actor=order.actor,
            facts={
                "number": version.number,
                "members": len(members),
                "partners": len(partners),
                "without_address": sum(each.address is None for each in to),
                "sha256": made.sha256,
            },
        )
    return len(to)


async def record_reading(database: Database, link: PlanLink) -> None:
    """Count a reading, once a link; nothing says whose it is.

    Its entry is about what was read: thousands would hide the life of the plan.
    """
    async with database.act(link.cpts_id) as act:
        version = await plans.version_row(act.connection, act.cpts_id, link.number or 0)
        if await plan_links.use(act, link):
            act.note(
                "plan.reading",
                about=public_ref(version).document_id,
                actor=READER,
                facts={"number": version.number},
            )


def public_ref(version: PlanVersion) -> DocumentRef:
    """Name what members and partners read of a version."""
    document_id = f"{version.plan_id}.v{version.number}.public"
    return DocumentRef(cpts_id=version.cpts_id, document_id=document_id)


def adopted(history: tuple[PlanVersion, ...]) -> PlanVersion:
    """Give the version in force.

    Raises:
        NotAdoptedError: None is.
    """
    for version in history:
        if version.status is VersionStatus.ADOPTED:
            return version
    raise NotAdoptedError


async def is_circulated(connection: AsyncConnection, version: PlanVersion) -> bool:
    """Was this version circulated?"""
    try:
        await documents.get(connection, public_ref(version))
    except UnknownLinkError:
        return False
    return True


async def _check_new(connection: AsyncConnection, version: PlanVersion) -> None:
    if await is_circulated(connection, version):
        raise AlreadyCirculatedError(number=version.number)


def _recipient(recipient_id: str, name: str, address: str | None) -> Recipient:
    return Recipient(recipient_id=recipient_id, name=name, address=address)


def _words(tenant: Cpts, version: PlanVersion) -> Notice:
    on = version.decision and french_date(version.decision.on)
    adopted_on = f"Le bureau a adopté la version {version.number} du plan le {on}."
    return Notice(
        subject=f"Le plan de crise de la {tenant.name} : à lire",
        paragraphs=(f"{adopted_on} {_WHAT_IT_SAYS}", _WHAT_TO_DO),
        button="Lire le plan",
    )
