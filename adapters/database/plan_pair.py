"""Two versions of a plan, read at one instant to be compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import people, plans, tenants
from domain.cpts import Cpts
from domain.diff_words import DiffWords
from domain.person import Person
from domain.plan import Plan
from domain.plan_diff import PlanDifferences, differences


@dataclass(frozen=True, slots=True)
class PlanPair:
    """Two versions of the plan of one CPTS, and its directory."""

    tenant: Cpts
    before: Plan
    after: Plan
    people: Mapping[str, Person]

    @property
    def differences(self) -> PlanDifferences:
        """What the second says otherwise."""
        return differences(self.before, self.after)

    @property
    def words(self) -> DiffWords:
        """What says it in French."""
        return DiffWords.of(self.before, self.after, self.people)


async def read(
    connection: AsyncConnection, cpts_id: str, before: int, after: int
) -> PlanPair:
    """Read two versions of the plan of a CPTS, and why each step between changed it.

    Raises:
        UnknownCptsError: There is no such CPTS.
        UnknownPlanError: The CPTS has no plan.
        UnknownVersionError: The plan has no such version.
    """
    tenant = await tenants.get(connection, cpts_id)
    plan, _ = await plans.latest(connection, cpts_id)
    one, other, *steps = [
        await plans.version(connection, cpts_id, plan.plan_id, number)
        for number in (before, after, *range(before + 1, after))
    ]
    changes = tuple(each for step in (*steps, other) for each in step.changes)
    known = dict(await people.all_of(connection, cpts_id))
    return PlanPair(tenant, one, other.model_copy(update={"changes": changes}), known)
