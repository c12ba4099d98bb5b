"""Durations of the files: a part of ISO 8601, `P1DT2H30M`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_ISO = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?", re.ASCII)
_NOT_ISO = "durée illisible : « {} » ; écrivez par exemple PT15M, PT4H, P2D"


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
