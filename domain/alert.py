"""One wave of messages: what it does next, and who is no longer to be asked."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from domain.answer import Availability
from domain.calendar import paced
from domain.wave import Channel

BATCH_SIZE = 500  # ids on one activity: docs/sources.md#engine


class Due(Enum):
    """What a wave has to do first."""

    SENDING = "sending"
    REMINDING = "reminding"
    CLOSING = "closing"
    NOTHING = "nothing"
    OVER = "over"


class ClosedWhy(StrEnum):
    """Why a wave is closed."""

    COVERED = "BESOIN_COUVERT"
    LIFTED = "CRISE_LEVEE"
    CANCELLED = "CRISE_ANNULEE"  # a false alarm
    TIME = "DELAI_ECOULE"
    SENT = "TOUT_ENVOYE"


PROTECTING = ("VS", "AIDE")
"""Waves that a lifting and a STOP leave alone: they protect people."""


class DeliveryState(StrEnum):
    """Where one message to one person by one channel stands."""

    QUEUED = "A_ENVOYER"
    SENDING = "EN_COURS"  # handed to a connection: in doubt until it answers
    SENT = "PARTIE"
    NOT_SENT = "NON_PARTIE"


class NotSent(StrEnum):
    """Why a message did not leave."""

    NO_ADDRESS = "SANS_ADRESSE"
    ANSWERED = "DEJA_REPONDU"
    COVERED = "BESOIN_COUVERT"
    LIFTED = "CRISE_LEVEE"
    CANCELLED = "CRISE_ANNULEE"
    REFUSED = "REFUSE_PAR_LE_SERVEUR"  # of mail, for good
    TOO_LATE = "DELAI_ECOULE"
    CALLED_OFF = "MISSION_CLOSE"  # before its proposal left
    UNCERTAIN = "ENVOI_INCERTAIN"  # handed over, and no reply came
    OPPOSED = "OPPOSITION"  # the person wants nothing more, or no routine letter
    STOPPED = "ARRET_DEMANDE"  # no more requests of this alert
    HEARD = "APPEL_DECROCHE"  # the first of two calls was taken
    SHARED = "TELEPHONE_PARTAGE"  # another message rings it for them too


TO_CALL = (  # no message reached them: somebody may ring
    NotSent.NO_ADDRESS,
    NotSent.REFUSED,
    NotSent.TOO_LATE,
    NotSent.UNCERTAIN,
    NotSent.SHARED,
)


_CRISIS_OVER = {
    ClosedWhy.LIFTED: NotSent.LIFTED,
    ClosedWhy.CANCELLED: NotSent.CANCELLED,
}


class Wave(BaseModel):
    """What `alert_wave` needs to know of its wave; no name in it."""

    model_config = ConfigDict(frozen=True)

    batch_ids: tuple[str, ...] = ()  # batches that owe messages, and may leave now
    lanes: dict[str, Channel] = Field(default_factory=dict)
    """The channel of each batch; empty where mail alone is carried."""
    next_batch_at: datetime | None = None  # the first of those that leave later
    asks: bool = False  # does it expect answers?
    covered: bool = False  # every seat is taken, and nothing else is wanted
    closed: bool = False
    leaves_at: datetime
    remind_at: datetime | None = None  # none once reminded
    close_at: datetime

    def due(self, now: datetime, under_way: Collection[str] = ()) -> Due:
        """Say what comes first (Source: docs/sources.md#waves).

        Args:
            now: The present.
            under_way: Batches that are being sent, and must not be started again.
        """
        if self.closed:
            return Due.OVER
        if now >= self.close_at or (self.asks and self.covered):
            return Due.CLOSING
        owing = self.batch_ids or self.next_batch_at
        waiting = any(each not in under_way for each in self.batch_ids)
        if now >= self.leaves_at and waiting:
            return Due.SENDING
        if not self.asks and not owing:
            return Due.CLOSING
        if self.remind_at and now >= self.remind_at:
            return Due.REMINDING
        return Due.NOTHING

    def without(self, batch_ids: Collection[str]) -> Self:
        """Leave aside batches that cannot be sent."""
        left = tuple(each for each in self.batch_ids if each not in batch_ids)
        return self.model_copy(update={"batch_ids": left})

    def next_due_at(self) -> datetime:
        """Say when the wave has something to do if nobody answers."""
        if self.batch_ids and not self.lanes:
            return self.leaves_at
        moments = (self.remind_at, self.next_batch_at, self.close_at)
        return min(at for at in moments if at is not None)


class LookAgain(BaseModel):
    """What is true of a recipient just before a message leaves."""

    model_config = ConfigDict(frozen=True)

    asks: bool
    answered: bool = False
    covered: bool = False
    closed_why: ClosedWhy | None = None

    def hold_back(self) -> NotSent | None:
        """Say why the message must not leave, or None.

        Nobody is asked after they answered, the need is met or the crisis lifted;
        what only informs leaves regardless.
        """
        if not self.asks:
            return None
        if self.closed_why in _CRISIS_OVER:
            return _CRISIS_OVER[self.closed_why]
        if self.answered:
            return NotSent.ANSWERED
        if self.covered or self.closed_why is ClosedWhy.COVERED:
            return NotSent.COVERED
        return NotSent.TOO_LATE if self.closed_why else None


THANKED = (Availability.IMMEDIATE, Availability.ON_SITE, Availability.LATER)
_NOTHING: Mapping[str, str] = {}
INFORM_WITHIN = timedelta(days=1)  # how long a message that asks nothing is tried


class WavePlan(BaseModel):
    """A wave about to be opened: what it says, when it leaves, reminds and closes."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    answers: tuple[str, ...] = ()  # those it offers; none: it only informs
    says: dict[str, str] = Field(default_factory=dict)  # placeholders of its own
    goes_on: bool = False  # even once every seat is taken: numbers are wanted too
    one_choice: bool = False  # who chose another CPTS is not asked: both agree
    leaves_at: datetime
    remind_at: datetime | None = None
    close_at: datetime

    @classmethod
    def informing(
        cls, code: str, message: str, now: datetime, says: Mapping[str, str] = _NOTHING
    ) -> Self:
        """Plan a wave that leaves now and expects nothing."""
        return cls(
            code=code,
            message=message,
            says=dict(says),
            leaves_at=now,
            close_at=now + INFORM_WITHIN,
        )

    @classmethod
    def asking(
        cls, code: str, message: str, answers: tuple[str, ...], times: "WaveTimes"
    ) -> Self:
        """Plan a wave that expects answers: one reminder, then silence is written."""
        leaves_at = max(times.t0 + paced(times.after, times.pace), times.now)
        patience = paced(times.within, times.pace)
        return cls(
            code=code,
            message=message,
            answers=answers,
            leaves_at=leaves_at,
            remind_at=leaves_at + patience,
            close_at=leaves_at + 2 * patience,
        )

    def spared(self, remind_at: datetime) -> Self:
        """Remind later, and close as long after: the night is no silence."""
        if self.remind_at is None or remind_at <= self.remind_at:
            return self
        close_at = self.close_at + (remind_at - self.remind_at)
        return self.model_copy(update={"remind_at": remind_at, "close_at": close_at})


class WaveTimes(BaseModel):
    """The delays of a wave, and what they count from."""

    model_config = ConfigDict(frozen=True)

    t0: datetime
    now: datetime
    after: timedelta  # earliest departure, from T0
    within: timedelta  # answers expected within, from the departure
    pace: int = 1
