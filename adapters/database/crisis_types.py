"""The types of a crisis: given by the order, added or removed while it runs."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import in_crisis, named
from adapters.database.tables import crisis_types
from adapters.database.unit import Act
from domain.crisis import ActivatedType, Activation
from domain.reference import CrisisRef


class TypeRow(BaseModel):
    """One type of a crisis, with its own T0."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    type: str
    scenarios: tuple[str, ...]
    t0: datetime
    added_at: datetime | None
    reference: str | None
    removed_at: datetime | None
    removed_because: str | None

    @property
    def activated(self) -> ActivatedType:
        """The type and its scenarios, as an order gives them."""
        return ActivatedType(code=self.type, scenarios=self.scenarios)


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
            "added_at": act.at,
            "reference": reference,
        }
        for each in types
    ]
    await act.connection.execute(insert(crisis_types), rows)


def _is(ref: CrisisRef, code: str) -> tuple[ColumnElement[bool], ...]:
    return (
        crisis_types.c.cpts_id == ref.cpts_id,
        crisis_types.c.crisis_id == ref.crisis_id,
        crisis_types.c.type == code,
    )


async def remove(act: Act, ref: CrisisRef, code: str, because: str) -> None:
    """Say that a crisis no longer has a type, and why."""
    gone = {"removed_at": act.at, "removed_because": because}
    await act.connection.execute(
        update(crisis_types).where(*_is(ref, code)).values(**gone)
    )


async def forget(act: Act, ref: CrisisRef, code: str) -> None:
    """Make room for a type that comes back; the ledger keeps that it was removed."""
    await act.connection.execute(delete(crisis_types).where(*_is(ref, code)))


async def current(
    connection: AsyncConnection, ref: CrisisRef, said: Activation
) -> tuple[ActivatedType, ...]:
    """List the types that a crisis has now: those of its order first."""
    known = [row for row in await of_crisis(connection, ref) if row.removed_at is None]
    first = {code: place for place, code in enumerate(said.codes)}
    known.sort(key=lambda row: first.get(row.type, len(first)))
    return tuple(row.activated for row in known)


_ALL = (
    select(crisis_types)
    .where(in_crisis(crisis_types))
    .order_by(crisis_types.c.t0, crisis_types.c.type)
)


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[TypeRow, ...]:
    """List the types of a crisis, the first given first."""
    rows = await connection.execute(_ALL, named(ref))
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
