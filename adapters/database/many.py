"""Many rows written at once: SQLAlchemy writes the words, the driver takes the rows.

What SQLAlchemy does again for each row costs more than SQLite writing it, and the
opening of a crisis writes a few rows for each person of the directory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

_Bound = tuple[object, ...] | dict[str, object]
_inserts: dict[tuple[str, tuple[str, ...], str], "_Insert"] = {}


async def insert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Write these rows, which all name the same columns; none: nothing is written."""
    if not rows:
        return
    columns = tuple(rows[0])
    key = (table.name, columns, connection.dialect.name)
    if key not in _inserts:
        _inserts[key] = _insert_of(table, columns, connection.dialect)
    written = _inserts[key]
    await connection.exec_driver_sql(written.text, [written.bound(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Insert:
    """One INSERT in the words of one database."""

    text: str
    columns: tuple[str, ...]  # in the order of the driver
    kept_as: Mapping[str, Callable[[object], object]]  # where the driver knows less
    by_place: bool

    def bound(self, row: Mapping[str, object]) -> _Bound:
        """Give the values of a row as the driver takes them."""
        values = {**row}
        for name, keep in self.kept_as.items():
            values[name] = keep(values[name])
        if self.by_place:
            return tuple([values[name] for name in self.columns])
        return values


def _insert_of(table: Table, columns: tuple[str, ...], dialect: Dialect) -> _Insert:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    kept_as = {
        name: keep
        for name in columns
        if (keep := table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
    }
    order: Sequence[str] | None = getattr(compiled, "positiontup", None)
    return _Insert(str(compiled), tuple(order or columns), kept_as, bool(order))
