"""The tray: messages that wait for somebody of the cell, and what each may be."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.proposal import label_of
from adapters.database import inbound, standing
from adapters.database.inbound import InboundRow, Sender
from adapters.database.standing import Standing
from domain.answer import Availability
from domain.mission import Mission


class MaybeFrom(BaseModel):
    """Somebody whose message it may be, and what they were offered to answer."""

    model_config = ConfigDict(frozen=True)

    sender: Sender
    profession: str  # its label
    offered: tuple[Availability, ...]  # none: nothing is asked of them any more
    mission: str = ""  # the label of the one that awaits their answer
    mission_id: str = ""


class Kept(BaseModel):
    """One message of the tray."""

    model_config = ConfigDict(frozen=True)

    row: InboundRow
    maybe: tuple[MaybeFrom, ...]  # nobody: the number is to be called back


async def tray_of(connection: AsyncConnection, cpts_id: str) -> tuple[Kept, ...]:
    """List the messages that wait, the oldest first."""
    found = []
    for row in await inbound.waiting(connection, cpts_id):
        senders = await inbound.of_message(connection, cpts_id, row)
        maybe = [await _maybe(connection, each) for each in senders]
        found.append(Kept(row=row, maybe=tuple(maybe)))
    return tuple(found)


async def _maybe(connection: AsyncConnection, sender: Sender) -> MaybeFrom:
    seen = await standing.of_person(connection, sender.ref, sender.person_id)
    stand = seen.first()
    proposed = stand.proposed if sender.state.takes_answers else None
    goes_on = sender.state.takes_answers or stand.protects
    return MaybeFrom(
        sender=sender,
        profession=stand.plan.template.profession(sender.profession).label,
        offered=tuple(map(Availability, stand.offered)) if goes_on else (),
        mission=_label(stand, proposed) if proposed else "",
        mission_id=proposed.mission_id if proposed else "",
    )


def _label(stand: Standing, mission: Mission) -> str:
    return label_of(stand.plan.template.card(mission.card_id))
