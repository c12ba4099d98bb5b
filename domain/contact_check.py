"""The quarterly check of the contacts of authorities.

Source: docs/sources.md#review
"""

from datetime import date, timedelta

MENDED_WITHIN = timedelta(days=15)
_CHASES = (timedelta(days=7), MENDED_WITHIN, timedelta(days=30))


def quarter(day: date) -> str:
    """Name the quarter of a day: `2026-T4`."""
    return f"{day.year}-T{(day.month + 2) // 3}"


def chases(opened_on: date, looked_on: date, today: date) -> bool:
    """Has a day of reminders come since the last look?"""
    return any(looked_on < opened_on + after <= today for after in _CHASES)
