"""Numbers that professionals declare from their own practice."""

from pydantic import BaseModel, ConfigDict

from acts.wave import MEMBER
from adapters.database import contributions, crises, crisis_types, standing
from adapters.database.links import use_nonce
from adapters.database.unit import Database
from domain.contribution import Declared, check_declared
from domain.errors import CrisisLiftedError
from domain.reference import CrisisRef


class Declare(BaseModel):
    """What somebody declares from their page: at least one card."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    crisis_id: str
    person_id: str
    nonce: str
    declared: tuple[Declared, ...]


async def declare(database: Database, said: Declare) -> None:
    """Note numbers, card by card; the last ones count, and no seat is taken.

    The same form posted twice changes nothing the second time.

    Raises:
        ContributionNotWantedError: No card asks this of this person.
        CrisisLiftedError: The crisis is over.
        UnknownCrisisError: No such crisis.
        UnknownLinkError: This person was never asked.
    """
    ref = CrisisRef(cpts_id=said.cpts_id, crisis_id=said.crisis_id)
    async with database.act(said.cpts_id) as act:
        crisis = await crises.lock(act, said.crisis_id)
        stand = await standing.of_person(act.connection, ref, said.person_id)
        if not await use_nonce(act, said.nonce):
            return
        if not crisis.state.takes_answers:
            raise CrisisLiftedError(crisis=said.crisis_id)
        cards = stand.plan.template.cards_for(
            await crisis_types.active(act.connection, ref)
        )
        check_declared(cards, stand.profession, said.declared)
        await contributions.replace(act, said.crisis_id, said.person_id, said.declared)
        for each in said.declared:
            act.note(
                "contribution",
                about=said.crisis_id,
                actor=MEMBER,
                facts={
                    "card": each.card_id,
                    "fields": dict(each.fields),
                    "minutes": each.minutes,
                },
                sealed={"person": said.person_id, "profession": stand.profession},
            )
