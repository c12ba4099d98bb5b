"""Sums typed in from what the CPAM wrote: one row a typing, none is ever changed."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import payments
from adapters.database.unit import Act
from domain.payment_record import Payment


async def add(act: Act, payment: Payment) -> None:
    """Write a sum as it was typed in."""
    row = payment.model_dump()
    await act.connection.execute(insert(payments).values(cpts_id=act.cpts_id, **row))


async def of_cpts(connection: AsyncConnection, cpts_id: str) -> tuple[Payment, ...]:
    """List what was typed in, the first first."""
    rows = await connection.execute(
        select(payments)
        .where(payments.c.cpts_id == cpts_id)
        .order_by(payments.c.payment_id)
    )
    return tuple(Payment.model_validate(row) for row in rows.all())
