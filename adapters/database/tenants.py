"""CPTS: each a tenant, with the whole of its file."""

from functools import lru_cache

from sqlalchemy import Text, cast, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import cpts
from adapters.database.unit import Act
from domain.cpts import Cpts
from domain.errors import CptsExistsError, UnknownCptsError


async def add(act: Act, tenant: Cpts) -> None:
    """Add a CPTS.

    Raises:
        CptsExistsError: One has this id already.
    """
    known = await act.connection.execute(
        select(cpts.c.cpts_id).where(cpts.c.cpts_id == tenant.cpts_id)
    )
    if known.scalar_one_or_none():
        raise CptsExistsError(cpts=tenant.cpts_id)
    row = {"content": tenant.model_dump(mode="json"), "added_at": act.at}
    try:
        await act.connection.execute(insert(cpts).values(cpts_id=tenant.cpts_id, **row))
    except IntegrityError as twice:  # two at the same instant: PostgreSQL
        raise CptsExistsError(cpts=tenant.cpts_id) from twice


async def change(act: Act, tenant: Cpts) -> None:
    """Write what the file of a CPTS says now."""
    await act.connection.execute(
        update(cpts)
        .where(cpts.c.cpts_id == act.cpts_id)
        .values(content=tenant.model_dump(mode="json"))
    )


_CONTENT = select(cast(cpts.c.content, Text)).where(cpts.c.cpts_id == given("k_cpts"))
_HELD = _CONTENT.with_for_update(key_share=True)


async def get(connection: AsyncConnection, cpts_id: str) -> Cpts:
    """Give a CPTS.

    Raises:
        UnknownCptsError: There is none of this id.
    """
    found = await connection.execute(_CONTENT, {"k_cpts": cpts_id})
    return _found(found.scalar_one_or_none(), cpts_id)


async def hold(act: Act) -> Cpts:
    """Give a CPTS, held until the commit: crises open, plans change one by one.

    Raises:
        UnknownCptsError: There is none of this id.
    """
    found = await act.connection.execute(_HELD, {"k_cpts": act.cpts_id})
    return _found(found.scalar_one_or_none(), act.cpts_id)


def _found(content: str | None, cpts_id: str) -> Cpts:
    if content is None:
        raise UnknownCptsError(cpts=cpts_id)
    return read(content)


@lru_cache(maxsize=64)  # each page and each batch reads it
def read(content: str) -> Cpts:
    """Read the text of a CPTS, as its row keeps it."""
    return Cpts.model_validate_json(content)


async def names(connection: AsyncConnection) -> tuple[tuple[str, str], ...]:
    """List the CPTS of this instance: id and name."""
    rows = await connection.execute(
        select(cpts.c.cpts_id, cpts.c.content).order_by(cpts.c.cpts_id)
    )
    return tuple((row.cpts_id, row.content["nom"]) for row in rows.all())
