"""The CPTS, its roster and its plan: what a crisis starts from."""

from collections.abc import Iterable

from adapters.database import people, plans, structures, tenants
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.directory import RosterDiff, diff, person_named
from domain.errors import EmptyRosterError, MissingRoleHolderError, UnknownPlanError
from domain.person import Person
from domain.plan import Holder, Plan
from domain.template import Template


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


async def new_plan(
    database: Database, cpts_id: str, template: Template, actor: str
) -> Plan:
    """Write the next version of the plan from a template and the holders of roles.

    Raises:
        EmptyRosterError: The CPTS has nobody yet.
        MissingRoleHolderError: A role has nobody, or somebody not on the roster.
        UnknownCptsError: No such CPTS.
    """
    async with database.act(cpts_id) as act:
        tenant = await tenants.get(act.connection, cpts_id)
        known = await people.all_of(act.connection, cpts_id)
        if not known:
            raise EmptyRosterError(cpts=cpts_id)
        try:
            latest, _ = await plans.latest(act.connection, cpts_id)
            number = latest.number + 1
        except UnknownPlanError:
            number = 1
        plan = Plan(
            cpts_id=cpts_id,
            plan_id=f"plan-{cpts_id}",
            number=number,
            holders=_holders(tenant, template, known),
            bureau=_bureau(tenant, known),
            template=template,
        )
        plan.check()
        sha256 = await plans.add(act, plan)
        act.note(
            "plan.made",
            about=plan.plan_id,
            actor=actor,
            facts={
                "number": number,
                "template": template.template_id,
                "sha256": sha256,
            },
        )
    return plan


def _holders(
    tenant: Cpts, template: Template, known: tuple[tuple[str, Person], ...]
) -> tuple[Holder, ...]:
    holders = []
    for role in template.held_roles:
        held = tenant.role(role.code)
        if held is None:
            raise MissingRoleHolderError(role=role.code, missing="titulaire")
        deputy_id = None
        if held.deputy is not None:
            deputy_id = _find(known, held.deputy, role.code, "suppléant")
        holder_id = _find(known, held.holder, role.code, "titulaire")
        holders.append(Holder(role=role.code, person_id=holder_id, deputy_id=deputy_id))
    return tuple(holders)


def _bureau(tenant: Cpts, known: tuple[tuple[str, Person], ...]) -> tuple[str, ...]:
    return tuple(
        _find(known, member, "BUREAU", f"membre « {member} »")
        for member in tenant.bureau
    )


def _find(
    known: tuple[tuple[str, Person], ...], named: str, role: str, missing: str
) -> str:
    person = person_named((person for _, person in known), named)
    if person is None:
        raise MissingRoleHolderError(role=role, missing=missing)
    return next(person_id for person_id, each in known if each == person)
