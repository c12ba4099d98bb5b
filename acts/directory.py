"""The CPTS and its roster: whom a crisis alerts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.review import join_review, local_day
from adapters.database import contacts, people, roll_calls, structures, tenants
from adapters.database.reviews import Why
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.cpts_change import vacated
from domain.directory import RosterDiff, diff, keep_own
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
    database: Database,
    cpts_id: str,
    read: Iterable[Person],
    *,
    force: bool = False,
) -> RosterDiff:
    """Say what a roster would change, and change nothing.

    Args:
        database: Where facts are.
        cpts_id: The CPTS.
        read: Whom the file names.
        force: Does the file win over what people said themselves?

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        return await _compared(
            connection, tenant, read, None if force else database.now()
        )


async def _compared(
    connection: AsyncConnection,
    tenant: Cpts,
    read: Iterable[Person],
    now: datetime | None,
) -> RosterDiff:
    """Compare; what people vouch for at an instant is kept, unless none is given."""
    known = await people.all_of(connection, tenant.cpts_id)
    was = tuple(person for _, person in known)
    change = diff(was, read)
    if now is not None and change.changed:
        change = keep_own(change, await _own(connection, tenant.cpts_id, now))
    return replace(change, vacated=tuple(vacated(tenant, was, change.after(was))))


async def _own(
    connection: AsyncConnection, cpts_id: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    """List by identity the fields that each person vouches for."""
    everyone = await contacts.of_cpts(connection, cpts_id, now)
    confirmed = await roll_calls.confirmed(connection, cpts_id)
    return {
        each.person.identity: each.vouches_for(confirmed=each.person_id in confirmed)
        for each in everyone
    }


async def import_roster(
    database: Database,
    cpts_id: str,
    read: tuple[Person, ...],
    actor: str,
    *,
    force: bool = False,
) -> RosterDiff:
    """Make this the roster: new people added, changed ones changed, others gone.

    What people said themselves stays, unless the file is forced on them.

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
        change = await _compared(
            act.connection, tenant, read, None if force else act.at
        )
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
                "kept": len(change.kept),
            },
        )
        if change.vacated:
            roles, today = ", ".join(change.vacated), local_day(act, tenant)
            why = Why(trigger=Trigger.PEOPLE, on=today, detail=roles)
            await join_review(act, tenant, why, actor)
    return change
