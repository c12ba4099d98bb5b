"""When the next situation report is due: as agreed, else by the rhythm of the plan.

Source: docs/sources.md#situation-reports
"""

from datetime import datetime, timedelta

REPORT_CARD = "TC-07"  # each of its runs is one report


def next_report_due(
    t0: datetime,
    every: timedelta,
    made_at: datetime | None = None,
    agreed_at: datetime | None = None,
) -> datetime:
    """Say when the next report is due.

    Args:
        t0: The hour of the order.
        every: The rhythm of the plan for this kinetic, at the pace of the crisis.
        made_at: When the last report that was sent was counted; None: none was.
        agreed_at: The hour of the next one, as that report gave it.
    """
    return agreed_at or (made_at or t0) + every
