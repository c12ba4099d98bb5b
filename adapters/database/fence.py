"""The fence of a batch: whoever raised it last may write, nobody else."""

from sqlalchemy import Connection, case, select, update

from adapters.database.deliveries import OWED
from adapters.database.tables import batches, deliveries
from domain.alert import DeliveryState
from domain.dispatch import Batch, BatchRef
from domain.errors import UnknownBatchError


def take_over(connection: Connection, ref: BatchRef) -> Batch:
    """Raise the fence of a batch and list what it owes, those in doubt last.

    Raises:
        UnknownBatchError: No such batch.
    """
    raised = connection.execute(
        update(batches)
        .where(batches.c.cpts_id == ref.cpts_id, batches.c.batch_id == ref.batch_id)
        .values(fence=batches.c.fence + 1)
        .returning(batches.c.fence)
    ).scalar_one_or_none()
    if raised is None:
        raise UnknownBatchError(batch=ref.batch_id)
    doubtful = case((deliveries.c.state == DeliveryState.SENDING, 1), else_=0)
    rows = connection.execute(
        select(deliveries.c.delivery_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.batch_id == ref.batch_id,
            deliveries.c.state.in_(OWED),
        )
        .order_by(doubtful, deliveries.c.place, deliveries.c.delivery_id)
    )
    return Batch(ref=ref, fence=raised, delivery_ids=tuple(rows.scalars()))
