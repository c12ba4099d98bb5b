"""Where one person stands in one crisis: what their page shows."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, people, plans, seats, tenants, waves
from adapters.database.crises import CrisisRow
from adapters.database.people import FrozenPerson
from adapters.database.texts import offers
from domain.answer import Availability
from domain.cpts import Cpts
from domain.errors import UnknownLinkError
from domain.letter import Offer
from domain.reference import CrisisRef, WaveRef
from domain.template import Pages


class Standing(BaseModel):
    """What somebody was asked, what they said, what they hold."""

    model_config = ConfigDict(frozen=True)

    tenant: Cpts
    crisis: CrisisRow
    person: FrozenPerson
    scenario: str
    answer: Availability | None
    answered_at: datetime | None
    post: str | None  # the short label of the card whose seat is held
    covered: bool
    offers: tuple[Offer, ...]
    words: Pages


async def of_person(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> Standing:
    """Read where somebody stands.

    Raises:
        UnknownLinkError: This person was never asked in this crisis.
    """
    asked = await waves.asked(connection, ref, person_id)
    if asked is None:
        raise UnknownLinkError
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    plan = await plans.version(
        connection, ref.cpts_id, crisis.plan_id, crisis.plan_number
    )
    wave = await waves.get(connection, WaveRef(**ref.model_dump(), wave=asked.wave))
    held = await seats.held_by(connection, ref.cpts_id, ref.crisis_id, person_id)
    said = crisis.activation
    sheet = plan.template.type_sheet(said.type_code)
    return Standing(
        tenant=await tenants.get(connection, ref.cpts_id),
        crisis=crisis,
        person=await people.frozen(connection, ref, person_id),
        scenario=sheet.scenario(said.scenario).short,
        answer=asked.answer,
        answered_at=asked.answered_at,
        post=plan.template.card(held.partition(".")[0]).short if held else None,
        covered=wave.covered_at is not None,
        offers=offers(plan, wave.answers),
        words=plan.template.pages,
    )
