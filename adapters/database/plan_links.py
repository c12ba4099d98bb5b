"""Links of letters about a plan: what each opens, until when, whether it was used."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import plan_links
from adapters.database.unit import Act
from domain.errors import ExpiredPlanLinkError, UnknownLinkError
from domain.link import is_well_formed, token_hash
from domain.notice import NoticeKind


class PlanLink(BaseModel):
    """What a link about a plan opens."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    token_hash: bytes
    kind: NoticeKind
    plan_id: str
    number: int | None
    subject: str | None  # None: a reading is counted, not named
    topic: str | None
    expires_at: datetime
    used_at: datetime | None


async def add_new(act: Act, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep links by the hash of their token; one that is known stays as it was."""
    found = await act.connection.execute(
        select(plan_links.c.token_hash).where(
            plan_links.c.cpts_id == act.cpts_id,
            plan_links.c.token_hash.in_([row["token_hash"] for row in rows]),
        )
    )
    known = set(found.scalars())
    fresh = [
        {**row, "cpts_id": act.cpts_id}
        for row in rows
        if row["token_hash"] not in known
    ]
    if fresh:
        await act.connection.execute(insert(plan_links), fresh)


async def find(connection: AsyncConnection, value: str, now: datetime) -> PlanLink:
    """Say what a token opens.

    Raises:
        UnknownLinkError: Nothing, or it was revoked.
        ExpiredPlanLinkError: It did once.
    """
    if not is_well_formed(value):
        raise UnknownLinkError
    found = await connection.execute(
        select(plan_links).where(
            plan_links.c.token_hash == token_hash(value),
            plan_links.c.revoked_at.is_(None),
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    if now >= row.expires_at:
        raise ExpiredPlanLinkError
    return PlanLink.model_validate(row)


async def use(act: Act, link: PlanLink) -> bool:
    """Note that a link was used; False if it was before."""
    used = await act.connection.execute(
        update(plan_links)
        .where(
            plan_links.c.cpts_id == act.cpts_id,
            plan_links.c.token_hash == link.token_hash,
            plan_links.c.used_at.is_(None),
        )
        .values(used_at=act.at)
        .returning(plan_links.c.token_hash)
    )
    return used.one_or_none() is not None


async def readings(
    connection: AsyncConnection, cpts_id: str
) -> dict[int, tuple[int, int]]:
    """Count, by version, who may read it by a link of theirs, and who says they did."""
    found = await connection.execute(
        select(plan_links.c.number, func.count(), func.count(plan_links.c.used_at))
        .where(
            plan_links.c.cpts_id == cpts_id,
            plan_links.c.kind == NoticeKind.READING,
        )
        .group_by(plan_links.c.number)
        .order_by(plan_links.c.number)
    )
    return {number: (asked, read) for number, asked, read in found.all()}
