"""The end of a batch: its counters in the ledger, once all is told."""

import json
from collections import Counter
from hashlib import sha256

from acts.receipt import refused_within
from acts.wave import SYSTEM
from adapters.database import deliveries
from adapters.database.unit import Act, Database
from domain.alert import DeliveryState, NotSent
from domain.dispatch import BatchRef
from domain.wave import Channel


async def close_batch(database: Database, ref: BatchRef) -> None:
    """Close a batch that owes nothing more, and write its counters down.

    A reply that comes after the closing of its wave corrects them: a new entry.

    Raises:
        UnknownBatchError: No such batch.
    """
    async with database.act(ref.cpts_id) as act:
        if not await deliveries.owed(act.connection, ref):
            await close_within(act, ref.batch_id)


def _by(channel: Channel) -> dict[str, str]:
    """Say the channel of a batch, where it is not mail."""
    return {} if channel is Channel.MAIL else {"channel": channel}


async def close_within(act: Act, batch_id: str) -> None:
    """Write the counters of a batch, inside the act that ends it."""
    ref = BatchRef(cpts_id=act.cpts_id, batch_id=batch_id)
    batch = await deliveries.lock_batch(act, ref)
    lines = await deliveries.lines(act.connection, ref)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    digest = sha256(text.encode()).hexdigest()
    if batch.digest == digest:
        return  # noted already
    states = Counter(state for _, state, _ in lines)
    reasons = Counter(reason for _, _, reason in lines if reason)
    await deliveries.close_batch(act, batch, digest)
    for delivery_id, _, reason in lines:
        if reason == NotSent.REFUSED:
            await refused_within(act, delivery_id)
    act.note(
        "batch.sent",
        about=batch.crisis_id,
        actor=SYSTEM,
        facts={
            "batch": batch_id,
            "message": batch.message,
            **_by(batch.channel),
            "asked": len(lines),
            "sent": states[DeliveryState.SENT],
            "not_sent": dict(sorted(reasons.items())),
            "lines_sha256": digest,
            "corrects": batch.digest is not None,
        },
    )
