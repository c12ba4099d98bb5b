"""The Excel of each authority, and which of our numbers goes in which of its cells."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import workbooks
from adapters.database.unit import Act


class Workbook(BaseModel):
    """The Excel of one authority; `mapping` is keyed by the name of a number."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    contact: str
    name: str
    sha256: str
    mapping: dict[str, str]


async def keep(act: Act, workbook: Workbook) -> None:
    """Keep the Excel of an authority, in place of the one before."""
    await act.connection.execute(
        delete(workbooks).where(
            workbooks.c.cpts_id == act.cpts_id, workbooks.c.contact == workbook.contact
        )
    )
    await act.connection.execute(
        insert(workbooks).values(
            cpts_id=act.cpts_id, at=act.at, **workbook.model_dump()
        )
    )


async def find(
    connection: AsyncConnection, cpts_id: str, contact: str
) -> Workbook | None:
    """Give the Excel of an authority, if it has its own."""
    found = await connection.execute(
        select(workbooks).where(
            workbooks.c.cpts_id == cpts_id, workbooks.c.contact == contact
        )
    )
    row = found.one_or_none()
    return Workbook.model_validate(row) if row else None
