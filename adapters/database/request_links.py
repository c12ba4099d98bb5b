"""Links by which authorities ask for help: one at a time for each contact."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import request_links
from adapters.database.unit import Act
from domain.errors import ExpiredRequestLinkError, UnknownLinkError
from domain.link import is_well_formed, token_hash


class RequestLink(BaseModel):
    """Which contact of which CPTS holds a link."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    contact: str
    expires_at: datetime


async def add(act: Act, contact: str, value: str, expires_at: datetime) -> None:
    """Keep the link of a contact."""
    await act.connection.execute(
        insert(request_links).values(
            cpts_id=act.cpts_id,
            contact=contact,
            token_hash=token_hash(value),
            made_at=act.at,
            expires_at=expires_at,
        )
    )


async def revoke(act: Act, contact: str) -> int:
    """Take back the links of a contact; count those that still opened something."""
    revoked = await act.connection.execute(
        update(request_links)
        .where(
            request_links.c.cpts_id == act.cpts_id,
            request_links.c.contact == contact,
            request_links.c.revoked_at.is_(None),
            request_links.c.expires_at > act.at,
        )
        .values(revoked_at=act.at)
        .returning(request_links.c.token_hash)
    )
    return len(revoked.all())


async def find(connection: AsyncConnection, value: str, now: datetime) -> RequestLink:
    """Say whose link this is.

    Raises:
        UnknownLinkError: Nobody's, or it was revoked.
        ExpiredRequestLinkError: It was once.
    """
    if not is_well_formed(value):
        raise UnknownLinkError
    found = await connection.execute(
        select(request_links).where(
            request_links.c.token_hash == token_hash(value),
            request_links.c.revoked_at.is_(None),
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    if now >= row.expires_at:
        raise ExpiredRequestLinkError
    return RequestLink.model_validate(row)
