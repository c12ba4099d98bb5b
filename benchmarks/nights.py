"""Nights at four, as `make bench` plays them: what the cascade reaches, and why not."""

import shutil
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database.migrate import upgrade
from benchmarks.measures import Measure
from benchmarks.night import Clock, Night, Played, opened
from benchmarks.sleepers import Sleepers
from domain.person import Link
from domain.wave import Channel
from tests.conducted import ROLES, national_cpts
from tests.national import national
from tests.world import CPTS_ID, people

ASKED, HOLDERS = 500, 2 * len(ROLES)  # who conducts the crisis is not asked for a seat
BOTH, TEXTS = (Channel.TEXT, Channel.CALL), (Channel.TEXT,)
DEAF = 0.10  # assumed: nothing wakes them
SEEDS = (1, 2, 3)
BAR = 80.0


async def settled(path: Path, asked: int, awake: float = 1.0) -> Path:
    """Add a CPTS with the national plan, its cell, and volunteers.

    Args:
        path: Of the database.
        asked: How many volunteers.
        awake: The share of them who ticked « Joignable la nuit ».
    """
    upgrade(f"sqlite:///{path}")
    database = opened(path, Clock())
    await add_cpts(database, national_cpts(), "COORDINATEUR")
    everyone = tuple(
        replace(
            each,
            link=Link.MEMBER if number < HOLDERS else Link.VOLUNTEER,
            reachable_at_night=number < HOLDERS + awake * asked,
            mobile=f"+3363998{number:04}",
        )
        for number, each in enumerate(people(HOLDERS + asked))
    )
    await import_roster(database, CPTS_ID, everyone, "COORDINATEUR")
    await new_plan(database, CPTS_ID, national(), "COORDINATEUR")
    await database.close()
    return path


async def played(
    model: Path, sleepers: Sleepers, carried: Sequence[Channel] = BOTH
) -> Played:
    """Play one night on a copy of this database."""
    with tempfile.TemporaryDirectory(dir=model.parent) as here:
        copy = shutil.copy(model, here)
        return await Night(Path(copy), sleepers, carried).play()


def alone(sleepers: Sleepers, channel: Channel, asked: int = ASKED) -> float:
    """Give the percentage that one message by one channel reaches within 45 minutes."""
    names = (f"Camille Fictif{n:05d}" for n in range(HOLDERS, HOLDERS + asked))
    waits = (sleepers.answers_after(name, channel, 0) for name in names)
    return 100 * sum(wait is not None for wait in waits) / asked


async def night_measures(folder: Path) -> list[Measure]:
    """Play the nights; print each."""
    with tempfile.TemporaryDirectory(dir=folder) as here:
        model = await settled(Path(here) / "model.db", ASKED)
        nights = [await _told(model, Sleepers(seed, DEAF)) for seed in SEEDS]
        fifth = await _told(model, Sleepers(SEEDS[0], 2 * DEAF))
        texts = await _told(model, Sleepers(SEEDS[0], DEAF), TEXTS)
        half = await settled(Path(here) / "half.db", ASKED, awake=0.5)
        woken = await _told(half, Sleepers(SEEDS[0], DEAF))
    who = f"{ASKED} volunteers who ticked « Joignable la nuit », V2 at four"
    runs = [each.reached for each in nights]
    return [
        Measure(
            "night_cascade_reached_45min",
            *(statistics.median(runs), "%"),
            f"{who}; nothing wakes {DEAF:.0%} of them; seeds {SEEDS}, median",
            *(BAR, tuple(runs)),
            at_least=True,
        ),
        _alone("night_text_alone_reached_45min", Channel.TEXT),
        _alone("night_call_alone_reached_45min", Channel.CALL),
        _reported("night_texts_and_reminder", texts, f"{who}; no provider of calls"),
        _reported("night_cascade_a_fifth_deaf", fifth, f"{who}; nothing wakes 20 %"),
        _reported("night_cascade_half_ticked", woken, "half of 500 ticked; 10 % deaf"),
    ]


async def _told(
    model: Path, sleepers: Sleepers, carried: Sequence[Channel] = BOTH
) -> Played:
    night = await played(model, sleepers, carried)
    print(f"  night {sleepers.seed}, {sleepers.deaf:.0%} deaf: {night.told()}")
    return night


def _alone(name: str, channel: Channel) -> Measure:
    runs = tuple(alone(Sleepers(seed, DEAF), channel) for seed in SEEDS)
    how = "one message by this channel and no other: what the study gave, drawn again"
    return Measure(name, statistics.median(runs), "%", how, None, runs)


def _reported(name: str, night: Played, how: str) -> Measure:
    return Measure(f"{name}_45min", night.reached, "%", f"{how}; {night.told()}")
