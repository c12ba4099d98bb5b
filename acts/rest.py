"""Seats for who waited in line until they had rested: what the clock of a crisis gives.

Source: docs/sources.md#rest
"""

from collections.abc import Sequence
from datetime import datetime

from acts.seating import call_next, tell_waves
from adapters.database import missions, reserve, seats
from adapters.database.reserve import Waiting
from adapters.database.situations import Known
from adapters.database.unit import Act


async def seat_the_rested(act: Act, known: Known) -> datetime | None:
    """Give free seats to those in line who have rested; say when the next one has."""
    proposed = await missions.of_crisis(act.connection, known.ref)
    worked = {each.person_id for each in proposed if each.post}
    if not (worked and known.crisis.state.takes_answers):
        return None
    resting = known.rest.resting(proposed, act.at)
    line = [
        waiting
        for waiting in await reserve.in_line(act.connection, known.ref)
        if waiting.person_id in worked
    ]
    ready = [waiting for waiting in line if waiting.person_id not in resting]
    if ready:
        await _seat(act, known, ready)
    ends = (resting.get(waiting.person_id) for waiting in line)
    return min((at for at in ends if at is not None), default=None)


async def _seat(act: Act, known: Known, ready: Sequence[Waiting]) -> None:
    """Call the first in line for each free seat that one of these people fits."""
    key = act.cpts_id, known.ref.crisis_id
    filled = await seats.filled(act.connection, *key)
    for need in await seats.needs_of(act.connection, *key):
        free = need.needed - filled.get(need.need_id, 0)
        fit = sum(need.may_be_filled_by(w.profession, w.skills) for w in ready)
        for _ in range(min(free, fit)):
            await call_next(act, known, need.need_id, leaver="", left=())
    if await seats.free(act, known.ref.crisis_id) == 0:
        await tell_waves(act, known.ref, covered=True)
