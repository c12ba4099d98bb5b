"""What became of one message by one channel, in words that say what to do.

Source: docs/sources.md#cascade
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
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


class Stand(StrEnum):
    """Where one message stands, for a program."""

    WAITING = "EN_ATTENTE"
    HANDED_OVER = "CONFIE"  # somebody took it; nothing more is known yet
    DELIVERED = "REMIS"
    UNKNOWN = "INCONNU"  # the receipt that its provider gives did not come
    FAILED = "NON_REMIS"  # taken, then given back
    NOT_SENT = "NON_PARTI"  # refused, or no longer wanted: the reason says


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
        return typeset(f"{self.label} : {self.standing(now, zone)}")

    @property
    def label(self) -> str:
        """Name the channel, and those that it replaces."""
        replaced = (
            Channel(each) for each in (self.stands_for or "").split(",") if each
        )
        instead = ", ".join(CHANNEL_LABELS[each] for each in replaced)
        label = CHANNEL_LABELS[self.channel]
        return f"{label} (à la place de : {instead})" if instead else label

    def stand(self, now: datetime) -> Stand:
        """Say where the message stands."""
        if self.receipt is not None:
            arrived = self.receipt is Receipt.DELIVERED
            return Stand.DELIVERED if arrived else Stand.FAILED
        if self.state is DeliveryState.SENT and self.sent_at is not None:
            lost = self.provider is not None and now - self.sent_at >= UNKNOWN_AFTER
            return Stand.UNKNOWN if lost else Stand.HANDED_OVER
        left = self.state is not DeliveryState.NOT_SENT
        return Stand.WAITING if left else Stand.NOT_SENT

    def standing(self, now: datetime, zone: ZoneInfo) -> str:
        """Say where the message stands, and what to do."""
        match self.stand(now):
            case Stand.DELIVERED:
                return f"remis{_at(self.receipt_at, zone)}"
            case Stand.FAILED:
                return f"non remis ({self._failure()}) ; appelez"
            case Stand.HANDED_OVER:
                return f"confié{_at(self.sent_at, zone)}"
            case Stand.UNKNOWN:
                minutes = (now - (self.sent_at or now)) // timedelta(minutes=1)
                handed = f"inconnu après {minutes} min, confié{_at(self.sent_at, zone)}"
                return f"{handed} ; sans réponse, appelez"
            case Stand.NOT_SENT:
                return self._why()
            case Stand.WAITING:
                return f"en attente{self._planned(now, zone)}"

    def _planned(self, now: datetime, zone: ZoneInfo) -> str:
        later = self.leaves_at is not None and self.leaves_at > now
        return f", prévu{_at(self.leaves_at, zone)}" if later else ""

    def _why(self) -> str:
        """Say why it did not leave, and what to do about it."""
        if self.reason is None:
            return "non parti"
        to_do, why = _TO_DO.get(self.reason), NOT_SENT_LABELS[self.reason]
        if self.reason is NotSent.REFUSED and self.channel is not Channel.MAIL:
            why = "refusé par le fournisseur"
        return f"{why} ; {to_do}" if to_do else why

    def _failure(self) -> str:
        """Say why, in our words for a mail, else in those of the provider."""
        if self.channel is Channel.MAIL and self.receipt_reason:
            return BounceReason(self.receipt_reason).told
        return self.receipt_reason or BounceReason.UNSAID.told


def told_by_channel(
    ways: Iterable[WayTaken], now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """Say where each channel stands, a line each, and how often it was tried."""
    by_label: dict[str, list[WayTaken]] = {}
    for way in ways:
        by_label.setdefault(way.label, []).append(way)
    for label, tried in by_label.items():
        left = sum(way.sent_at is not None for way in tried)
        times = f" ({left} fois)" if left > 1 else ""
        yield typeset(f"{label}{times} : {_last(tried, now).standing(now, zone)}")


def _last(tried: list[WayTaken], now: datetime) -> WayTaken:
    """Take what arrived, else what asks for something, else the last that left."""
    arrived = [way for way in tried if way.stand(now) is Stand.DELIVERED]
    if arrived or tried[-1].reason in _TO_DO:
        return [*tried, *arrived][-1]
    return [tried[-1], *(way for way in tried if way.sent_at is not None)][-1]


def _at(at: datetime | None, zone: ZoneInfo) -> str:
    return f" à {french_hour(at, zone)}" if at is not None else ""
