"""Conduct a crisis: what its clock does, in one act, whenever something may be due."""

from datetime import datetime

from acts.departure import let_leave
from acts.elsewhere import follow_choices
from acts.late import tell_what_is_late
from acts.rest import seat_the_rested
from acts.runs import keep_runs, lay_seats, prove_by_opening
from adapters.database import conduct, crises, situations
from adapters.database.unit import Act, Database
from domain.conduct import Conduct
from domain.reference import CrisisRef


async def conduct_crisis(database: Database, ref: CrisisRef) -> Conduct:
    """Do what is due in a crisis; say what runs, and when to look again.

    Safe to repeat: what was done is in the database, and is not due any more. A crisis
    just opened is only read: whoever opens the next one need not wait for this look.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    async with database.read() as connection:
        as_opened = await conduct.as_opened(connection, ref, database.now())
    if as_opened is not None:
        return as_opened
    async with database.act(ref.cpts_id) as act:
        crisis = await crises.lock(act, ref.crisis_id)
        next_at = None
        if crisis.state.is_over:
            await crises.change(act, ref.crisis_id, {"next_at": None})
        else:
            next_at = await advance(act, ref)
        found = await conduct.of_crisis(act.connection, ref)
    goes_on = found.lifted and found.filed and next_at is not None
    return found.model_copy(update={"next_at": next_at, "goes_on": goes_on})


async def advance(act: Act, ref: CrisisRef) -> datetime | None:
    """Do what is due, inside an act that holds the crisis; say when to look again."""
    await follow_choices(act, ref)  # first: nobody is seated who chose another CPTS
    crisis = await crises.get(act.connection, ref.cpts_id, ref.crisis_id)
    known = await situations.of_crisis(act.connection, crisis)
    while (runs := await keep_runs(act, known)).moved or await prove_by_opening(
        act, known
    ):
        known = await situations.once_moved(act.connection, known)
    await lay_seats(act, known)
    moments = (
        runs.next_at,
        await seat_the_rested(act, known),
        await let_leave(act, known),
        await tell_what_is_late(act, known),
    )
    next_at = min((at for at in moments if at is not None), default=None)
    await crises.change(act, ref.crisis_id, {"next_at": next_at})
    return next_at
