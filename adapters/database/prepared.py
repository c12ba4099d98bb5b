"""Statements compiled once, for what runs thousands of times a minute.

SQLAlchemy writes the SQL; what it does again at each execution (keys of its cache,
parameters, expanded lists) costs more than SQLite itself when rows come by eights.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    ClauseElement,
    Connection,
    CursorResult,
    Dialect,
)


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
    ) -> CursorResult[tuple[object, ...]]:
        """Execute it, for each of these parameters."""
        bound = [self._bound(row) for row in rows]
        if len(bound) == 1:
            return connection.exec_driver_sql(self._text, bound[0])
        return connection.exec_driver_sql(self._text, bound)

    def _bound(
        self, row: Mapping[str, object]
    ) -> tuple[object, ...] | dict[str, object]:
        values = {**self._fixed, **row}
        if self._order is None:
            return values
        return tuple([values[name] for name in self._order])
