"""Everything that Tocsin is made of is killed during waves of 2,000 people."""

from pathlib import Path

import pytest

from benchmarks.faults import on_postgres
from benchmarks.measures import Measure
from benchmarks.stage import AbsentError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


async def test_nobody_is_lost_however_processes_are_killed(tmp_path: Path) -> None:
    measures: list[Measure] = []

    try:
        async with on_postgres(tmp_path, measures) as kills:
            await kills.every_part(rounds=2)
    except AbsentError as error:
        pytest.skip(f"NO PROCESS IS KILLED: {error}")

    assert {each.name for each in measures} >= {
        "kill_every_part_lost",
        "kill_every_part_repeats",
        "kill_every_part_answers_lost",
    }
    assert {each.name: each.value for each in measures if not each.holds} == {}
