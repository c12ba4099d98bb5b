"""Where the recipients of a message are written to: people, places or partners."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import select

from adapters.database import partners, surveys
from adapters.database.tables import crisis_people, recipients
from adapters.database.unit import Act
from domain.letter import MessageKind
from domain.reference import WaveRef

Mailboxes = dict[str, tuple[str, str | None]]
"""Name and address, by recipient."""


async def of(act: Act, ref: WaveRef, message: str) -> Mailboxes:
    """Give the mailbox of each recipient of a wave."""
    return await _OTHERS.get(message, _people)(act, ref)


async def _people(act: Act, ref: WaveRef) -> Mailboxes:
    rows = await act.connection.execute(
        select(
            crisis_people.c.person_id,
            crisis_people.c.first_name,
            crisis_people.c.last_name,
            crisis_people.c.email,
        ).where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.wave == ref.wave,
            crisis_people.c.cpts_id == recipients.c.cpts_id,
            crisis_people.c.crisis_id == recipients.c.crisis_id,
            crisis_people.c.person_id == recipients.c.person_id,
        )
    )
    return {
        row.person_id: (f"{row.first_name} {row.last_name}", row.email)
        for row in rows.all()
    }


_OTHERS: Mapping[str, Callable[[Act, WaveRef], Awaitable[Mailboxes]]] = {
    MessageKind.SURVEY: surveys.mailboxes,
    MessageKind.PARTNER: partners.mailboxes,
    MessageKind.PARTNER_END: partners.mailboxes,
}
