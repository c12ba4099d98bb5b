"""A hundred CPTS alerted one after another: against a bare loop, and each in turn."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import Measure
from benchmarks.stage import Helper, NotReadyError
from benchmarks.waves import Sent, all_up, prepared_message, settled

CPTS, PEOPLE = 100, 500
SAMPLE = 5000  # mails of the bare loop, before and after: it is even
RATIO_BAR, MEMORY_BAR_MB = 1.5, 250
WARMING = "bench-first"
LONGEST_S = 240.0  # a busy machine would take a quarter of an hour


async def crowd_measures(folder: Path) -> list[Measure]:
    """Alert every CPTS as fast as one process can; then as many mails, bare.

    Raises:
        NotReadyError: A part did not come up, or a wave did not leave, in time.
    """
    try:
        async with asyncio.timeout(LONGEST_S):
            return await _measured(folder)
    except TimeoutError as late:
        message = f"{CPTS} CPTS: not within {LONGEST_S:g} s"
        raise NotReadyError(message) from late


async def _measured(folder: Path) -> list[Measure]:
    async with all_up(folder) as (stage, waves):
        names = [f"bench-{number:03d}" for number in range(CPTS)]
        for name in (WARMING, *names):
            await settled(stage, name, PEOPLE)
        message = await prepared_message(stage, await waves.send(WARMING, PEOPLE))
        port = str(stage.sink_port)
        bare = await Helper.start(stage, "benchmarks.bare", port, str(message))
        await bare.ask(count=PEOPLE)
        before = await bare.ask(count=SAMPLE)
        orders = [await waves.open(name) for name in names]
        sent = [await waves.left(order, PEOPLE) for order in orders]
        after = await bare.ask(count=SAMPLE)
        await bare.stop()
        memory = stage.peak_mb("worker")
    whole = max(each.last_at for each in sent) - orders[0].committed_at
    bare_s = (float(before["seconds"]) + float(after["seconds"])) / (2 * SAMPLE)
    waited = tuple(each.first_at - each.committed_at for each in sent)
    what = f"{CPTS} CPTS of {PEOPLE}, ordered one after another"
    how = (
        f"{what}: from the first commit to the last message, {whole:.1f} s, over as"
        f" many by the bare loop, at the pace of {SAMPLE} before and {SAMPLE} after"
    )
    first = f"{what}: from the commit of a crisis to its first message, worst"
    behind = f"{what}: whose first message left after the last of one ordered later"
    ratio = whole / (bare_s * CPTS * PEOPLE)
    measures = [
        Measure("wave_50000_ratio", ratio, "x", how, RATIO_BAR),
        Measure("wave_50000_first_worst", max(waited), "s", first, None, waited),
        Measure("wave_50000_behind", _behind(sent), "CPTS", behind, 0),
    ]
    if memory is not None:
        peak = f"peak of the worker; {what}"
        measures.append(Measure("wave_50000_memory", memory, "MB", peak, MEMORY_BAR_MB))
    return measures


def _behind(sent: Sequence[Sent]) -> int:
    """Count the CPTS that had to wait for one that was ordered after them."""
    return sum(
        any(later.last_at < each.first_at for later in sent[place + 1 :])
        for place, each in enumerate(sent)
    )
