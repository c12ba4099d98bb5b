"""What the database says while it is measured: a look that is of no weight on it."""

import sqlite3
import time
from contextlib import suppress
from datetime import UTC, datetime

import psycopg

from adapters.database.engines import one_writer
from benchmarks.stage import NotReadyError
from domain.letter import MessageKind
from domain.reference import CrisisRef

_TRIES, _PAUSE_S = 100, 0.2


class Rows:
    """A reader of SQLite, or of PostgreSQL, which may be killed meanwhile."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._known = _connected(url)

    def one(self, query: str, *values: object) -> tuple[object, ...]:
        """Give the only row of a query."""
        return self.every(query, *values)[0]

    def every(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Give all the rows of a query, written as SQLite reads it.

        Raises:
            NotReadyError: The database is away for long.
        """
        if isinstance(self._known, sqlite3.Connection):
            return self._known.execute(query, values).fetchall()
        words = query.replace("%", "%%").replace("?", "%s")
        for _ in range(_TRIES):
            try:
                return self._known.execute(words.encode(), values).fetchall()
            except psycopg.OperationalError:  # killed: another one comes up
                time.sleep(_PAUSE_S)
                with suppress(psycopg.OperationalError):
                    self._known = psycopg.connect(self._url, autocommit=True)
        raise NotReadyError("the database is away")

    def number(self, query: str, *values: object) -> int:
        """Give the only number of a query."""
        return int(str(self.one(query, *values)[0]))

    def open_batches(self, ref: CrisisRef) -> int:
        """Count the batches that still owe messages."""
        return self.number(
            "SELECT count(*) FROM batches"
            " WHERE cpts_id = ? AND crisis_id = ? AND closed_at IS NULL",
            ref.cpts_id,
            ref.crisis_id,
        )

    def request(self, ref: CrisisRef) -> int:
        """Give the number of the wave that asks everyone."""
        return self.number(
            "SELECT wave FROM waves WHERE cpts_id = ? AND crisis_id = ? AND code = ?",
            *(ref.cpts_id, ref.crisis_id, MessageKind.REQUEST),
        )

    def sent(self, ref: CrisisRef) -> tuple[int, float, float]:
        """Count what left, in every wave; give the first and the last instant."""
        number, first, last = self.one(
            "SELECT count(*), min(sent_at), max(sent_at) FROM deliveries"
            " WHERE cpts_id = ? AND crisis_id = ? AND state = 'PARTIE'",
            ref.cpts_id,
            ref.crisis_id,
        )
        return int(str(number)), epoch(first), epoch(last)

    def close(self) -> None:
        """Close."""
        self._known.close()


def epoch(text: object) -> float:
    """Give the seconds since the epoch of an instant that SQLite keeps."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC).timestamp()


def _connected(url: str) -> "sqlite3.Connection | psycopg.Connection":
    if one_writer(url):
        path = url.removeprefix("sqlite:///")
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    return psycopg.connect(url, autocommit=True)
