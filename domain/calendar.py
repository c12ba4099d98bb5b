"""Wall-clock rules: pace, and hours, dates and numbers as the French write them."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_TENTH = timedelta(milliseconds=100)
_SECOND = 10 * _TENTH
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def paced(delay: timedelta, pace: int) -> timedelta:
    """Shorten a delay of the plan for a demonstration or an accelerated exercise.

    Raises:
        ValueError: `pace` is not at least 1.
    """
    if pace < 1:
        raise ValueError(f"pace {pace} is not at least 1")
    return delay / pace


def months_later(day: date, months: int) -> date:
    """Give the same day some months later; the last of its month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def french_day(at: datetime, zone: ZoneInfo) -> str:
    """Say the local day: « 22 novembre 2026 », « 1er mars 2027 »."""
    return french_date(at.astimezone(zone).date())


def french_date(on: date) -> str:
    """Say a day of the calendar: « 1er mars 2027 »."""
    day = "1er" if on.day == 1 else str(on.day)
    return NBSP.join((day, _MONTHS[on.month - 1], str(on.year)))


def french_hour(at: datetime, zone: ZoneInfo) -> str:
    """Say the local hour: « 22 h 40 ».

    In the hour that autumn repeats, say which one: « 2 h 30 (heure d'été) ».
    """
    local = at.astimezone(zone)
    return f"{local.hour}{NBSP}h{NBSP}{local:%M}{_season(local)}"


def french_second(at: datetime, zone: ZoneInfo) -> str:
    """Say the local hour to the second: « 22 h 40 min 07 s »."""
    local = at.astimezone(zone)
    hour = f"{local.hour}{NBSP}h{NBSP}{local:%M}{NBSP}min{NBSP}{local:%S}{NBSP}s"
    return hour + _season(local)


def french_instant(at: datetime, zone: ZoneInfo) -> str:
    """Say the local day and hour: « 22 novembre 2026 à 22 h 40 »."""
    return f"{french_day(at, zone)} à {french_hour(at, zone)}"


def french_moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say an instant after a verb: « à 22 h 40 » today, else with its day."""
    if french_day(at, zone) == french_day(now, zone):
        return f"à {french_hour(at, zone)}"
    return f"le {french_instant(at, zone)}"


def french_count(number: int) -> str:
    """Write a whole number with thin spaces between thousands: « 92 400 »."""
    return f"{number:,}".replace(",", THIN)


def french_elapsed(elapsed: timedelta) -> str:
    """Say how long something took: « 0,6 s », « 12 s », « 1 min 05 s », « 2 h 05 »."""
    if elapsed < 10 * _SECOND:  # here tenths matter
        seconds, tenths = divmod(elapsed // _TENTH, 10)
        return f"{seconds},{tenths}{NBSP}s"
    if elapsed < _MINUTE:
        return f"{elapsed // _SECOND}{NBSP}s"
    if elapsed < _HOUR:
        minutes, rest = divmod(elapsed, _MINUTE)
        return f"{minutes}{NBSP}min{NBSP}{rest // _SECOND:02}{NBSP}s"
    hours, rest = divmod(elapsed, _HOUR)
    return f"{french_count(hours)}{NBSP}h{NBSP}{rest // _MINUTE:02}"


def french_delay(late: timedelta) -> str:
    """Say how late something is, in few signs: « retard 12 min », « dans 2 h »."""
    if abs(late) < _MINUTE:
        return "maintenant"
    word, left = ("retard", late) if late >= timedelta() else ("dans", -late)
    if left < _HOUR:
        return f"{word} {left // _MINUTE} min"
    if left < 48 * _HOUR:
        return f"{word} {left // _HOUR} h"
    return f"{word} {left.days} j"


def _season(local: datetime) -> str:
    """Tell both readings apart when the clock shows this hour twice."""
    first, second = (local.replace(fold=fold) for fold in (0, 1))
    offsets = first.utcoffset(), second.utcoffset()
    if offsets[0] is None or offsets[1] is None or offsets[0] <= offsets[1]:
        return ""
    return f" (heure d'{'été' if local.dst() else 'hiver'})"
