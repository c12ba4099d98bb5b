from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import months_later
from domain.cpts import Cpts
from domain.plan_due import first_due, next_due
from domain.plan_version import VersionKind
from domain.review import OWNER_OF_PLAN, Agenda, agenda, rungs
from domain.working_days import CLOSES, OPENS, WorkingDays
from domain.yearly_update import StepCode
from tests.national import national
from tests.world import cpts

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
MAINLAND = WorkingDays.of(["81004", "99001"], PARIS)
ISLAND = WorkingDays.of(["97411"], REUNION)
MOSELLE = WorkingDays.of(["57463"], PARIS)
ALL = (MAINLAND, ISLAND, MOSELLE)
DAYS = st.dates(date(2024, 1, 1), date(2044, 12, 31))
REMINDERS = (180, 105, 30, 7)


def laid(due_on: date, days: WorkingDays = MAINLAND) -> Agenda:
    return agenda(national().yearly_update, due_on, days, REMINDERS)


def signed(**changes: object) -> Cpts:
    said = cpts().model_dump(mode="json", exclude_none=True)
    dates = {"date_contrat_aci": "2024-02-29", "date_debut_mission_4": "2024-06-01"}
    return Cpts.model_validate(said | dates | changes)


@given(DAYS, st.sampled_from(ALL))
def test_nothing_is_asked_in_august_nor_on_a_day_off_nor_after_the_due_date(
    due_on: date, days: WorkingDays
) -> None:
    plan = laid(due_on, days)
    asked = [*(s.on for s in plan.steps), *plan.chases, *plan.reminders]

    assert all(day in days for day in asked)
    assert all(day <= due_on and day.month != 8 for day in asked)
    assert [s.on for s in plan.steps] == sorted(s.on for s in plan.steps)
    assert plan.opens_on == plan.steps[0].on


@given(DAYS, st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_whatever_days_one_looks_on_each_step_comes_due_once(
    due_on: date, gaps: list[int]
) -> None:
    plan = laid(due_on)
    seen: list[StepCode] = []
    looked, today = None, plan.opens_on
    for gap in [*gaps, 400]:
        seen += [step.code for step in plan.due(looked, today).steps]
        looked, today = today, today + timedelta(days=gap)
    seen += [step.code for step in plan.due(looked, today).steps]

    assert seen == list(StepCode)
    assert not plan.due(today, today)
    assert plan.next_after(due_on) is None


def test_three_weeks_of_outage_over_the_due_date_are_caught_up_in_one_go() -> None:
    plan = laid(date(2027, 3, 15))

    due = plan.due(date(2027, 3, 5), date(2027, 3, 26))

    assert [step.code for step in due.steps] == [StepCode.FILING]
    assert due.chases
    assert due.reminds


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31)),  # noqa: DTZ001 - zoned
    st.sampled_from(ALL),
)
def test_a_letter_leaves_in_working_hours_at_both_changes_of_hour_too(
    wall: datetime, days: WorkingDays
) -> None:
    now = wall.replace(tzinfo=UTC)

    at = days.next_opening(now)
    local = at.astimezone(days.zone)

    assert at >= now
    assert local.date() in days
    assert OPENS <= local.time() <= CLOSES
    assert days.next_opening(at) == at


def test_a_due_date_wins_over_rest_when_no_working_day_is_left() -> None:
    saturday = datetime(2027, 8, 14, 10, 0, tzinfo=PARIS)

    assert MAINLAND.next_opening(saturday).date() == date(2027, 9, 1)
    assert MAINLAND.next_opening(saturday, date(2027, 8, 20)) == saturday
    assert MAINLAND.next_opening(saturday, date(2027, 8, 13)).date() == date(2027, 9, 1)


def test_the_hour_is_that_of_the_island_and_so_are_its_holidays() -> None:
    assert ISLAND.opening(date(2027, 3, 15)).astimezone(UTC).time() == time(5)
    assert date(2027, 12, 20) not in ISLAND
    assert date(2027, 12, 20) in MAINLAND
    assert date(2027, 3, 26) not in MOSELLE  # Good Friday
    assert MAINLAND.on_or_before(date(2027, 3, 29)) == date(2027, 3, 26)


def test_the_29th_of_february_is_kept_on_the_28th() -> None:
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert months_later(date(2026, 8, 31), 18) == date(2028, 2, 29)
    assert months_later(date(2026, 11, 30), 1) == date(2026, 12, 30)


def test_the_first_plan_is_due_at_the_earliest_reading_or_as_the_contract_says() -> (
    None
):
    first = first_due(signed())
    said = first_due(signed(reglages={"contract_date": "2025-09-30"}))

    assert first
    assert [each.on for each in first.readings] == [
        date(2025, 2, 28),
        date(2025, 6, 1),
        date(2025, 8, 29),
    ]
    assert first.on == date(2025, 2, 28)
    assert said
    assert said.on == date(2025, 9, 30)
    assert len(said.readings) == 4
    assert first_due(cpts()) is None
    assert next_due(cpts(), date(2026, 1, 1), ()) is None
    assert next_due(cpts(), date(2026, 1, 1), (date(2025, 1, 1),)) is None


def test_a_first_plan_that_is_late_is_due_at_the_next_anniversary() -> None:
    tenant = signed()

    before = next_due(tenant, date(2025, 2, 28), ())
    after = next_due(tenant, date(2026, 11, 22), ())

    assert before
    assert before.on == date(2025, 2, 28)
    assert after
    assert (after.kind, after.on) == (VersionKind.FIRST_WRITING, date(2027, 2, 28))


@pytest.mark.parametrize(
    ("rule", "due_on"),
    [
        ("contract_anniversary", date(2026, 2, 28)),
        ("calendar_year", date(2026, 12, 31)),
        ("twelve_months", date(2026, 1, 10)),
    ],
)
def test_an_update_is_due_the_year_after_the_writing_by_the_chosen_rule(
    rule: str, due_on: date
) -> None:
    tenant = signed(reglages={"update_due_rule": rule})

    due = next_due(tenant, date(2025, 1, 20), (date(2025, 1, 10),))

    assert due
    assert (due.kind, due.on) == (VersionKind.UPDATE, due_on)


def test_an_update_adopted_in_time_or_late_serves_one_due_date() -> None:
    tenant, written = signed(), date(2025, 1, 10)

    def after(day: date) -> date | None:
        due = next_due(tenant, day, (written, day))
        return due.on if due else None

    assert after(date(2026, 1, 29)) == date(2027, 2, 28)
    assert after(date(2026, 4, 2)) == date(2027, 2, 28)
    assert after(date(2027, 2, 28)) == date(2028, 2, 29)


@given(DAYS, st.lists(DAYS, max_size=3).map(sorted))
def test_what_is_due_next_is_never_before_today(
    today: date, adopted: list[date]
) -> None:
    due = next_due(signed(), today, adopted)

    assert due
    assert due.on >= today


def test_silence_goes_from_the_owner_to_the_deputy_then_to_the_president() -> None:
    assert rungs("a", "b", "p") == ("a", "a", "b", "p")
    assert rungs("a", None, "p") == ("a", "a", "p")
    assert rungs(None, None, None) == (OWNER_OF_PLAN,)
