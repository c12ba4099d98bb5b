"""What the plan should bring: the worked examples of the rule book, then any contract.

The scale, the readings and their marks are those of the file that is shipped.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payment_file import load_fixed_part, load_variable_part
from domain.contract import (
    Contract,
    Standing,
    missing_dates,
    update_due,
)
from domain.cpts import SizeClass
from domain.fixed_part import FixedYear, Slices, fixed_years, share_left
from domain.knobs import FixedMilestone, Knobs, ProrataScope, UpdateDue
from domain.payment import Claim, Mark, expected
from domain.plan_version import VersionKind
from tests.world import cpts

FILES = Path(__file__).parents[2] / "plan_templates"
PART = load_fixed_part(FILES / "part-fixe.yaml")
A_DAY = timedelta(days=1)
DAYS = st.dates(date(2022, 9, 3), date(2040, 12, 31))
FIRST, UPDATE = VersionKind.FIRST_WRITING, VersionKind.UPDATE
BY_ADVANCE, BY_YEAR = ProrataScope.ADVANCE_ONLY, ProrataScope.WHOLE_YEAR
APRIL = date(2026, 4, 1)


def contract(mission_on: date = APRIL, **changes: object) -> Contract:
    """Size 3, contract anniversary 1 April, as in the worked examples."""
    said: dict[str, object] = {
        "population": 126_400,
        "anniversary_on": date(2024, 4, 1),
        "mission_4_on": mission_on,
    }
    read = Contract.of(cpts().model_copy(update=said | changes))
    assert read
    return read


def years(
    said: Contract, written_on: date | None = None, more: int = 2
) -> tuple[FixedYear, ...]:
    written = written_on or said.mission_on
    until = max(written, said.mission_on) + timedelta(days=366 * more)
    return fixed_years(PART, said, written, until)


def test_example_1_mission_starts_on_1_april_2026() -> None:
    writing, update, *_ = years(contract())

    assert writing.starts_on == date(2026, 4, 1)
    assert writing.balance_on == update.starts_on == date(2027, 4, 1)
    assert not writing.is_prorated
    assert writing.readings[BY_ADVANCE] == Slices(advance=33_750, balance=11_250)
    assert update.readings[BY_ADVANCE].advance == 16_875
    assert (writing.kind, update.kind) == (FIRST, UPDATE)


def test_example_2_mission_starts_on_1_october_2026() -> None:
    writing, update, *_ = years(contract(date(2026, 10, 1)))
    a, b = writing.readings[BY_YEAR], writing.readings[BY_ADVANCE]

    assert (a.amount, a.advance) == (22_500, 16_875)
    assert (b.advance, b.amount) == (16_875, 45_000)
    assert b.amount - a.amount == 22_500
    assert writing.is_prorated
    assert writing.year.first_on == date(2026, 4, 1)
    assert update.readings[BY_ADVANCE] == update.readings[BY_YEAR]
    assert PART.doubts.prorata.doubt == "D8"


def test_example_3_crisis_recognised_on_20_march_lifted_on_10_april_2027() -> None:
    variable = load_variable_part(FILES / "part-variable.yaml")
    said = expected(
        variable,
        Claim(
            size=SizeClass.T3,
            population=126_400,
            activated_on=date(2027, 3, 20),
            recognised_on=date(2027, 3, 20),
            lifted_on=date(2027, 4, 10),
            anniversary_on=date(2024, 4, 1),
        ),
    )

    assert said.amount == 67_500
    assert said.year_last_on == date(2027, 3, 31)  # the year of the activation date
    assert variable.year.doubt == "D13"


TABLE: Mapping[VersionKind, Mapping[str, tuple[int, int]]] = {
    FIRST: {
        "T1": (18_750, 6_250),
        "T2": (26_250, 8_750),
        "T3": (33_750, 11_250),
        "T4": (37_500, 12_500),
    },
    UPDATE: {
        "T1": (9_375, 3_125),
        "T2": (13_125, 4_375),
        "T3": (16_875, 5_625),
        "T4": (18_750, 6_250),
    },
}


@pytest.mark.parametrize("size", SizeClass)
def test_each_size_has_the_advance_and_the_balance_of_the_table(size: str) -> None:
    first, update, *_ = years(contract(size=size))

    for year in (first, update):
        slices = year.readings[BY_ADVANCE]
        assert (slices.advance, slices.balance) == TABLE[year.kind][size]
        assert year.scale
        assert year.scale.mark is Mark.ONE_SOURCE


@given(DAYS, DAYS, DAYS, st.sampled_from(SizeClass))
def test_whatever_the_dates_nothing_is_lost_added_or_counted_twice(
    anniversary: date, mission: date, written: date, size: SizeClass
) -> None:
    said = contract(mission, anniversary_on=anniversary, size=size)
    laid = years(said, written)
    scale = PART.scales[0]

    assert laid[0].starts_on == mission
    for before, after in pairwise(laid):
        assert after.starts_on == after.year.first_on == before.year.last_on + A_DAY
        assert after.number > before.number
        assert (before.kind, after.kind) != (UPDATE, FIRST)
    for scope in ProrataScope:
        paid = [y.readings[scope] for y in laid if y.kind is FIRST]
        whole = scale.of_year(FIRST, size)
        share = share_left(laid[0].year, mission)
        wanted = whole if scope is BY_ADVANCE else int(whole * share + 1 / 2)
        assert sum(slices.amount for slices in paid) == wanted <= whole
        assert all(slices.advance >= 0 <= slices.balance for slices in paid)
        for year in laid:
            if year.kind is UPDATE:
                slices = year.readings[scope]
                assert slices.advance + slices.balance == scale.of_year(UPDATE, size)
    both = laid[0].readings
    assert both[BY_ADVANCE].advance == both[BY_YEAR].advance


@given(DAYS, DAYS)
def test_the_later_the_mission_the_smaller_its_share(one: date, other: date) -> None:
    year = contract().year_of(one)
    days = sorted(min(max(day, year.first_on), year.last_on) for day in (one, other))
    early, late = (share_left(year, day) for day in days)

    assert 0 < late <= early <= 1
    assert share_left(year, year.first_on) == 1


@pytest.mark.parametrize("mission", [date(2027, 2, 28), date(2028, 2, 29)])
def test_an_anniversary_on_29_february_keeps_whole_years(mission: date) -> None:
    first, update, *_ = years(contract(mission, anniversary_on=date(2024, 2, 29)))

    assert not first.is_prorated
    assert first.balance_on == update.starts_on
    assert update.starts_on in {date(2028, 2, 29), date(2029, 2, 28)}


def test_a_plan_written_late_moves_its_balance_and_the_first_update() -> None:
    laid = years(contract(), written_on=date(2027, 6, 1))

    assert [year.kind for year in laid] == [FIRST, FIRST, UPDATE, UPDATE]
    assert laid[0].readings[BY_ADVANCE] == Slices(33_750, 0)
    assert laid[1].readings[BY_ADVANCE] == Slices(0, 11_250)


def test_before_the_first_scale_nothing_is_expected() -> None:
    first, second, *_ = years(contract(date(2021, 5, 1)))

    assert (first.scale, first.readings, first.is_prorated) == (None, {}, False)
    assert second.scale is None  # 1 April 2022


def test_each_reading_of_each_doubt_has_its_words_and_its_mark() -> None:
    doubts = PART.doubts

    for rule, codes in (
        (doubts.update, UpdateDue),
        (doubts.prorata, ProrataScope),
        (doubts.milestone, FixedMilestone),
    ):
        assert [reading.code for reading in rule.readings] == list(codes)
    assert doubts.first_plan.reading("contract_date").mark is Mark.CONFIRMED
    assert doubts.milestone.rule(FixedMilestone.DELIVERED).doubt == "D9"


def test_the_first_plan_is_due_on_the_earliest_of_three_dates() -> None:
    due = contract(date(2026, 10, 1), contract_on=date(2026, 4, 1)).first_due

    assert due.readings == (
        ("contract_12", date(2027, 4, 1)),
        ("mission_12", date(2027, 10, 1)),
        ("contract_18", date(2027, 10, 1)),
    )
    assert due.on == date(2027, 4, 1)
    assert contract().first_due.on == date(2027, 4, 1)  # no signature known


def test_the_date_of_the_contract_wins_over_every_computed_one() -> None:
    knobs = Knobs(contract_date="2028-01-01")
    due = contract(contract_on=APRIL, knobs=knobs).first_due

    assert (due.chosen, due.on) == ("contract_date", date(2028, 1, 1))
    assert len(due.readings) == 4


@given(DAYS)
def test_the_alarm_is_that_of_the_date_that_counts(signed: date) -> None:
    due = contract(signed + timedelta(days=120), contract_on=signed).first_due

    assert due.on == min(on for _, on in due.readings)
    assert due.standing(due.on + A_DAY, None) is Standing.LATE
    assert due.standing(due.on, None) is Standing.SOON
    assert due.standing(due.on - timedelta(days=121), None) is Standing.LATER
    assert due.standing(due.on + A_DAY, due.on) is Standing.DONE


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        (UpdateDue.ANNIVERSARY, date(2028, 4, 1)),
        (UpdateDue.CALENDAR_YEAR, date(2027, 12, 31)),
        (UpdateDue.TWELVE_MONTHS, date(2028, 2, 29)),
    ],
)
def test_an_update_is_due_by_the_rule_that_the_cpts_chose(
    rule: UpdateDue, on: date
) -> None:
    said = contract(knobs=Knobs(update_due_rule=rule))
    due = update_due(said, said.year_of(date(2027, 9, 1)), date(2027, 2, 28) + A_DAY)

    assert len(due.readings) == 3
    assert due.on == (on if rule is not UpdateDue.TWELVE_MONTHS else date(2028, 3, 1))


def test_without_a_version_before_the_anniversary_counts() -> None:
    said = contract(knobs=Knobs(update_due_rule=UpdateDue.TWELVE_MONTHS))
    due = update_due(said, said.year_of(APRIL), None)

    assert due.on == date(2027, 4, 1)
    assert len(due.readings) == 2


def test_a_contract_is_read_from_the_file_of_the_cpts() -> None:
    known = cpts().model_copy(
        update={"contract_on": date(2021, 3, 15), "mission_4_on": date(2023, 1, 1)}
    )
    read = Contract.of(known)

    assert read
    assert read.anniversary_on == read.signed_on == date(2021, 3, 15)
    assert read.last_on == date(2026, 3, 14)
    assert contract().last_on is None
    assert missing_dates(known) == ()


def test_a_file_without_its_dates_says_which() -> None:
    assert Contract.of(cpts()) is None
    assert missing_dates(cpts()) == ("date_anniversaire", "date_debut_mission_4")
