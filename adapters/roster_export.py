"""Write a roster as a CSV file that spreadsheets open by a double click."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO


def csv_bytes(heading: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Semicolons, and the mark by which Excel knows that accents are UTF-8."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")
