"""The CPTS and its roster: whom a crisis alerts."""

from collections.abc import Iterable

from adapters.database import people, structures, tenants
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.directory import RosterDiff, diff
from domain.errors import EmptyRosterError
from domain.person import Person


async def add_cpts(database: Database, tenant: Cpts, actor: str) -> None:
    """Add a CPTS.

    Raises:
        CptsExistsError: One has this id already.
    """
    async with database.act(tenant.cpts_id) as act:
        await tenants.add(act, tenant)
        await structures.add(act, tenant)
        act.note(
            "cpts.added",
            about=tenant.cpts_id,
            actor=actor,
            facts={
                "size": tenant.size,
                "population": tenant.population,
                "communes": len(tenant.communes),
                "structures": len(tenant.structures),
                "fictitious": tenant.fictitious,
            },
        )


async def compare_roster(
    database: Database, cpts_id: str, read: Iterable[Person]
) -> RosterDiff:
    """Say what a roster would change, and change nothing.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.read() as connection:
        await tenants.get(connection, cpts_id)
        known = await people.all_of(connection, cpts_id)
    return diff((person for _, person in known), read)


async def import_roster(
    database: Database, cpts_id: str, read: tuple[Person, ...], actor: str
) -> RosterDiff:
    """Make this the roster: new people added, changed ones changed, others gone.

    Raises:
        EmptyRosterError: Nobody was read; the roster stays as it was.
        UnknownCptsError: No such CPTS.
    """
    if not read:
        raise EmptyRosterError(cpts=cpts_id)
    async with database.act(cpts_id) as act:
        await tenants.get(act.connection, cpts_id)
        known = await people.all_of(act.connection, cpts_id)
        change = diff((person for _, person in known), read)
        await people.apply(act, change)
        act.note(
            "roster.imported",
            about=cpts_id,
            actor=actor,
            facts={
                "people": len(read),
                "new": len(change.new),
                "changed": len(change.changed),
                "gone": len(change.gone),
            },
        )
    return change
