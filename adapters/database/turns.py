"""What the one writer of deliveries says to the database: close, look, reserve."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Select

from adapters.database.addressees import Seen, addressee
from adapters.database.columns import Instant, given
from adapters.database.deliveries import OWED
from adapters.database.prepared import Prepared
from adapters.database.same_person import chosen_among, same_order
from adapters.database.statements import (
    CLOSING,
    FOLLOWING,
    HOLDING,
    LOCKING,
    LOOK,
    SILENT_SHARERS,
)
from adapters.database.tables import deliveries
from domain.alert import ClosedWhy, DeliveryState, LookAgain, NotSent
from domain.dispatch import Addressee, Batch, Handed, Outcome

_AFTER = {
    Handed.ACCEPTED: (str(DeliveryState.SENT), None),
    Handed.REFUSED: (str(DeliveryState.NOT_SENT), str(NotSent.REFUSED)),
    Handed.LATER: (str(DeliveryState.QUEUED), None),
    Handed.DOUBTFUL: (str(DeliveryState.NOT_SENT), str(NotSent.UNCERTAIN)),
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
        self._closing = Prepared(CLOSING, dialect)
        self._following = Prepared(FOLLOWING, dialect)
        self._holding = Prepared(HOLDING, dialect)
        owed = LOOK.where(deliveries.c.state.in_(OWED))
        self._look = lru_cache(None)(lambda n: Prepared(_of(owed, n), dialect))
        self._chosen = lru_cache(None)(lambda n: Prepared(chosen_among(n), dialect))
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
                "v_provider": turn.done.provider,
                "v_provider_id": turn.done.message_id,
            }
            for turn in turns
            if turn.done
        ]
        if rows:
            self._closing.execute(connection, *rows)
        for row in rows:
            if row["v_provider"] and row["v_sent_at"]:
                self._following.execute(connection, row)

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
            looked = self._seen(connection, cpts_id, sorted(ids))
            engaged = self._engaged_elsewhere(connection, cpts_id, looked)
            for found in looked:
                key = (cpts_id, found.delivery_id, found.batch_id, found.fence)
                if key not in keys:
                    continue  # another attempt took over
                person = found.crisis_id, found.recipient_id
                said = found.answer is not None or person in engaged
                everyone = said and self._everyone_answered(connection, cpts_id, found)
                reason = _hold_back(found, answered=everyone)
                rows.append(_held(cpts_id, found, reason))
                if reason is None:
                    letters[key] = addressee(found)
        if rows:
            self._holding.execute(connection, *rows)
        return letters

    def _everyone_answered(
        self, connection: Connection, cpts_id: str, found: Seen
    ) -> bool:
        """Did the others of this address answer too? Several may have one telephone."""
        if not found.sharing:
            return True
        silent = connection.execute(
            SILENT_SHARERS, {"k_cpts": cpts_id, "k_delivery": found.delivery_id}
        )
        return silent.first() is None

    def _engaged_elsewhere(
        self, connection: Connection, cpts_id: str, looked: Sequence[Seen]
    ) -> frozenset[tuple[str, str]]:
        """Say who of which crisis chose another CPTS, where both agree to compare."""
        silent: dict[str, set[str]] = defaultdict(set)
        for found in looked:
            if found.one_choice and found.answer is None:
                silent[found.crisis_id].add(found.recipient_id)
        engaged: set[tuple[str, str]] = set()
        for crisis_id, asked in silent.items():
            named = _named(cpts_id, sorted(asked)) | {"k_crisis": crisis_id}
            rows = self._chosen(len(asked)).execute(connection, named).fetchall()
            for who, _, ours, theirs in rows:
                if same_order(ours, theirs):
                    engaged.add((crisis_id, who))
        return frozenset(engaged)

    def _seen(
        self, connection: Connection, cpts_id: str, ids: Sequence[str]
    ) -> Sequence[Seen]:
        look = self._look(len(ids))
        rows = look.execute(connection, _named(cpts_id, ids)).fetchall()
        return [Seen._make(row) for row in rows]


def _named(cpts_id: str, ids: Sequence[str]) -> dict[str, object]:
    named = {f"k_{place}": delivery_id for place, delivery_id in enumerate(ids)}
    return {"k_cpts": cpts_id, **named}


def _hold_back(found: Seen, *, answered: bool) -> NotSent | None:
    return LookAgain(
        asks=bool(found.asks),
        answered=answered,
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
