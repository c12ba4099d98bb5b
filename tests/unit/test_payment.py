from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.payment_file import load_variable_part
from domain.cpts import SizeClass
from domain.payment import Claim, Mark, VariablePart, YearFrom, contract_year, expected

FILE = Path(__file__).parents[2] / "plan_templates" / "part-variable.yaml"
PART = load_variable_part(FILE)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
A_DAY = timedelta(days=1)
ORDER = date(2027, 3, 20)


def claim(**changes: object) -> Claim:
    said: dict[str, object] = {
        "size": "T3",
        "population": 126_400,
        "activated_on": ORDER,
        "anniversary_on": date(2024, 4, 1),
    }
    return Claim.model_validate(said | changes)


def year_from(setting: YearFrom) -> VariablePart:
    year = PART.year.model_copy(update={"setting": setting})
    return PART.model_copy(update={"year": year})


def scales(*periods: tuple[str, str | None]) -> dict[str, object]:
    said = PART.model_dump(mode="json", exclude_none=True)
    base = said["baremes"][0]
    said["baremes"] = [
        base | {"du": first} | ({"au": last} if last else {}) for first, last in periods
    ]
    return said


@pytest.mark.parametrize(
    ("size", "euros"), [("T1", 37_500), ("T2", 52_500), ("T3", 67_500), ("T4", 75_000)]
)
def test_the_size_of_the_contract_gives_the_amount(size: str, euros: int) -> None:
    said = expected(PART, claim(size=size))

    assert said.amount == euros
    assert said.mark is Mark.ONE_SOURCE
    assert said.sources == ("S1", "S19")


@given(st.sampled_from(SizeClass), st.integers(1, 10**7), DAYS)
def test_whatever_the_population_only_the_contract_says_the_amount(
    size: SizeClass, population: int, day: date
) -> None:
    said = expected(PART, claim(size=size, population=population, activated_on=day))

    in_force = day >= date(2022, 9, 3)
    assert said.amount == (PART.scales[0].amounts[size] if in_force else None)
    assert said.size_is_doubtful is (said.sizes != (size,))


@pytest.mark.parametrize(
    ("population", "sizes"),
    [
        (1, "T1"),
        (39_999, "T1"),
        (40_000, "T2"),
        (79_999, "T2"),
        (80_000, "T2 T3"),
        (80_001, "T3"),
        (174_999, "T3"),
        (175_000, "T3 T4"),
        (175_001, "T4"),
    ],
)
def test_where_sources_disagree_on_a_bound_both_sizes_are_said(
    population: int, sizes: str
) -> None:
    assert " ".join(PART.bounds.sizes(population)) == sizes


@given(st.integers(1, 400_000), st.integers(1, 400_000))
def test_a_larger_population_never_has_a_smaller_size(one: int, other: int) -> None:
    less, more = sorted((one, other))

    assert PART.bounds.sizes(less)[0] <= PART.bounds.sizes(more)[0]
    assert PART.bounds.sizes(less)[-1] <= PART.bounds.sizes(more)[-1]


@given(DAYS, DAYS)
def test_contract_years_follow_each_other_without_gap_or_overlap(
    anniversary: date, day: date
) -> None:
    year = contract_year(anniversary, day)

    assert day in year
    assert year.last_on - year.first_on in {timedelta(days=364), timedelta(days=365)}
    assert contract_year(anniversary, year.first_on) == year
    assert contract_year(anniversary, year.last_on) == year
    assert contract_year(anniversary, year.last_on + A_DAY).first_on == (
        year.last_on + A_DAY
    )
    assert year.first_on.month == anniversary.month


def test_a_contract_signed_on_29_february_is_renewed_on_the_28th() -> None:
    year = contract_year(date(2024, 2, 29), date(2027, 2, 28))

    assert (year.first_on, year.last_on) == (date(2027, 2, 28), date(2028, 2, 28))


@pytest.mark.parametrize(
    ("setting", "first_on"),
    [
        (YearFrom.ACTIVATION, date(2026, 4, 1)),
        (YearFrom.RECOGNITION, date(2026, 4, 1)),
        (YearFrom.LIFTING, date(2027, 4, 1)),
    ],
)
def test_a_crisis_across_two_years_belongs_to_the_one_of_its_order(
    setting: YearFrom, first_on: date
) -> None:
    across = claim(recognised_on=date(2027, 3, 22), lifted_on=date(2027, 4, 10))
    said = expected(year_from(setting), across)

    assert said.year_first_on == first_on
    assert said.amount == 67_500
    assert said.rules[-1].text == PART.year.words[setting]
    assert PART.year.setting is YearFrom.ACTIVATION


def test_without_the_date_that_counts_nothing_is_expected_yet() -> None:
    said = expected(year_from(YearFrom.LIFTING), claim(lifted_on=None))

    assert said.amount is None
    assert said.year_first_on is None
    assert said.rules


def test_without_an_anniversary_the_amount_has_no_year() -> None:
    said = expected(PART, claim(anniversary_on=None, others_on=(ORDER,)))

    assert (said.amount, said.year_last_on, said.same_year) == (67_500, None, 0)


def test_only_crises_of_the_same_contract_year_share_its_amount() -> None:
    others = (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))

    assert expected(PART, claim(others_on=others)).same_year == 2


@given(DAYS)
def test_a_scale_stops_where_the_next_begins(day: date) -> None:
    periods = (("2022-09-03", "2026-12-31"), ("2027-01-01", None))
    part = VariablePart.model_validate(scales(*periods))
    in_force = [scale for scale in part.scales if scale.holds_on(day)]

    assert len(in_force) == (day >= date(2022, 9, 3))
    assert part.scale_on(day) == (in_force[0] if in_force else None)


@pytest.mark.parametrize(
    "periods",
    [
        (("2022-09-03", None), ("2027-01-01", None)),
        (("2022-09-03", "2027-01-01"), ("2027-01-01", None)),
        (("2027-01-01", "2027-12-31"), ("2022-09-03", "2023-01-01")),
    ],
)
def test_two_scales_on_one_day_are_refused(
    periods: tuple[tuple[str, str | None], ...],
) -> None:
    with pytest.raises(ValidationError, match="l'un finit avant"):
        VariablePart.model_validate(scales(*periods))


def test_a_scale_that_forgets_a_size_is_refused() -> None:
    said = PART.model_dump(mode="json", exclude_none=True)
    del said["baremes"][0]["montants"]["T4"]

    with pytest.raises(ValidationError, match="un par taille"):
        VariablePart.model_validate(said)
