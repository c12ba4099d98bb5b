"""Where one copy of the plan stands: the command and the page say it in one way."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.calendar import french_instant
from domain.typography import typeset


class SentCopy(BaseModel):
    """One numbered copy on its way, or received."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    plan_number: int
    title: str
    contact: str
    sent_at: datetime
    letters: int  # the sending, then its reminders
    received_at: datetime | None
    typed: str | None  # the receipt as somebody wrote it down
    ended_at: datetime | None

    @property
    def is_received(self) -> bool:
        """Did a receipt come, by its link or as somebody wrote it down?"""
        return self.typed is not None or self.received_at is not None

    def standing(self, zone: ZoneInfo) -> str:
        """Say what came back, or what is awaited."""
        if self.typed is not None:
            return typeset(f"{self.typed} (saisi)")
        if self.received_at is not None:
            return f"reçu le {french_instant(self.received_at, zone)}"
        if self.ended_at is not None:
            return typeset("sans accusé de réception : appelez, puis saisissez-le")
        reminders = self.letters - 1
        done = f", {reminders} rappel{'s' * (reminders > 1)}" if reminders else ""
        return f"accusé de réception attendu{done}"
