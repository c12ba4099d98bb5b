from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import (
    french_count,
    french_day,
    french_elapsed,
    french_hour,
    french_instant,
    french_second,
    paced,
)

PARIS = ZoneInfo("Europe/Paris")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_delay_is_divided_by_the_pace() -> None:
    assert paced(timedelta(hours=2), 1) == timedelta(hours=2)
    assert paced(timedelta(minutes=15), 60) == timedelta(seconds=15)
    assert paced(timedelta(0), 60) == timedelta(0)


@pytest.mark.parametrize("pace", [0, -60])
def test_time_neither_stops_nor_runs_backwards(pace: int) -> None:
    with pytest.raises(ValueError, match="pace"):
        paced(timedelta(hours=1), pace)


def test_an_instant_is_said_in_the_zone_of_the_cpts() -> None:
    at = datetime(2026, 11, 22, 21, 40, 7, tzinfo=UTC)

    assert french_hour(at, PARIS) == "22\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}40"
    assert plain(french_day(at, PARIS)) == "22 novembre 2026"
    assert plain(french_instant(at, PARIS)) == "22 novembre 2026 à 22 h 40"
    assert plain(french_second(at, PARIS)) == "22 h 40 min 07 s"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Guadeloupe", "31 décembre 2026 à 20 h 30"),
        ("America/Martinique", "31 décembre 2026 à 20 h 30"),
        ("America/Cayenne", "31 décembre 2026 à 21 h 30"),
        ("America/Miquelon", "31 décembre 2026 à 21 h 30"),
        ("Indian/Reunion", "1er janvier 2027 à 4 h 30"),
        ("Indian/Mayotte", "1er janvier 2027 à 3 h 30"),
        ("Pacific/Noumea", "1er janvier 2027 à 11 h 30"),
        ("Pacific/Tahiti", "31 décembre 2026 à 14 h 30"),
        ("Europe/Paris", "1er janvier 2027 à 1 h 30"),
    ],
)
def test_overseas_has_its_own_hour_and_day(zone: str, said: str) -> None:
    at = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)

    assert plain(french_instant(at, ZoneInfo(zone))) == said


def test_the_hour_that_autumn_repeats_says_which_one_it_is() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    later = [
        plain(french_hour(first + timedelta(hours=hours), PARIS))
        for hours in (-1, 0, 1, 2)
    ]

    assert later == [
        "1 h 30",
        "2 h 30 (heure d'été)",
        "2 h 30 (heure d'hiver)",
        "3 h 30",
    ]


def test_spring_skips_an_hour_without_a_word() -> None:
    last = datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)

    assert plain(french_second(last, PARIS)) == "1 h 59 min 59 s"
    assert plain(french_hour(last + timedelta(seconds=1), PARIS)) == "3 h 00"


def test_a_leap_day_is_a_day() -> None:
    at = datetime(2028, 2, 28, 23, 0, tzinfo=UTC)

    assert plain(french_day(at, PARIS)) == "29 février 2028"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1\N{NARROW NO-BREAK SPACE}000"),
        (92_400, "92\N{NARROW NO-BREAK SPACE}400"),
        (1_234_567, "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"),
    ],
)
def test_thousands_are_parted_by_a_thin_space(number: int, said: str) -> None:
    assert french_count(number) == said


@pytest.mark.parametrize(
    ("elapsed", "said"),
    [
        (timedelta(0), "0,0 s"),
        (timedelta(milliseconds=690), "0,6 s"),
        (timedelta(seconds=9, milliseconds=999), "9,9 s"),
        (timedelta(seconds=12, milliseconds=900), "12 s"),
        (timedelta(seconds=59, milliseconds=999), "59 s"),
        (timedelta(minutes=1, seconds=5), "1 min 05 s"),
        (timedelta(hours=2, minutes=5, seconds=59), "2 h 05"),
        (timedelta(days=3), "72 h 00"),
    ],
)
def test_a_duration_is_never_said_longer_than_it_was(
    elapsed: timedelta, said: str
) -> None:
    assert plain(french_elapsed(elapsed)) == said
