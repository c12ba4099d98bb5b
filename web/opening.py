"""Opening the link of a page: what it is about, and who was wrong too often."""

from collections.abc import Collection

from adapters.database import links
from adapters.database.links import LinkRow
from domain.errors import ExpiredLinkError, UnknownLinkError
from domain.link import Purpose
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
