"""The plans of several CPTS in one workbook, a line each."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from domain.ars_summary import ArsSummary, line_of

_WIDE, _NARROW = 30, 13  # signs
_LONG = 14  # signs of a value for which a column is wide


def summary_workbook(summaries: Sequence[ArsSummary]) -> bytes:
    """Write the workbook; the same summaries give the same bytes."""
    lines = [line_of(summary) for summary in summaries]
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        made_at = summaries[0].made_at.replace(tzinfo=None)
        workbook.set_properties({"title": "Synthèse des plans", "created": made_at})
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        cell = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet("Plans")
        for rank, (column, _) in enumerate(lines[0]):
            values = [line[rank][1] for line in lines]
            long = any(len(str(value)) > _LONG for value in values)
            sheet.set_column(rank, rank, _WIDE if long else _NARROW)
            sheet.write_string(0, rank, column, head)
            for row, value in enumerate(values, start=1):
                if isinstance(value, int):
                    sheet.write_number(row, rank, value, cell)
                else:
                    sheet.write_string(row, rank, value, cell)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(lines), len(lines[0]) - 1)
    return out.getvalue()
