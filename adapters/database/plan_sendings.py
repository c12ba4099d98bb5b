"""Where the copies of the plan are: to whom each went, and what came back."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import documents, transmissions
from domain.sending import SentCopy
from domain.transmission import PLAN


async def of_plan(connection: AsyncConnection, cpts_id: str) -> tuple[SentCopy, ...]:
    """List the copies of every version, in the order they left."""
    rows = await connection.execute(
        select(
            documents.c.plan_number,
            documents.c.title,
            transmissions.c.contact,
            documents.c.made_at.label("sent_at"),
            transmissions.c.step.label("letters"),
            transmissions.c.received_at,
            transmissions.c.typed,
            transmissions.c.ended_at,
        )
        .join(
            transmissions,
            and_(
                transmissions.c.cpts_id == documents.c.cpts_id,
                transmissions.c.document_id == documents.c.document_id,
            ),
        )
        .where(documents.c.cpts_id == cpts_id, documents.c.kind == PLAN)
        .order_by(documents.c.made_at, documents.c.document_id)
    )
    return tuple(SentCopy.model_validate(row) for row in rows.all())
