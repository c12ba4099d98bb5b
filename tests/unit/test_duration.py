"""Periods of the calendar; durations are tested with the pieces of a template."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.duration import Period, SinceLifting, parse_period

LAST_OF_JANUARY = datetime(2027, 1, 31, 22, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "then"),
    [
        ("P30D", LAST_OF_JANUARY + timedelta(days=30)),
        ("P1M", datetime(2027, 2, 28, 22, 40, tzinfo=UTC)),
        ("P13M", datetime(2028, 2, 29, 22, 40, tzinfo=UTC)),
        ("P11M", datetime(2027, 12, 31, 22, 40, tzinfo=UTC)),
        ("P1Y", datetime(2028, 1, 31, 22, 40, tzinfo=UTC)),
    ],
)
def test_a_period_ends_the_same_day_or_the_last_of_a_shorter_month(
    period: str, then: datetime
) -> None:
    assert parse_period(period).after(LAST_OF_JANUARY) == then


def test_a_year_after_29_february_is_28_february() -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)

    assert Period(1, "Y").after(leap) == datetime(2029, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "P", "P1", "PT1H", "P1Y6M", "P1W", "1Y", "P1Y\n"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="période illisible"):
        parse_period(text)


def test_a_period_since_the_lifting_is_read_back_as_it_was_written() -> None:
    since: TypeAdapter[Period] = TypeAdapter(SinceLifting)

    read = since.validate_python("LEVEE+P30D")

    assert read == Period(30, "D")
    assert since.validate_python(read) == read
    assert since.dump_python(read) == "LEVEE+P30D"
    with pytest.raises(ValidationError, match=r"LEVEE\+P30D, pas « P30D »"):
        since.validate_python("P30D")
