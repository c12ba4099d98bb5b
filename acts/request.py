"""An authority's own link, and the request for help that it posts."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from acts.crisis import OpenCrisis, open_crisis
from adapters.database import crises, request_links, tenants
from adapters.database.request_links import RequestLink
from adapters.database.unit import Database
from domain.crisis import CrisisState
from domain.errors import OrderAlreadyOpenError
from domain.link import Purpose, token
from domain.reference import CrisisRef
from domain.request import HelpRequest, entitled

LINK_LIFE = timedelta(days=366)  # until the next yearly review of the plan
ASKING = "AUTORITE"  # the actor of what an authority posts


class LinkOrder(BaseModel):
    """The order to make, or to take back, the link of a contact."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    contact: str
    actor: str


async def make_request_link(
    database: Database, order: LinkOrder, link_key: bytes
) -> tuple[str, datetime]:
    """Give a contact a link, and take back the one before: its token, its end.

    Raises:
        UnknownContactError: No such contact, or it may not mobilise a CPTS.
        UnknownCptsError: No such CPTS.
    """
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.get(act.connection, order.cpts_id)
        contact, _ = entitled(tenant, order.contact)
        await request_links.revoke(act, contact.code)
        subject = f"{order.cpts_id}.{contact.code}.{act.at.isoformat()}"
        value = token(link_key, Purpose.REQUEST, subject)
        expires_at = act.at + LINK_LIFE
        await request_links.add(act, contact.code, value, expires_at)
        act.note(
            "request.link_made",
            about=order.cpts_id,
            actor=order.actor,
            facts={"contact": contact.code},
        )
    return value, expires_at


async def revoke_request_link(database: Database, order: LinkOrder) -> int:
    """Take back the link of a contact; count those that opened something.

    Raises:
        UnknownContactError: No such contact, or it may not mobilise a CPTS.
        UnknownCptsError: No such CPTS.
    """
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.get(act.connection, order.cpts_id)
        contact, _ = entitled(tenant, order.contact)
        revoked = await request_links.revoke(act, contact.code)
        if revoked:
            act.note(
                "request.link_revoked",
                about=order.cpts_id,
                actor=order.actor,
                facts={"contact": contact.code},
            )
    return revoked


async def ask_for_help(
    database: Database,
    link: RequestLink,
    request: HelpRequest,
    link_key: bytes,
    nonce: str,
) -> CrisisRef:
    """Open a pre-alert on the request of an authority: its cell is told, no more.

    Raises:
        OrderAlreadyOpenError: It asked already, and the pre-alert still waits.
        PlanError: As `acts.crisis.open_crisis`.
    """
    async with database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        known = await crises.all_of(connection, link.cpts_id)
    contact, authority = entitled(tenant, link.contact)
    for crisis in known:
        said = crisis.activation
        if (
            crisis.state is CrisisState.PRE_ALERT
            and (said.authority, said.exercise) == (authority, request.exercise)
            and said.types == (request.type,)
        ):
            raise OrderAlreadyOpenError(crisis=crisis.crisis_id)
    activation = request.activation(authority, contact, database.now())
    order = OpenCrisis(
        cpts_id=link.cpts_id, activation=activation, actor=ASKING, nonce=nonce
    )
    return await open_crisis(database, order, link_key)
