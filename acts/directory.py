"""The CPTS and its roster: whom a crisis alerts."""

from collections.abc import Iterable
from dataclasses import replace

from acts.review import join_review, local_day
from adapters.database import people, structures, tenants
from adapters.database.reviews import Why
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.cpts_change import vacated
from domain.directory import RosterDiff, diff
from domain.errors import EmptyRosterError
from domain.person import Person
from domain.review import Trigger


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
        tenant = await tenants.get(connection, cpts_id)
        known = await people.all_of(connection, cpts_id)
    return _compared(tenant, known, read)


def _compared(
    tenant: Cpts, known: Iterable[tuple[str, Person]], read: Iterable[Person]
) -> RosterDiff:
    was = tuple(person for _, person in known)
    change = diff(was, read)
    return replace(change, vacated=tuple(vacated(tenant, was, change.after(was))))


async def import_roster(
    database: Database, cpts_id: str, read: tuple[Person, ...], actor: str
) -> RosterDiff:
    """Make this the roster: new people added, changed ones changed, others gone.

    Somebody in charge is gone: what the plan says of them is to be read again, in a
    review that is open, or opens.

    Raises:
        EmptyRosterError: Nobody was read; the roster stays as it was.
        UnknownCptsError: No such CPTS.
    """
    if not read:
        raise EmptyRosterError(cpts=cpts_id)
    async with database.act(cpts_id) as act:
        tenant = await tenants.hold(act)
        known = await people.all_of(act.connection, cpts_id)
        change = _compared(tenant, known, read)
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
        if change.vacated:
            roles, today = ", ".join(change.vacated), local_day(act, tenant)
            why = Why(trigger=Trigger.PEOPLE, on=today, detail=roles)
            await join_review(act, tenant, why, actor)
    return change
