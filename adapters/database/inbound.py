"""Messages that came by text or by the keys of a telephone, and who they are from."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import (
    crises,
    crisis_people,
    deliveries,
    inbound,
    people,
    recipients,
)
from adapters.database.unit import Act
from domain.crisis import CrisisState
from domain.folding import folded
from domain.reference import CrisisRef
from domain.reply import ReplyState, Waits
from domain.reply_errors import UnknownReplyError
from domain.wave import Channel

_OVER = tuple(state for state in CrisisState if state.is_over)


class Sender(BaseModel):
    """Somebody whom a crisis wrote to, and who may write from a number."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    cpts_id: str
    crisis_id: str
    person_id: str
    first_name: str
    last_name: str
    profession: str
    state: CrisisState  # of the crisis
    wave: int | None = None  # that they answer, where their delivery says it
    address: str | None = None  # of that delivery: a call that several share rings here

    @property
    def ref(self) -> CrisisRef:
        """The crisis."""
        return CrisisRef(cpts_id=self.cpts_id, crisis_id=self.crisis_id)

    @property
    def surname(self) -> frozenset[str]:
        """The words of their last name, folded."""
        return frozenset(folded(self.last_name).split())

    @property
    def names(self) -> frozenset[str]:
        """The words of their name, folded, as they sign."""
        return self.surname.union(folded(self.first_name).split())


class InboundRow(BaseModel):
    """One message as it stands."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    inbound_id: str
    channel: Channel
    number: str | None  # none: its delivery says whose it is
    text: str | None
    received_at: datetime
    state: ReplyState
    why: Waits | None
    crisis_id: str | None
    person_id: str | None


_SENDERS = (
    select(
        crisis_people.c.cpts_id,
        crisis_people.c.crisis_id,
        crisis_people.c.person_id,
        crisis_people.c.first_name,
        crisis_people.c.last_name,
        crisis_people.c.profession,
        crises.c.state,
    )
    .join(
        crises,
        and_(
            crises.c.cpts_id == crisis_people.c.cpts_id,
            crises.c.crisis_id == crisis_people.c.crisis_id,
        ),
    )
    .where(
        crises.c.state.not_in(_OVER),
        exists().where(
            recipients.c.cpts_id == crisis_people.c.cpts_id,
            recipients.c.crisis_id == crisis_people.c.crisis_id,
            recipients.c.person_id == crisis_people.c.person_id,
        ),
    )
    .order_by(crisis_people.c.last_name, crisis_people.c.first_name, crises.c.crisis_id)
)
_AT_NUMBER = _SENDERS.where(
    or_(
        crisis_people.c.mobile == given("k_number"),
        crisis_people.c.phone2 == given("k_number"),
    )
)


async def at_number(
    connection: AsyncConnection, number: str | None
) -> tuple[Sender, ...]:
    """List whom the crises that run wrote to at this number; else, those of the rest.

    The rest: crises that were lifted, and still expect who needs help.
    """
    rows = await connection.execute(_AT_NUMBER, {"k_number": number})
    found = tuple(Sender.model_validate(row) for row in rows.all())
    return tuple(each for each in found if each.state.takes_answers) or found


async def of_delivery(
    connection: AsyncConnection, cpts_id: str, delivery_id: str
) -> tuple[Sender, ...]:
    """Give whom a message was for: who answers it in its own channel.

    Several, where they share the telephone that it rang: a key does not say who.
    """
    rows = await connection.execute(
        _SENDERS.add_columns(deliveries.c.wave, deliveries.c.address)
        .join(
            deliveries,
            and_(
                deliveries.c.cpts_id == crisis_people.c.cpts_id,
                deliveries.c.crisis_id == crisis_people.c.crisis_id,
                deliveries.c.recipient_id == crisis_people.c.person_id,
            ),
        )
        .where(
            deliveries.c.cpts_id == cpts_id,
            or_(
                deliveries.c.delivery_id == delivery_id,
                deliveries.c.carried_by == delivery_id,
            ),
        )
    )
    return tuple(Sender.model_validate(row) for row in rows.all())


async def of_message(
    connection: AsyncConnection, cpts_id: str, row: InboundRow
) -> tuple[Sender, ...]:
    """List who may have written a message that waits."""
    if row.person_id is None:
        found = await at_number(connection, row.number)
        return tuple(each for each in found if each.cpts_id == cpts_id)
    rows = await connection.execute(
        _SENDERS.where(
            crisis_people.c.cpts_id == cpts_id,
            crisis_people.c.crisis_id == row.crisis_id,
            crisis_people.c.person_id == row.person_id,
        )
    )
    return tuple(Sender.model_validate(row) for row in rows.all())


async def knowing(connection: AsyncConnection, number: str | None) -> tuple[str, ...]:
    """List the CPTS whose directory has this number; none where there is none."""
    if number is None:  # a short number, or a word: people without one are not it
        return ()
    rows = await connection.execute(
        select(people.c.cpts_id)
        .where(or_(people.c.mobile == number, people.c.phone2 == number))
        .distinct()
        .order_by(people.c.cpts_id)
    )
    return tuple(rows.scalars())


async def add(act: Act, values: Mapping[str, object]) -> None:
    """Keep a message that came."""
    await act.connection.execute(insert(inbound).values(cpts_id=act.cpts_id, **values))


async def lock(act: Act, inbound_id: str) -> InboundRow:
    """Give one message, held until the commit.

    Raises:
        UnknownReplyError: There is no such message.
    """
    found = await act.connection.execute(
        select(inbound)
        .where(inbound.c.cpts_id == act.cpts_id, inbound.c.inbound_id == inbound_id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownReplyError
    return InboundRow.model_validate(row)


async def settle(act: Act, inbound_id: str, actor: str) -> None:
    """Say that a message was settled; its text is needed no more."""
    settled = {"settled_at": act.at, "settled_by": actor, "text": None}
    await act.connection.execute(
        update(inbound)
        .where(inbound.c.cpts_id == act.cpts_id, inbound.c.inbound_id == inbound_id)
        .values(state=ReplyState.SETTLED, **settled)
    )


async def waiting(connection: AsyncConnection, cpts_id: str) -> tuple[InboundRow, ...]:
    """List the messages that wait for somebody of the cell, the oldest first."""
    rows = await connection.execute(
        select(inbound)
        .where(inbound.c.cpts_id == cpts_id, inbound.c.state == ReplyState.WAITING)
        .order_by(inbound.c.received_at, inbound.c.inbound_id)
    )
    return tuple(InboundRow.model_validate(row) for row in rows.all())


async def count_waiting(connection: AsyncConnection, cpts_id: str) -> int:
    """Count the messages that wait for somebody of the cell."""
    found = await connection.execute(
        select(func.count()).where(
            inbound.c.cpts_id == cpts_id, inbound.c.state == ReplyState.WAITING
        )
    )
    return found.scalar_one()
