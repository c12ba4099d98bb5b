"""Places of a CPTS, and the copy of them that a crisis froze."""

from sqlalchemy import insert, select

from adapters.database.tables import crisis_structures, structures
from adapters.database.unit import Act
from domain.cpts import Cpts


async def add(act: Act, tenant: Cpts) -> None:
    """Add the places of a new CPTS."""
    rows = [
        {
            "cpts_id": act.cpts_id,
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
    if rows:
        await act.connection.execute(insert(structures), rows)


async def freeze(act: Act, crisis_id: str) -> None:
    """Copy the places into a crisis as they are now."""
    found = await act.connection.execute(
        select(structures).where(structures.c.cpts_id == act.cpts_id)
    )
    rows = [{**row, "crisis_id": crisis_id} for row in found.mappings()]
    if rows:
        await act.connection.execute(insert(crisis_structures), rows)
