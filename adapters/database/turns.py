"""What the one writer of deliveries says to the database: close, look, reserve."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Select,
    and_,
    or_,
    select,
    update,
)

from adapters.database.addressees import Seen, addressee
from adapters.database.columns import Instant, given
from adapters.database.deliveries import OWED
from adapters.database.prepared import Prepared
from adapters.database.tables import batches, deliveries, recipients, waves
from domain.alert import ClosedWhy, DeliveryState, LookAgain, NotSent
from domain.dispatch import Addressee, Batch, Handed, Outcome

_AFTER = {
    Handed.ACCEPTED: (str(DeliveryState.SENT), None),
    Handed.REFUSED: (str(DeliveryState.NOT_SENT), str(NotSent.REFUSED)),
    Handed.LATER: (str(DeliveryState.QUEUED), None),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """Close one delivery, reserve the next: either may be none."""

    batch: Batch
    done: Outcome | None
    wanted: str | None

    @property
    def key(self) -> "Key":
        """Name what is wanted, and under which fence."""
        ref = self.batch.ref
        return ref.cpts_id, self.wanted or "", ref.batch_id, self.batch.fence

    @property
    def touched(self) -> Iterator[str]:
        """List the deliveries that this writes to."""
        if self.done:
            yield self.done.delivery_id
        if self.wanted:
            yield self.wanted


Key = tuple[str, str, str, int]
"""CPTS, delivery, batch, fence: two attempts never share a reservation."""


_CLOSING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.delivery_id == given("k_delivery"),
        or_(
            deliveries.c.state == DeliveryState.SENDING,
            and_(  # its wave gave it up: what is certain still counts
                deliveries.c.state == DeliveryState.NOT_SENT,
                given("v_state") != DeliveryState.QUEUED,
            ),
        ),
    )
    .values(
        state=given("v_state"),
        reason=given("v_reason"),
        reply=given("v_reply"),
        sent_at=given("v_sent_at"),
    )
)
_HOLDING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.delivery_id == given("k_delivery"),
    )
    .values(
        state=given("v_state"),
        fence=given("v_fence"),
        reason=given("v_reason"),
    )
)
LOOK = (
    select(
        deliveries.c.delivery_id,
        deliveries.c.batch_id,
        deliveries.c.crisis_id,
        deliveries.c.recipient_id,
        deliveries.c.name,
        deliveries.c.address,
        batches.c.fence,
        batches.c.document_id,
        batches.c.topic,
        batches.c.message,
        waves.c.asks,
        waves.c.covered_at,
        waves.c.goes_on,
        waves.c.closed_why,
        recipients.c.answer,
    )
    .select_from(deliveries)
    .join(
        batches,
        and_(
            batches.c.cpts_id == deliveries.c.cpts_id,
            batches.c.batch_id == deliveries.c.batch_id,
        ),
    )
    .outerjoin(
        waves,
        and_(
            waves.c.cpts_id == deliveries.c.cpts_id,
            waves.c.crisis_id == deliveries.c.crisis_id,
            waves.c.wave == deliveries.c.wave,
        ),
    )
    .outerjoin(
        recipients,
        and_(
            recipients.c.cpts_id == deliveries.c.cpts_id,
            recipients.c.crisis_id == deliveries.c.crisis_id,
            recipients.c.wave == deliveries.c.wave,
            recipients.c.person_id == deliveries.c.recipient_id,
        ),
    )
)
LOCKING = (
    select(deliveries.c.delivery_id)
    .order_by(deliveries.c.delivery_id)
    .with_for_update()
)


def _of(query: Select[Any], number: int) -> Select[Any]:
    """Ask about that many deliveries at once."""
    named: list[BindParameter[str]]
    named = [given(f"k_{place}") for place in range(number)]
    return query.where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.delivery_id.in_(named),
    )


class Turns:
    """The statements of the writer, compiled once for its database."""

    def __init__(self, dialect: Dialect) -> None:
        self._closing = Prepared(_CLOSING, dialect)
        self._holding = Prepared(_HOLDING, dialect)
        owed = LOOK.where(deliveries.c.state.in_(OWED))
        self._look = lru_cache(None)(lambda n: Prepared(_of(owed, n), dialect))
        self._lock = lru_cache(None)(lambda n: Prepared(_of(LOCKING, n), dialect))
        self._many_writers = dialect.name != "sqlite"
        self._instant = Instant().bind_processor(dialect) or (lambda at: at)

    def lock(self, connection: Connection, turns: Sequence[Turn]) -> None:
        """Lock what these turns touch in one order, as acts do: no ring of waiters."""
        if not self._many_writers:
            return
        touched = sorted({(t.batch.ref.cpts_id, i) for t in turns for i in t.touched})
        for cpts_id, group in groupby(touched, itemgetter(0)):
            ids = [delivery_id for _, delivery_id in group]
            self._lock(len(ids)).execute(connection, _named(cpts_id, ids))

    def close(
        self, connection: Connection, turns: Sequence[Turn], at: datetime
    ) -> None:
        """Write what the provider said of each delivery that is done."""
        sent_at = self._instant(at)
        rows = [
            {
                "k_cpts": turn.batch.ref.cpts_id,
                "k_delivery": turn.done.delivery_id,
                "v_state": _AFTER[turn.done.handed][0],
                "v_reason": _AFTER[turn.done.handed][1],
                "v_reply": turn.done.reply,
                "v_sent_at": sent_at if turn.done.handed is Handed.ACCEPTED else None,
            }
            for turn in turns
            if turn.done
        ]
        if rows:
            self._closing.execute(connection, *rows)

    def reserve(
        self, connection: Connection, turns: Sequence[Turn]
    ) -> dict[Key, Addressee]:
        """Look again at what is wanted, mark it; give the addressees to write to.

        What must not leave, or belongs to another attempt by now, is absent.
        """
        keys = {turn.key for turn in turns if turn.wanted}
        wanted: dict[str, set[str]] = defaultdict(set)
        for cpts_id, delivery_id, _, _ in keys:
            wanted[cpts_id].add(delivery_id)
        letters: dict[Key, Addressee] = {}
        rows: list[dict[str, object]] = []
        for cpts_id, ids in wanted.items():
            for found in self._seen(connection, cpts_id, sorted(ids)):
                key = (cpts_id, found.delivery_id, found.batch_id, found.fence)
                if key not in keys:
                    continue  # another attempt took over
                reason = _hold_back(found)
                rows.append(_held(cpts_id, found, reason))
                if reason is None:
                    letters[key] = addressee(found)
        if rows:
            self._holding.execute(connection, *rows)
        return letters

    def _seen(
        self, connection: Connection, cpts_id: str, ids: Sequence[str]
    ) -> Sequence[Seen]:
        look = self._look(len(ids))
        rows = look.execute(connection, _named(cpts_id, ids)).fetchall()
        return [Seen._make(row) for row in rows]


def _named(cpts_id: str, ids: Sequence[str]) -> dict[str, object]:
    named = {f"k_{place}": delivery_id for place, delivery_id in enumerate(ids)}
    return {"k_cpts": cpts_id, **named}


def _hold_back(found: Seen) -> NotSent | None:
    return LookAgain(
        asks=bool(found.asks),
        answered=found.answer is not None,
        covered=found.covered_at is not None and not found.goes_on,
        closed_why=ClosedWhy(found.closed_why) if found.closed_why else None,
    ).hold_back()


def _held(cpts_id: str, found: Seen, reason: NotSent | None) -> dict[str, object]:
    state = DeliveryState.NOT_SENT if reason else DeliveryState.SENDING
    return {
        "k_cpts": cpts_id,
        "k_delivery": found.delivery_id,
        "v_state": str(state),
        "v_fence": found.fence,
        "v_reason": str(reason) if reason else None,
    }
