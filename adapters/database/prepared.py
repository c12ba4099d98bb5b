"""Statements compiled once, for what runs thousands of times a minute.

SQLAlchemy writes the SQL and holds the transaction; what it does again at each
execution (keys of its cache, parameters, expanded lists, wrapped rows) costs more than
SQLite itself when rows come by eights. So the driver executes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor


class Prepared:
    """One statement in the words of one database; types are not converted."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(
            dialect=dialect, compile_kwargs={"render_postcompile": True}
        )
        self._text = str(compiled)
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._fixed = {
            name: str(value) if isinstance(value, str) else value  # no enum
            for name, value in compiled.params.items()
        }

    def execute(
        self, connection: Connection, *rows: Mapping[str, object]
    ) -> DBAPICursor:
        """Execute it, for each of these parameters; errors are the driver's."""
        bound: list[Any] = [self._bound(row) for row in rows]
        cursor = connection.connection.cursor()
        if len(bound) == 1:
            cursor.execute(self._text, bound[0])
        else:
            cursor.executemany(self._text, bound)
        return cursor

    def _bound(
        self, row: Mapping[str, object]
    ) -> tuple[object, ...] | dict[str, object]:
        values = {**self._fixed, **row}
        if self._order is None:
            return values
        return tuple([values[name] for name in self._order])
