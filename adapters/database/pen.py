"""One connection that writes deliveries: whatever it is asked at once is one commit."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from adapters.database.engines import WRITING
from adapters.database.turns import Turn, Turns

Work = Callable[[Connection], object] | Turn


class Pen:
    """A connection kept from one commit to the next; a failed one is not used again."""

    def __init__(
        self, engine: Engine, turns: Turns, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._turns = turns
        self._now = now
        self._connection: Connection | None = None

    def write(self, works: Sequence[Work]) -> list[object]:
        """Do all this in one transaction: turns, or one thing of another kind.

        Returns:
            What each gives: a turn, the letter it reserved.

        Raises:
            DBAPIError: The database is away, or another writes and this pen never
                waits; nothing was written.
        """
        try:
            connection = self._taken()
            with connection.begin():
                return self._perform(connection, works)
        except BaseException:
            self.put_down()
            raise

    def put_down(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close it for good."""
        self.put_down()
        self._engine.dispose()

    def _taken(self) -> Connection:
        if self._connection is None:
            raw = self._engine.connect()
            self._connection = raw.execution_options(**WRITING)
        return self._connection

    def _perform(self, connection: Connection, works: Sequence[Work]) -> list[object]:
        turns: list[Turn] = []
        for work in works:
            if not isinstance(work, Turn):
                return [work(connection)]
            turns.append(work)
        self._turns.lock(connection, turns)
        self._turns.close(connection, turns, self._now())
        letters = self._turns.reserve(connection, turns)
        return [letters.get(turn.key) for turn in turns]
