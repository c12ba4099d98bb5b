"""Take a new file of a CPTS, and have read again what it makes doubtful."""

from pydantic import BaseModel, ConfigDict

from acts.review import join_review, local_day
from adapters.database import same_person, structures, tenants
from adapters.database.reviews import Why
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.cpts_change import changed_keys, triggers
from domain.reference import ReviewRef


class CptsChange(BaseModel):
    """What a new file of a CPTS changes."""

    model_config = ConfigDict(frozen=True)

    keys: tuple[str, ...]  # of the file
    review: ReviewRef | None = None  # that it opened, or joined


async def compare_cpts(database: Database, tenant: Cpts) -> CptsChange:
    """Say what a file would change, and change nothing.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.read() as connection:
        was = await tenants.get(connection, tenant.cpts_id)
    return CptsChange(keys=changed_keys(was, tenant))


async def change_cpts(database: Database, tenant: Cpts, actor: str) -> CptsChange:
    """Make this the file of a CPTS; a crisis keeps the directory that it froze.

    New people in charge, another territory or size: the sections concerned are to be
    read again, in a review that is open, or opens.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.act(tenant.cpts_id) as act:
        was = await tenants.hold(act)
        keys = changed_keys(was, tenant)
        if not keys:
            return CptsChange(keys=())
        await tenants.change(act, tenant)
        await structures.replace(act, tenant)
        if not tenant.same_person:
            await same_person.forget(act)
        act.note(
            "cpts.changed",
            about=tenant.cpts_id,
            actor=actor,
            facts={"keys": list(keys)},
        )
        review = None
        for trigger in triggers(was, tenant):
            detail = ", ".join(keys)
            why = Why(trigger=trigger, on=local_day(act, tenant), detail=detail)
            review = await join_review(act, tenant, why, actor)
    return CptsChange(keys=keys, review=review)
