"""What became of one message by one channel, in words that say what to do.

Source: docs/sources.md#cascade
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.alert import DeliveryState, NotSent
from domain.bounce import BounceReason
from domain.calendar import french_hour
from domain.receipt import Receipt
from domain.typography import typeset
from domain.wave import Channel
from domain.wording import NOT_SENT_LABELS

CHANNEL_LABELS = {Channel.MAIL: "courriel", Channel.TEXT: "SMS", Channel.CALL: "appel"}
UNKNOWN_AFTER = timedelta(minutes=10)  # without a receipt, of a provider that gives any
_TO_DO = {
    NotSent.NO_ADDRESS: "complétez l'annuaire",
    NotSent.REFUSED: "vérifiez l'adresse ou le numéro, appelez",
    NotSent.UNCERTAIN: "pris sans réponse du fournisseur, appelez",
    NotSent.TOO_LATE: "aucun fournisseur n'a pu, appelez",
}


class WayTaken(BaseModel):
    """One message of one wave to one person, by one channel."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    channel: Channel
    state: DeliveryState
    reason: NotSent | None
    leaves_at: datetime | None
    sent_at: datetime | None
    provider: str | None
    receipt: Receipt | None
    receipt_at: datetime | None
    receipt_reason: str | None
    stands_for: str | None

    def told(self, now: datetime, zone: ZoneInfo) -> str:
        """Say the channel and where the message stands: « SMS : remis à 22 h 41 »."""
        replaced = (
            Channel(each) for each in (self.stands_for or "").split(",") if each
        )
        instead = ", ".join(CHANNEL_LABELS[each] for each in replaced)
        label = CHANNEL_LABELS[self.channel]
        named = f"{label} (à la place de : {instead})" if instead else label
        return typeset(f"{named} : {self._standing(now, zone)}")

    def _standing(self, now: datetime, zone: ZoneInfo) -> str:
        if self.receipt is Receipt.DELIVERED and self.receipt_at is not None:
            return f"remis à {french_hour(self.receipt_at, zone)}"
        if self.receipt is Receipt.FAILED:
            return f"non remis ({self._failure()}) ; appelez"
        if self.state is DeliveryState.SENT and self.sent_at is not None:
            return self._handed_over(self.sent_at, now, zone)
        if self.state is DeliveryState.NOT_SENT and self.reason is not None:
            to_do = _TO_DO.get(self.reason)
            why = NOT_SENT_LABELS[self.reason]
            return f"{why} ; {to_do}" if to_do else why
        if (
            self.state is DeliveryState.QUEUED
            and self.leaves_at
            and self.leaves_at > now
        ):
            return f"prévu à {french_hour(self.leaves_at, zone)}"
        return "en attente d'envoi"

    def _failure(self) -> str:
        """Say why, in our words for a mail, else in those of the provider."""
        if self.channel is Channel.MAIL and self.receipt_reason:
            return BounceReason(self.receipt_reason).told
        return self.receipt_reason or BounceReason.UNSAID.told

    def _handed_over(self, at: datetime, now: datetime, zone: ZoneInfo) -> str:
        hour = french_hour(at, zone)
        if self.provider is None or now - at < UNKNOWN_AFTER:
            return f"parti à {hour}"
        minutes = (now - at) // timedelta(minutes=1)
        return f"parti à {hour}, sans accusé depuis {minutes} min"
