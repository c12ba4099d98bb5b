"""Read, in few queries, what fills the known fields of a plan."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import people, plan_links, plans, reviews
from adapters.database.tables import crises
from domain.cpts import Cpts
from domain.crisis import Activation, CrisisState
from domain.known_facts import KnownFacts, PastExercise
from domain.template import Template

_ENDED = (CrisisState.LIFTED, CrisisState.RETEX, CrisisState.CLOSED)


async def read(
    connection: AsyncConnection, tenant: Cpts, template: Template, at: datetime
) -> KnownFacts:
    """Give what is known of a CPTS, on the day of this instant."""
    zone = tenant.zone_info
    verified = await reviews.verified(connection, tenant.cpts_id)
    return KnownFacts(
        tenant=tenant,
        roster=await people.all_of(connection, tenant.cpts_id),
        versions=await plans.history(connection, tenant.cpts_id),
        exercises=await _exercises(connection, tenant, template),
        on=at.astimezone(zone).date(),
        verified={
            code: when.astimezone(zone).date() for code, when in verified.items()
        },
        readings=await plan_links.readings(connection, tenant.cpts_id),
    )


async def _exercises(
    connection: AsyncConnection, tenant: Cpts, template: Template
) -> tuple[PastExercise, ...]:
    labels = {s.code: s.label for t in template.types for s in t.scenarios}
    rows = await connection.execute(
        select(crises.c.activation, crises.c.t0)
        .where(
            crises.c.cpts_id == tenant.cpts_id,
            crises.c.exercise,
            crises.c.state.in_(_ENDED),
        )
        .order_by(crises.c.t0)
    )
    found = []
    for row in rows.all():
        types = Activation.model_validate(row.activation).types
        named = (labels.get(code, code) for each in types for code in each.scenarios)
        found.append(
            PastExercise(
                on=row.t0.astimezone(tenant.zone_info).date(),
                types=tuple(each.code for each in types),
                scenarios=", ".join(named),
            )
        )
    return tuple(found)
