"""Links: the hash of each token, what it opens, until when."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import String, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import Instant, given
from adapters.database.tables import links, nonces
from adapters.database.unit import Act
from domain.errors import ExpiredLinkError, UnknownLinkError
from domain.link import Purpose, is_well_formed, token_hash


class LinkRow(BaseModel):
    """What a link opens."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    crisis_id: str
    person_id: str | None
    document_id: str | None


async def add(act: Act, rows: Iterable[Mapping[str, object]]) -> None:
    """Keep links: token_hash, purpose, crisis_id, person or document, expires_at."""
    values = [
        {"person_id": None, "document_id": None, **row, "cpts_id": act.cpts_id}
        for row in rows
    ]
    if values:
        await act.connection.execute(insert(links), values)


_OPENED = select(links).where(
    links.c.token_hash == given("k_hash"), links.c.purpose == given("k_purpose")
)
_USED = select(nonces.c.nonce).where(
    nonces.c.cpts_id == given("k_cpts"), nonces.c.nonce == given("k_nonce")
)
_USE = (
    insert(nonces)
    .from_select(
        ("cpts_id", "nonce", "used_at"),
        select(
            given("k_cpts", String), given("k_nonce", String), given("k_at", Instant)
        ).where(~_USED.exists()),
    )
    .returning(nonces.c.nonce)
)


async def find(
    connection: AsyncConnection, purpose: Purpose, value: str, now: datetime
) -> LinkRow:
    """Say what a token opens.

    Raises:
        UnknownLinkError: Nothing, or it was revoked, or it has another purpose.
        ExpiredLinkError: It did once.
    """
    if not is_well_formed(value):
        raise UnknownLinkError
    named = {"k_hash": token_hash(value), "k_purpose": purpose}
    found = await connection.execute(_OPENED, named)
    row = found.one_or_none()
    if row is None or row.revoked_at is not None:
        raise UnknownLinkError
    if now >= row.expires_at:
        raise ExpiredLinkError
    return LinkRow.model_validate(row)


async def use_nonce(act: Act, nonce: str) -> bool:
    """Note that a form was posted; False if it was before."""
    named = {"k_cpts": act.cpts_id, "k_nonce": nonce, "k_at": act.at}
    return await act.connection.scalar(_USE, named) is not None
