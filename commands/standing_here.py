"""Read where a crisis stands from the database, when no house runs."""

from adapters.database import glance
from commands.acting import perform
from domain.terminal_board import Picture, board
from instance import Instance


def read(crisis: str, *, as_json: bool) -> str:
    """Lay out a crisis as the running house would.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """

    async def work(instance: Instance) -> Picture:
        database = instance.database
        async with database.read() as connection:
            return await glance.picture(connection, crisis, database.now())

    found = perform(work)
    return found.numbers.model_dump_json() if as_json else board(found)
