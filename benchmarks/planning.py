"""What the coordinator of a large CPTS waits for: the plan checked, and printed."""

from collections.abc import Awaitable, Callable
from functools import partial

from acts.plan_check import checked
from archive import print_plan
from benchmarks.measures import Measure, median_of
from benchmarks.reading import times
from benchmarks.stage import Stage
from domain.printed_plan import Copy, PlanFormat
from instance import Instance, opened

BARS_S = {PlanFormat.PDF: 3.0, PlanFormat.WORD: 5.0, PlanFormat.HTML: None}
CHECK_BAR_S = 1.0


async def plan_measures(stage: Stage, cpts_id: str, people: int) -> list[Measure]:
    """Time the check of a plan and each form of it on paper, from the database."""
    about = f"of a national plan and {people} members; median"
    async with opened(stage.settings) as instance:
        seconds = await times(partial(_check, instance, cpts_id))
        measures = [
            median_of("plan_check", "s", seconds, f"check {about}", CHECK_BAR_S)
        ]
        for form, bar in BARS_S.items():
            print_it: Callable[[], Awaitable[object]] = partial(
                print_plan, instance, cpts_id, form, Copy(), None
            )
            seconds = await times(print_it)
            how = f"print the crisis edition {about}"
            measures.append(median_of(f"plan_{form}", "s", seconds, how, bar))
    return measures


async def _check(instance: Instance, cpts_id: str) -> None:
    database = instance.database
    async with database.read() as connection:
        await checked(connection, cpts_id, database.now())
