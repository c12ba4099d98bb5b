"""Merged cells of a table: what one cell says of every line that it spans."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTACTS = ("email", "mobile", "phone2")
OF_A_GROUP = frozenset(
    ("profession", "commune", "zone", "structure", "status", "link", *CONTACTS)
)
"""Fields that a merged cell says of all beside it; the others are of one person."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Cells merged over several lines: by column, their last and first lines."""

    by_column: Mapping[int, tuple[tuple[int, int], ...]]

    def first_line(self, column: int, line: int) -> int | None:
        """The line above that holds the text of this cell, if it is merged with it."""
        spans = self.by_column.get(column, ())
        at = bisect_left(spans, (line, 0))
        if at == len(spans):
            return None
        first = spans[at][1]
        return first if first < line else None


def spans(ranges: Iterable[tuple[int, int, int]]) -> Spans:
    """Sort ranges (column, first line, last line) so that a cell finds its own."""
    by_column: dict[int, list[tuple[int, int]]] = {}
    for column, first, last in ranges:
        by_column.setdefault(column, []).append((last, first))
    return Spans({column: tuple(sorted(found)) for column, found in by_column.items()})
