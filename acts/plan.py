"""The versions of the plan, until they leave."""

from collections.abc import Mapping, Sequence

from adapters.database import known_facts, plans, tenants
from adapters.database.unit import Act, Database
from domain.content import ChangeOrigin
from domain.cpts import Cpts
from domain.directory import person_named
from domain.errors import EmptyRosterError, MissingRoleHolderError
from domain.known import with_known
from domain.known_facts import KnownFacts
from domain.merge import lay_over
from domain.person import Person
from domain.plan import Holder, Plan, plan_id_of
from domain.plan_change import recorded
from domain.plan_version import PlanVersion, VersionStatus
from domain.region import RegionSheet
from domain.section_edit import Saying
from domain.template import Template


async def new_plan(
    database: Database,
    cpts_id: str,
    template: Template,
    actor: str,
    region: RegionSheet | None = None,
) -> Plan:
    """Open the next working version, or bring the draft up to date.

    What the last one says is carried over, laid over the template and its region; the
    holders of roles are read again. A draft is written over, unless a crisis froze it.

    Raises:
        EmptyRosterError: The CPTS has nobody yet.
        MissingRoleHolderError: A role has nobody, or somebody not on the roster.
        UndecidedConflictsError: Conflicts with the template wait for a decision.
        UnknownCptsError: No such CPTS.
        UpgradeRefusedError: What the plan changes does not hold with this template.
        WrongRegionError: The region does not complete this template.
    """
    async with database.act(cpts_id) as act:
        tenant = await tenants.hold(act)
        facts = await known_facts.read(act.connection, tenant, template, act.at)
        held = _held(tenant, template, facts)
        working = await _working(act, facts.versions, template, held)
        plan = lay_over(working, template, region)
        if facts.versions:
            saying = Saying(actor, facts.on, ChangeOrigin.TEMPLATE)
            plan = recorded(working, plan, saying)
        return await _save(act, plan, facts, actor)


async def open_next(database: Database, cpts_id: str, actor: str) -> Plan:
    """Open the version after the one that left, on the same template; else the draft.

    Raises:
        EmptyRosterError: The CPTS has nobody any more.
        MissingRoleHolderError: A role has nobody, or somebody not on the roster.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    async with database.act(cpts_id) as act:
        tenant = await tenants.hold(act)
        last, standing = await plans.latest(act.connection, cpts_id)
        if standing.status is VersionStatus.DRAFT:
            return last
        template = last.template  # as it is played: what was edited stays in it
        facts = await known_facts.read(act.connection, tenant, template, act.at)
        held = _held(tenant, template, facts)
        working = await _working(act, facts.versions, template, held)
        return await _save(act, working, facts, actor)


async def _save(act: Act, said: Plan, facts: KnownFacts, actor: str) -> Plan:
    """Write a version, over the draft if there is one; what is known is read again."""
    plan = with_known(said, facts)
    plan.check()
    if facts.versions and plan.number == facts.versions[-1].number:
        saved = await plans.save_draft(act, plan, facts.versions[-1].revision)
    else:
        saved = await plans.add(act, plan)
    act.note(
        "plan.made",
        about=plan.plan_id,
        actor=actor,
        facts={
            "number": saved.number,
            "revision": saved.revision,
            "template": plan.template.template_id,
            "conflicts": len(plan.conflicts),
            "sha256": saved.sha256,
        },
    )
    return plan.model_copy(update={"number": saved.number})


async def _working(
    act: Act,
    versions: Sequence[PlanVersion],
    template: Template,
    said: Mapping[str, object],
) -> Plan:
    """Give the version to write on, saying this."""
    if not versions:
        plan_id = plan_id_of(act.cpts_id)
        made = {"cpts_id": act.cpts_id, "plan_id": plan_id, "template": template}
        return Plan.model_validate({**made, "number": 1, **said})
    last, _ = await plans.latest(act.connection, act.cpts_id)
    return last.working(versions).model_copy(update=said)


def _held(tenant: Cpts, template: Template, facts: KnownFacts) -> Mapping[str, object]:
    """Say who holds the roles, and who is of the bureau."""
    if not facts.roster:
        raise EmptyRosterError(cpts=tenant.cpts_id)
    return {
        "holders": _holders(tenant, template, facts.roster),
        "bureau": _bureau(tenant, facts.roster),
    }


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
