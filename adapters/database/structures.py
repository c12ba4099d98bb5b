"""Places of a CPTS, and the copy of them that a crisis froze."""

from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import crisis_structures, structure_people, structures
from adapters.database.unit import Act
from domain.cpts import Cpts
from domain.errors import UnknownLinkError
from domain.folding import in_order
from domain.reference import CrisisRef
from domain.structure import Structure


async def add(act: Act, tenant: Cpts) -> None:
    """Add the places of a new CPTS."""
    rows = _rows(tenant)
    if rows:
        await act.connection.execute(insert(structures), rows)


async def replace(act: Act, tenant: Cpts) -> None:
    """Write the places as the file now says; who worked in one that left does no more.

    What a crisis froze stays.
    """
    found = await act.connection.execute(
        select(structures.c.structure_id).where(structures.c.cpts_id == act.cpts_id)
    )
    known = set(found.scalars())
    rows = _rows(tenant)
    gone = known - {row["structure_id"] for row in rows}
    for table in (structure_people, structures):
        await act.connection.execute(
            delete(table).where(
                table.c.cpts_id == act.cpts_id, table.c.structure_id.in_(gone)
            )
        )
    for row in rows:
        if row["structure_id"] in known:
            await act.connection.execute(
                update(structures)
                .where(
                    structures.c.cpts_id == act.cpts_id,
                    structures.c.structure_id == row["structure_id"],
                )
                .values(**row)
            )
    fresh = [row for row in rows if row["structure_id"] not in known]
    if fresh:
        await act.connection.execute(insert(structures), fresh)


def _rows(tenant: Cpts) -> list[dict[str, Any]]:
    return [
        {
            "cpts_id": tenant.cpts_id,
            "structure_id": place.code,
            "kind": place.kind,
            "name": place.name,
            "commune": place.commune,
            "zone": tenant.zone_of(place),
            "hours": place.hours,
            "duties": [duty.model_dump(mode="json") for duty in place.duties],
            "phone": place.phone,
            "email": place.email,
            "finess": place.finess,
        }
        for place in tenant.structures
    ]


async def freeze(act: Act, crisis_id: str) -> None:
    """Copy the places into a crisis as they are now."""
    found = await act.connection.execute(
        select(structures).where(structures.c.cpts_id == act.cpts_id)
    )
    rows = [{**row, "crisis_id": crisis_id} for row in found.mappings()]
    if rows:
        await act.connection.execute(insert(crisis_structures), rows)


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[Structure, ...]:
    """List the places that a crisis froze, by zone and name."""
    rows = await connection.execute(
        select(crisis_structures)
        .where(
            crisis_structures.c.cpts_id == ref.cpts_id,
            crisis_structures.c.crisis_id == ref.crisis_id,
        )
        .order_by(crisis_structures.c.structure_id)
    )
    found = (_place(row) for row in rows.mappings())
    return tuple(sorted(found, key=lambda each: (each.zone or "", in_order(each.name))))


async def frozen(
    connection: AsyncConnection, ref: CrisisRef, structure_id: str
) -> Structure:
    """Give one place as a crisis froze it.

    Raises:
        UnknownLinkError: The crisis does not know this place.
    """
    found = await connection.execute(
        select(crisis_structures).where(
            crisis_structures.c.cpts_id == ref.cpts_id,
            crisis_structures.c.crisis_id == ref.crisis_id,
            crisis_structures.c.structure_id == structure_id,
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownLinkError
    return _place(row)


def _place(row: RowMapping) -> Structure:
    return Structure.model_validate(
        {
            "code": row["structure_id"],
            "kind": row["kind"],
            "nom": row["name"],
            "commune": row["commune"],
            "zone": row["zone"],
            "horaires": row["hours"],
            "garde": row["duties"],
            "telephone": row["phone"],
            "courriel": row["email"],
            "finess": row["finess"],
        }
    )
