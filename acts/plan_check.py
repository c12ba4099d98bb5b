"""A plan checked, and vouched for by a named person."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import known_facts, links, plans, tenants
from adapters.database.unit import Database
from domain.attest import Vouched, Voucher, attest, attest_all
from domain.check_errors import NotInDirectoryError
from domain.directory import person_named
from domain.errors import FormAlreadyPostedError
from domain.known import with_known
from domain.known_facts import KnownFacts
from domain.plan import Plan
from domain.plan_check import PlanCheck, check_plan
from domain.plan_version import PlanVersion, VersionStatus


@dataclass(frozen=True, slots=True)
class Checked:
    """The last version of a plan, where it stands, and what is missing in it."""

    plan: Plan
    standing: PlanVersion
    facts: KnownFacts
    check: PlanCheck


async def checked(connection: AsyncConnection, cpts_id: str, at: datetime) -> Checked:
    """Check the last version; of a draft, with what the directory says today.

    Raises:
        UnknownCptsError: No such CPTS.
        UnknownPlanError: The CPTS has no plan.
    """
    tenant = await tenants.get(connection, cpts_id)
    plan, standing = await plans.latest(connection, cpts_id)
    facts = await known_facts.read(connection, tenant, plan.template, at)
    if standing.status is VersionStatus.DRAFT:
        plan = with_known(plan, facts)
    return Checked(plan, standing, facts, check_plan(plan, facts))


class AttestPlan(BaseModel):
    """Who vouches for what: a check, a section, or everything but some."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    cpts_id: str
    person: str = Field(min_length=1, max_length=120)  # id, RPPS or mail
    section_id: str | None = None  # none: everything, but the exceptions
    check: int | None = None  # its rank, from 0; none: all that people check
    exceptions: tuple[str, ...] = ()  # sections and cards
    nonce: str = ""
    actor: str


async def attest_plan(database: Database, said: AttestPlan) -> Vouched:
    """Write in the draft who vouches for what, on this day.

    Raises:
        FormAlreadyPostedError: The same form was posted before.
        NoDraftError: The last version left already.
        NotAttestableError: No such check, or a machine makes it.
        NotInDirectoryError: The directory does not know this person.
        UnknownCptsError: No such CPTS.
        UnknownExceptionError: An exception is neither a section nor a card.
        UnknownPlanError: The CPTS has no plan.
        UnknownSectionError: The plan has no such section.
    """
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        if said.nonce and not await links.use_nonce(act, said.nonce):
            raise FormAlreadyPostedError
        plan, standing = await plans.draft(act.connection, act.cpts_id)
        facts = await known_facts.read(act.connection, tenant, plan.template, act.at)
        who = _voucher(facts, said.person)
        if said.section_id is None:
            vouched = attest_all(plan, said.exceptions, who)
        else:
            vouched = attest(plan, said.section_id, said.check, who)
        written = with_known(vouched.plan, facts)
        saved = await plans.save_draft(act, written, standing.revision)
        act.note(
            "plan.attested",
            about=saved.plan_id,
            actor=said.actor,
            facts={
                "number": saved.number,
                "revision": saved.revision,
                "sha256": saved.sha256,
                "checks": list(vouched.checks),
                "excepted": list(said.exceptions),
            },
            sealed={"person": who.person_id},
        )
    return vouched


def _voucher(facts: KnownFacts, said: str) -> Voucher:
    """Find who vouches, by id, RPPS or mail.

    Raises:
        NotInDirectoryError: Nobody answers to it, or several people do.
    """
    known = dict(facts.roster)
    named = known.get(said) or person_named(known.values(), said)
    found = next((i for i, person in known.items() if person is named), None)
    if named is None or found is None:
        raise NotInDirectoryError(person=said)
    return Voucher(found, named, facts.on)
