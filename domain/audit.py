"""What should have left by now and did not: said of a crisis by who conducts nothing.

Source: docs/sources.md#audit
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=60)
AUDITED_WITHIN = timedelta(seconds=60)
"""Older than this, the auditor itself is dead."""


class Lack(StrEnum):
    """What should have happened."""

    WAVE = "VAGUE_NON_PARTIE"
    SECOND = "SUPPLEANTS_NON_APPELES"  # or those whom the night held back
    MESSAGES = "MESSAGES_EN_ATTENTE"  # some wait, and none leaves
    LOST = "MESSAGES_PERDUS"  # people asked whom no message is for
    REMINDER = "RELANCE_NON_PARTIE"
    CLOSING = "VAGUE_NON_CLOSE"
    DIGEST = "RAPPEL_NON_PARTI"  # of late cards: deputies and presidency too
    REPORT = "POINT_DE_SITUATION_NON_PARTI"


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing that should have happened at an instant, and did not."""

    lack: Lack
    subject: str  # a wave as the plan names it, or with its number in the crisis
    due_at: datetime | None = None  # none: due since it was seen first

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart from the others of its crisis."""
        return self.lack, self.subject


@dataclass(frozen=True, slots=True)
class AuditedWave:
    """A wave as the ledger says it was opened, and what its rows say of it now."""

    wave: int
    code: str
    asked: int  # people, as its entry says
    written_to: int  # of them, those to whom a message is kept
    waiting: int  # messages still to leave
    last_sent_at: datetime | None
    opened_at: datetime
    leaves_at: datetime
    remind_at: datetime | None  # none: reminded, or nothing to remind of
    close_at: datetime
    closed: bool

    def lapses(self, now: datetime) -> Iterator[Lapse]:
        """List what it should have done."""
        if self.written_to < self.asked:
            yield self._lapse(Lack.LOST, self.opened_at)
        if self.closed:
            return
        if self.waiting and self.leaves_at <= now:
            since = max(self.leaves_at, self.last_sent_at or self.leaves_at)
            yield self._lapse(Lack.MESSAGES, since)
        if self.remind_at is not None and self.remind_at <= now:
            yield self._lapse(Lack.REMINDER, self.remind_at)
        if self.close_at <= now:
            yield self._lapse(Lack.CLOSING, self.close_at)

    def _lapse(self, lack: Lack, due_at: datetime) -> Lapse:
        return Lapse(lack, f"{self.code}.{self.wave}", due_at)


@dataclass(frozen=True, slots=True)
class KeptLapse:
    """A lapse as it was seen first, and whether anybody was told."""

    lack: Lack
    subject: str
    due_at: datetime
    raised: bool

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart from the others of its crisis."""
        return self.lack, self.subject


@dataclass(frozen=True, slots=True)
class Verdict:
    """What changed since the last look."""

    news: tuple[KeptLapse, ...]  # seen first, or raised now
    ended: tuple[KeptLapse, ...]  # done at last, or due no more


def judge(found: Iterable[Lapse], kept: Iterable[KeptLapse], now: datetime) -> Verdict:
    """Compare what lacks with what was known to lack: each is raised once."""
    known = {each.key: each for each in kept}
    lacking = {each.key: each for each in found}
    looked = (_looked(each, known.get(key), now) for key, each in lacking.items())
    return Verdict(
        news=tuple(each for each in looked if each is not None),
        ended=tuple(each for key, each in known.items() if key not in lacking),
    )


def _looked(lapse: Lapse, before: KeptLapse | None, now: datetime) -> KeptLapse | None:
    if before is not None and before.raised:
        return None
    due_at = lapse.due_at or (before.due_at if before else now)
    if now - due_at > GRACE:
        return KeptLapse(lapse.lack, lapse.subject, due_at, raised=True)
    if lapse.due_at is None and before is None:
        return KeptLapse(lapse.lack, lapse.subject, due_at, raised=False)
    return None
