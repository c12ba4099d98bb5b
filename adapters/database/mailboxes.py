"""Where the recipients of a message are written to: people, places or partners."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from adapters.database import partners, surveys
from adapters.database.columns import given, in_crisis, named
from adapters.database.tables import crisis_people, recipients
from adapters.database.unit import Act
from domain.contact import number_for
from domain.letter import MessageKind
from domain.reference import WaveRef
from domain.wave import Channel


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where one recipient is written to, or called."""

    name: str
    mail: str | None
    numbers: tuple[str | None, ...] = ()  # E.164, the first that fits is used

    def address(self, channel: Channel) -> str | None:
        """Give what this channel reaches; a landline takes no text."""
        if channel is Channel.MAIL:
            return self.mail
        return number_for(channel, self.numbers)


Mailboxes = dict[str, Mailbox]
"""Keyed by recipient."""


async def of(act: Act, ref: WaveRef, message: str) -> Mailboxes:
    """Give the mailbox of each recipient of a wave."""
    return await _OTHERS.get(message, _people)(act, ref)


_OF_WAVE = select(
    crisis_people.c.person_id,
    crisis_people.c.first_name,
    crisis_people.c.last_name,
    crisis_people.c.email,
    crisis_people.c.mobile,
    crisis_people.c.phone2,
).where(
    in_crisis(recipients),
    recipients.c.wave == given("k_wave"),
    crisis_people.c.cpts_id == recipients.c.cpts_id,
    crisis_people.c.crisis_id == recipients.c.crisis_id,
    crisis_people.c.person_id == recipients.c.person_id,
)


async def _people(act: Act, ref: WaveRef) -> Mailboxes:
    of_wave = {**named(ref), "k_wave": ref.wave}
    rows = await act.connection.execute(_OF_WAVE, of_wave)
    return {
        person_id: Mailbox(f"{first} {last}", mail, (mobile, phone2))
        for person_id, first, last, mail, mobile, phone2 in rows.all()
    }


async def _places(act: Act, ref: WaveRef) -> Mailboxes:
    return _of_one_number(await surveys.mailboxes(act, ref))


async def _partners(act: Act, ref: WaveRef) -> Mailboxes:
    return _of_one_number(await partners.mailboxes(act, ref))


def _of_one_number(
    found: Mapping[str, tuple[str, str | None, str | None]],
) -> Mailboxes:
    return {
        code: Mailbox(name, mail, (number,))
        for code, (name, mail, number) in found.items()
    }


_OTHERS: Mapping[str, Callable[[Act, WaveRef], Awaitable[Mailboxes]]] = {
    MessageKind.SURVEY: _places,
    MessageKind.PARTNER: _partners,
    MessageKind.PARTNER_END: _partners,
}
