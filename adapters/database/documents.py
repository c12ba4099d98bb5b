"""Documents of a crisis and their way to the authorities."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import in_crisis, named
from adapters.database.tables import documents, situation_reports, transmissions
from adapters.database.unit import Act
from domain.errors import UnknownLinkError
from domain.reference import CrisisRef, DocumentRef
from domain.transmission import PLAN


class DocumentRow(BaseModel):
    """One document, kept under its hash."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    document_id: str
    crisis_id: str  # or the id of the plan
    plan_number: int | None  # of the version that it prints
    kind: str
    title: str
    path: str
    sha256: str
    made_at: datetime

    @property
    def filename(self) -> str:
        """The name it is mailed under."""
        return self.path.rpartition("/")[2]


class TransmissionRow(BaseModel):
    """One document on its way to one authority."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    document_id: str
    crisis_id: str
    contact: str
    step: int
    next_at: datetime | None
    received_at: datetime | None
    typed: str | None
    ended_at: datetime | None


async def add(act: Act, row: Mapping[str, object]) -> None:
    """Keep a document: document_id, crisis_id, kind, title, path, sha256."""
    await act.connection.execute(
        insert(documents).values(cpts_id=act.cpts_id, made_at=act.at, **row)
    )


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[DocumentRow, ...]:
    """List the documents of a crisis, in order."""
    rows = await connection.execute(
        select(documents)
        .where(
            documents.c.cpts_id == ref.cpts_id, documents.c.crisis_id == ref.crisis_id
        )
        .order_by(documents.c.made_at, documents.c.document_id)
    )
    return tuple(DocumentRow.model_validate(row) for row in rows.all())


async def copies(
    connection: AsyncConnection, cpts_id: str, plan_id: str
) -> tuple[DocumentRow, ...]:
    """List the copies of the versions of a plan, as they were numbered."""
    made = await of_crisis(connection, CrisisRef(cpts_id=cpts_id, crisis_id=plan_id))
    return tuple(row for row in made if row.kind == PLAN)


async def get(connection: AsyncConnection, ref: DocumentRef) -> DocumentRow:
    """Give one document.

    Raises:
        UnknownLinkError: There is none.
    """
    found = await connection.execute(
        select(documents).where(
            documents.c.cpts_id == ref.cpts_id,
            documents.c.document_id == ref.document_id,
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    return DocumentRow.model_validate(row)


async def beside(
    connection: AsyncConnection, ref: DocumentRef
) -> tuple[DocumentRow, ...]:
    """List what goes in the same mail: the ARS's own Excel of a situation report."""
    rows = await connection.execute(
        select(documents)
        .join(
            situation_reports,
            and_(
                situation_reports.c.cpts_id == documents.c.cpts_id,
                situation_reports.c.workbook_id == documents.c.document_id,
            ),
        )
        .where(
            situation_reports.c.cpts_id == ref.cpts_id,
            situation_reports.c.document_id == ref.document_id,
        )
    )
    return tuple(DocumentRow.model_validate(row) for row in rows.all())


async def send(act: Act, row: Mapping[str, object]) -> None:
    """Put a document in the post: document_id, crisis_id, contact, step, next_at."""
    await act.connection.execute(
        insert(transmissions).values(cpts_id=act.cpts_id, **row)
    )


async def transmission(
    connection: AsyncConnection, ref: DocumentRef, *, hold: bool = False
) -> TransmissionRow:
    """Give one transmission; `hold` it until the commit.

    Raises:
        UnknownLinkError: The document is on its way to nobody.
    """
    query = select(transmissions).where(
        transmissions.c.cpts_id == ref.cpts_id,
        transmissions.c.document_id == ref.document_id,
    )
    found = await connection.execute(query.with_for_update() if hold else query)
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    return TransmissionRow.model_validate(row)


_POSTED = (
    select(transmissions)
    .where(in_crisis(transmissions))
    .order_by(transmissions.c.document_id)
)


async def transmissions_of(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[TransmissionRow, ...]:
    """List what a crisis put in the post."""
    rows = await connection.execute(_POSTED, named(ref))
    return tuple(TransmissionRow.model_validate(row) for row in rows.all())


async def under_way(
    connection: AsyncConnection, ref: CrisisRef, kind: str
) -> tuple[TransmissionRow, ...]:
    """List the documents of one kind that a crisis still waits to see received."""
    made = await of_crisis(connection, ref)
    wanted = {row.document_id for row in made if row.kind == kind}
    return tuple(
        row
        for row in await transmissions_of(connection, ref)
        if row.document_id in wanted and row.ended_at is None
    )


async def change(act: Act, document_id: str, values: Mapping[str, object]) -> None:
    """Write where a transmission stands."""
    await act.connection.execute(
        update(transmissions)
        .where(
            transmissions.c.cpts_id == act.cpts_id,
            transmissions.c.document_id == document_id,
        )
        .values(**values)
    )
