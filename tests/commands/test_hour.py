"""The hour of an order, as a person types it in a hurry."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from commands.acting import instant

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 22 h in Paris


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("22:00", "2026-11-22T22:00+01:00"),
        ("9:30", "2026-11-22T09:30+01:00"),
        ("22:01", "2026-11-21T22:01+01:00"),
        ("2026-11-22T21:05", "2026-11-22T21:05+01:00"),
        ("2026-07-22T21:05", "2026-07-22T21:05+02:00"),
        ("2026-11-22T20:05Z", "2026-11-22T21:05+01:00"),
    ],
)
def test_an_hour_alone_is_the_last_time_it_was_that_hour(typed: str, read: str) -> None:
    assert instant("--received-at", typed, PARIS, NOW) == datetime.fromisoformat(read)


@pytest.mark.parametrize("typed", ["", "25:00", "22h", "hier soir", "2026-13-01T10:00"])
def test_what_is_no_hour_names_the_option(typed: str) -> None:
    with pytest.raises(typer.BadParameter) as refused:
        instant("--received-at", typed, PARIS, NOW)

    assert refused.value.param_hint == "--received-at"
