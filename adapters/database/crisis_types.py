"""The types of a crisis: given by the order, added or removed while it runs."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import crisis_types
from adapters.database.unit import Act
from domain.crisis import ActivatedType
from domain.reference import CrisisRef


class TypeRow(BaseModel):
    """One type of a crisis, with its own T0."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    type: str
    scenarios: tuple[str, ...]
    t0: datetime
    reference: str | None
    removed_at: datetime | None


async def add(
    act: Act,
    crisis_id: str,
    types: Iterable[ActivatedType],
    t0: datetime,
    reference: str | None = None,
) -> None:
    """Give a crisis types that count from this T0."""
    rows = [
        {
            "cpts_id": act.cpts_id,
            "crisis_id": crisis_id,
            "type": each.code,
            "scenarios": list(each.scenarios),
            "t0": t0,
            "reference": reference,
        }
        for each in types
    ]
    await act.connection.execute(insert(crisis_types), rows)


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[TypeRow, ...]:
    """List the types of a crisis, the first given first."""
    rows = await connection.execute(
        select(crisis_types)
        .where(
            crisis_types.c.cpts_id == ref.cpts_id,
            crisis_types.c.crisis_id == ref.crisis_id,
        )
        .order_by(crisis_types.c.t0, crisis_types.c.type)
    )
    return tuple(TypeRow.model_validate(row) for row in rows.all())


async def active(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[ActivatedType, ...]:
    """List the types that were not removed."""
    return tuple(
        ActivatedType(code=row.type, scenarios=row.scenarios)
        for row in await of_crisis(connection, ref)
        if row.removed_at is None
    )
