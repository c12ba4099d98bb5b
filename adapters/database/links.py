"""Links: the hash of each token, what it opens, until when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import String, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import Instant, given
from adapters.database.many import insert_all
from adapters.database.tables import cpts, links, nonces
from adapters.database.unit import Act
from domain.errors import ExpiredLinkError, UnknownLinkError
from domain.link import Purpose, is_well_formed, token_hash
from domain.reference import CrisisRef


class LinkRow(BaseModel):
    """What a link opens."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    crisis_id: str
    purpose: Purpose
    person_id: str | None
    structure_id: str | None
    partner_id: str | None
    document_id: str | None


_NOTHING: Mapping[str, object] = {}


async def add(
    act: Act,
    rows: Sequence[Mapping[str, object]],
    same: Mapping[str, object] = _NOTHING,
) -> None:
    """Keep links: token_hash, purpose, crisis_id, what it is about, expires_at.

    Args:
        act: The act.
        rows: What each link has of its own; all of them name the same things.
        same: What all of them have.
    """
    await insert_all(act.connection, links, rows, {**same, "cpts_id": act.cpts_id})


_OPENED = select(links).where(
    links.c.cpts_id.in_(select(cpts.c.cpts_id)),  # SQLite looks in each of them
    links.c.token_hash == given("k_hash"),
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
    """Say what a token of one purpose opens.

    Raises:
        UnknownLinkError: Nothing, or it was revoked, or it has another purpose.
        ExpiredLinkError: It did once.
    """
    return await find_any(connection, (purpose,), value, now)


async def find_any(
    connection: AsyncConnection,
    purposes: Collection[Purpose],
    value: str,
    now: datetime,
) -> LinkRow:
    """Say what a token of any of these purposes opens.

    Raises:
        UnknownLinkError: Nothing, or it was revoked, or it has another purpose.
        ExpiredLinkError: It did once.
    """
    if not is_well_formed(value):
        raise UnknownLinkError
    found = await connection.execute(_OPENED, {"k_hash": token_hash(value)})
    rows = found.all()
    row = rows[0] if len(rows) == 1 else None  # the same in two CPTS: for neither
    if row is None or row.purpose not in purposes or row.revoked_at is not None:
        raise UnknownLinkError
    if now >= row.expires_at:
        raise ExpiredLinkError
    return LinkRow.model_validate(row)


async def places_of(connection: AsyncConnection, ref: CrisisRef) -> frozenset[str]:
    """Say which places of a crisis have their link."""
    found = await connection.execute(
        select(links.c.structure_id).where(
            links.c.cpts_id == ref.cpts_id,
            links.c.crisis_id == ref.crisis_id,
            links.c.purpose == Purpose.SURVEY,
        )
    )
    return frozenset(found.scalars())


async def use_nonce(act: Act, nonce: str) -> bool:
    """Note that a form was posted; False if it was before."""
    named = {"k_cpts": act.cpts_id, "k_nonce": nonce, "k_at": act.at}
    return await act.connection.scalar(_USE, named) is not None
