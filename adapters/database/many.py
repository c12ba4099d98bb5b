"""Many rows written at once: SQLAlchemy writes the words, the driver takes the rows.

What SQLAlchemy does again for each row costs more than SQLite writing it, and the
opening of a crisis writes a few rows for each person of the directory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

_Bound = tuple[object, ...] | dict[str, object]
_NOTHING: Mapping[str, object] = {}
_inserts: dict[tuple[str, tuple[str, ...], str], "_Insert"] = {}


async def insert_all(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    same: Mapping[str, object] = _NOTHING,
) -> None:
    """Write these rows, which all name the same columns; none: nothing is written.

    Args:
        connection: Where to write.
        table: The table.
        rows: What each row has of its own.
        same: What all of them have, converted once.
    """
    if not rows:
        return
    columns = (*same, *rows[0])
    key = (table.name, columns, connection.dialect.name)
    if key not in _inserts:
        _inserts[key] = _insert_of(table, columns, connection.dialect)
    written = _inserts[key]
    bound = list(written.bound(rows, same))
    await connection.exec_driver_sql(written.text, bound)


@dataclass(frozen=True, slots=True)
class _Insert:
    """One INSERT in the words of one database."""

    text: str
    columns: tuple[str, ...]  # in the order of the driver
    kept_as: Mapping[str, Callable[[object], object]]  # where the driver knows less
    by_place: bool

    def bound(
        self, rows: Sequence[Mapping[str, object]], same: Mapping[str, object]
    ) -> Iterator[_Bound]:
        """Give the values of each row as the driver takes them."""
        shared = {**same}
        own = []
        for name, keep in self.kept_as.items():
            if name in shared:
                shared[name] = keep(shared[name])
            else:
                own.append((name, keep))
        in_order = itemgetter(*self.columns)
        for row in rows:
            values = {**shared, **row}
            for name, keep in own:
                values[name] = keep(values[name])
            yield in_order(values) if self.by_place else values


def _insert_of(table: Table, columns: tuple[str, ...], dialect: Dialect) -> _Insert:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    kept_as = {
        name: keep
        for name in columns
        if (keep := table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
    }
    order: Sequence[str] | None = getattr(compiled, "positiontup", None)
    return _Insert(str(compiled), tuple(order or columns), kept_as, bool(order))
