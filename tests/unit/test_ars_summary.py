"""The page for the ARS: what it counts, and what it does not hide."""

from dataclasses import replace
from datetime import date

from domain.ars_summary import AlertTest, ArsSummary, ars_summary, line_of
from domain.known_facts import PastExercise
from domain.person import Link
from domain.plan_edition import PlanSource
from tests.national import national
from tests.samples.plan import PRINTED_AT, directory, plan, plan_people, source

EXERCISES = (
    PastExercise(date(2026, 6, 4), ("SICK",), "Canicule"),
    PastExercise(date(2025, 5, 2), ("NRC",), "Accident chimique"),
)
TEST = AlertTest(on=date(2026, 6, 4), asked=146, answered=98, median_minutes=9)


def summed(of: PlanSource | None = None, test: AlertTest | None = TEST) -> ArsSummary:
    return ars_summary(
        of or source(), EXERCISES, test, ("Un lieu manque.",), PRINTED_AT
    )


def test_it_says_who_answers_for_the_plan_and_how_to_call_them() -> None:
    said = summed()

    names = [directory()[i].full_name for i in plan_people("REFERENT_SSE")]
    assert said.referent is not None
    assert said.deputy is not None
    assert [said.referent.name, said.deputy.name] == names
    assert said.referent.phones
    assert said.online_room is not None


def test_each_volunteer_counts_in_every_type_accepted() -> None:
    said = summed()
    volunteers = [p for p in directory().values() if p.link is Link.VOLUNTEER]

    assert said.everybody.total == len(volunteers)
    types = [sheet.code for sheet in national().types]
    counts = tuple(sum(p.accepts(code) for p in volunteers) for code in types)
    assert said.everybody.by_type == counts
    totals = [group.total for group in said.volunteers]
    assert totals == sorted(totals, reverse=True)


def test_places_are_listed_with_the_numbers_of_their_types() -> None:
    first = summed().places[0]

    assert first.types == ("1", "2")
    assert first.capacity == "120"


def test_the_last_exercise_is_the_latest_one() -> None:
    said = summed()

    assert (said.exercise_on, said.exercise) == (date(2026, 6, 4), "Canicule")
    assert summed(test=None).alert_test is None


def test_the_lines_of_two_cpts_have_the_same_columns() -> None:
    bare = plan().model_copy(update={"sections": (), "holders": ()})
    empty = replace(source(), plan=bare, people={})
    one, other = summed(), summed(empty, None)

    assert [name for name, _ in line_of(one)] == [name for name, _ in line_of(other)]
    told = dict(line_of(other))
    assert (told["Référent SSE"], told["Volontaires"], told["Lieux, type 1"]) == (
        "",
        0,
        0,
    )
    assert told["Délai médian (minutes)"] == ""
    assert dict(line_of(one))["Délai médian (minutes)"] == 9
    assert dict(line_of(one))["Lieux, type 2"] == 3
