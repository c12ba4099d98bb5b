"""Delays of the files, a part of ISO 8601: durations `PT2H`, periods `P6M`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, PlainSerializer
from typing_extensions import override

D = TypeVar("D", bound=date)  # an instant is one too
_ISO = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?", re.ASCII)
_NOT_ISO = "durée illisible : « {} » ; écrivez par exemple PT15M, PT4H, P2D"
_PERIOD = re.compile(r"P(\d{1,4})([YMD])", re.ASCII)
_NO_PERIOD = "période illisible : « {} » ; écrivez par exemple P30D, P6M, P1Y"
_SINCE_LIFTING = "LEVEE+"
_NOT_SINCE_LIFTING = "écrivez par exemple LEVEE+P30D, pas « {} »"


def parse_duration(text: str) -> timedelta:
    """Read `PnDTnHnM`: elapsed days, hours and minutes, never months.

    Raises:
        ValueError: Not such a duration; the sentence is in French.
    """
    read = _ISO.fullmatch(text)
    if read is None or text.endswith(("P", "T")):
        raise ValueError(_NOT_ISO.format(text))
    days, hours, minutes = (int(part or 0) for part in read.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def write_duration(duration: timedelta) -> str:
    """Write what `parse_duration` reads; seconds are dropped."""
    hours, minutes = divmod(duration.seconds // 60, 60)
    date = f"{duration.days}D" if duration.days else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if not date and not time:
        time = "0M"
    return f"P{date}T{time}" if time else f"P{date}"


def _from_text(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[
    timedelta, BeforeValidator(_from_text), PlainSerializer(write_duration)
]
"""A timedelta that reads and writes itself as ISO 8601."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, months or years of the calendar: every six months, one year after."""

    count: int
    unit: str  # D, M or Y

    def after(self, at: D) -> D:
        """The same day that much later; the last one of a month that is too short."""
        if self.unit == "D":
            return at + timedelta(days=self.count)
        months = self.count * (12 if self.unit == "Y" else 1)
        years, month = divmod(at.month - 1 + months, 12)
        year, month = at.year + years, month + 1
        day = min(at.day, monthrange(year, month)[1])
        return at.replace(year=year, month=month, day=day)

    @override
    def __str__(self) -> str:
        """Write what `parse_period` reads."""
        return f"P{self.count}{self.unit}"


def parse_period(text: str) -> Period:
    """Read `PnD`, `PnM` or `PnY`.

    Raises:
        ValueError: Not such a period; the sentence is in French.
    """
    read = _PERIOD.fullmatch(text)
    if read is None:
        raise ValueError(_NO_PERIOD.format(text))
    return Period(int(read[1]), read[2])


def _period_from_text(value: object) -> object:
    return parse_period(value) if isinstance(value, str) else value


def _period_since_lifting(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.startswith(_SINCE_LIFTING):
        raise ValueError(_NOT_SINCE_LIFTING.format(value))
    return parse_period(value.removeprefix(_SINCE_LIFTING))


def _write_since_lifting(period: Period) -> str:
    return f"{_SINCE_LIFTING}{period}"


Recurrence = Annotated[Period, BeforeValidator(_period_from_text), PlainSerializer(str)]
"""A period that reads and writes itself as ISO 8601."""
SinceLifting = Annotated[
    Period,
    BeforeValidator(_period_since_lifting),
    PlainSerializer(_write_since_lifting),
]
"""A period counted from the lifting: `LEVEE+P30D`."""
