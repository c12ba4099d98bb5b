"""Opening the link of a page: what it is about, and who was wrong too often."""

from collections.abc import Collection

from adapters.database import links, plan_links, standing
from adapters.database.links import LinkRow
from adapters.database.plan_links import PlanLink
from adapters.database.standing import Standing
from domain.errors import ExpiredLinkError, ExpiredPlanLinkError, UnknownLinkError
from domain.link import Purpose
from domain.reference import CrisisRef
from web.desk import Desk


async def find(desk: Desk, visitor: str, purpose: Purpose, token: str) -> LinkRow:
    """Say what a link of one purpose opens.

    Raises:
        ExpiredLinkError: It opened something once.
        TooManyTriesError: This visitor was wrong too often.
        UnknownLinkError: Nothing.
    """
    return await find_any(desk, visitor, (purpose,), token)


async def find_any(
    desk: Desk, visitor: str, purposes: Collection[Purpose], token: str
) -> LinkRow:
    """Say what a link of any of these purposes opens.

    Raises:
        ExpiredLinkError: It opened something once.
        TooManyTriesError: This visitor was wrong too often.
        UnknownLinkError: Nothing.
    """
    desk.let_in(visitor)
    database = desk.instance.database
    try:
        async with database.read() as connection:
            return await links.find_any(connection, purposes, token, database.now())
    except (UnknownLinkError, ExpiredLinkError):
        desk.count_wrong(visitor)
        raise


async def find_plan_link(desk: Desk, visitor: str, token: str) -> PlanLink:
    """Say what the link of a letter about the plan opens.

    Raises:
        ExpiredPlanLinkError: It opened something once.
        TooManyTriesError: This visitor was wrong too often.
        UnknownLinkError: Nothing.
    """
    desk.let_in(visitor)
    database = desk.instance.database
    try:
        async with database.read() as connection:
            return await plan_links.find(connection, token, database.now())
    except (UnknownLinkError, ExpiredPlanLinkError):
        desk.count_wrong(visitor)
        raise


async def standing_of(desk: Desk, link: LinkRow) -> Standing:
    """Say where the person of a link stands.

    Raises:
        UnknownLinkError: They were neither asked nor told in this crisis.
    """
    ref = CrisisRef(cpts_id=link.cpts_id, crisis_id=link.crisis_id)
    async with desk.instance.database.read() as connection:
        return await standing.of_person(connection, ref, link.person_id or "")
