"""The days and hours at which people are asked something that can wait.

Source: docs/sources.md#working-days
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

OPENS, CLOSES = time(9), time(18)  # local hours between which a letter leaves
_A_DAY = timedelta(days=1)
_AUGUST, _SATURDAY = 8, 5
_OVERSEAS = "97"  # departments of three figures
_BY_DEPARTMENT = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Neither August, nor a week-end, nor a public holiday of the territory."""

    subdivisions: tuple[str | None, ...]  # of France, as `holidays` names them
    zone: ZoneInfo

    @classmethod
    def of(cls, communes: Iterable[str], zone: ZoneInfo) -> "WorkingDays":
        """Take the holidays of every department that the communes lie in."""
        found = {_BY_DEPARTMENT.get(_department(code)) for code in communes}
        return cls(tuple(sorted(found, key=str)), zone)

    def __contains__(self, day: date) -> bool:
        """May people be asked something that day?"""
        return (
            day.month != _AUGUST
            and day.weekday() < _SATURDAY
            and not any(day in _holidays(each) for each in self.subdivisions)
        )

    def on_or_before(self, day: date) -> date:
        """Move a day earlier until people may be asked something."""
        while day not in self:
            day -= _A_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Move a day later until people may be asked something."""
        while day not in self:
            day += _A_DAY
        return day

    def opening(self, day: date) -> datetime:
        """Give the hour at which the letters of a day leave."""
        return datetime.combine(day, OPENS, self.zone)

    def next_opening(self, now: datetime, not_after: date | None = None) -> datetime:
        """Give the first instant from now on at which a late letter may leave.

        Args:
            now: Any instant; given back if it is one.
            not_after: A day that wins over rest: if no working day comes before it
                ends, the letter leaves on any day.
        """
        local = now.astimezone(self.zone)
        first = local.date() + (_A_DAY if local.time() >= CLOSES else timedelta())
        day = self.on_or_after(first)
        if not_after is not None and first <= not_after < day:
            day = first
        return max(now, self.opening(day))


def _department(commune: str) -> str:
    return commune[:3] if commune.startswith(_OVERSEAS) else commune[:2]


@cache
def _holidays(subdivision: str | None) -> HolidayBase:
    return country_holidays("FR", subdiv=subdivision)
