"""What somebody answers by a text message or a key, as a provider hands it to us."""

from datetime import datetime
from hashlib import sha256
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.contact import phone
from domain.provider import Provider
from domain.provider_call import Told
from domain.wave import Channel


class Inbound(BaseModel):
    """One answer that came back, before anybody says what it means.

    Two with the same provider and message id are the same one, told twice.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    provider: str
    channel: Channel
    number: str | None  # E.164; None: the delivery says whom
    text: str  # what they wrote, or the key that they pressed
    message_id: str | None  # the provider's
    cpts_id: str | None = None  # of the delivery that it answers, where it is known
    delivery_id: str | None = None
    received_at: datetime

    @property
    def key(self) -> str:
        """What it is kept under: the same however often it is told; fit for a path.

        A provider that numbers nothing is told apart by the minute; one that numbers
        calls, by the key: several may be pressed in one.
        """
        named = self.message_id and (
            f"{self.message_id}\n{self.text}"
            if self.channel is Channel.CALL
            else self.message_id
        )
        named = named or (
            f"{self.number}\n{self.delivery_id}\n{self.text}\n"
            f"{self.received_at:%Y-%m-%dT%H:%M}"
        )
        digest = sha256(f"{self.provider}\n{named}".encode()).hexdigest()
        return f"m-{digest[:20]}"

    @classmethod
    def read(cls, provider: Provider, posted: object, at: datetime) -> Self | None:
        """Read what a provider posted to us; None if it holds no answer."""
        told = provider.replies.read(posted) if provider.replies else {}
        if Told.TEXT not in told:
            return None
        return cls(
            provider=provider.code,
            channel=provider.channel,
            number=_e164(told.get(Told.NUMBER)),
            text=told[Told.TEXT].strip(),
            message_id=told.get(Told.ID),
            received_at=at,
        )


def _e164(number: str | None) -> str | None:
    """Give a number as ours are kept; providers leave its sign out.

    `687751234` is of New Caledonia, no mobile of France that lost its zero.
    """
    if number is None:
        return None
    abroad = f"+{number.strip()}"
    written_so = (number, abroad) if number.strip()[:1] in "0+" else (abroad, number)
    for written in written_so:
        try:
            return phone(written)
        except ValueError:
            continue
    return None
