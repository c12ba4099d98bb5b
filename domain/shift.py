"""Shifts: one seat serves several people in turn, never two at the same hours.

Source: docs/sources.md#missions
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

HANDOVER = timedelta(minutes=30)  # who goes and who comes may both be there


class Shift(BaseModel):
    """The hours of somebody on a card."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    person_id: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @property
    def lasts(self) -> timedelta:
        """How long it is."""
        return self.ends_at - self.starts_at

    def meets(self, other: "Shift") -> bool:
        """Are both on duty together, longer than it takes to hand over?"""
        together = min(self.ends_at, other.ends_at) - max(
            self.starts_at, other.starts_at
        )
        return together > min(HANDOVER, self.lasts / 2, other.lasts / 2)


def has_room(
    suitable: Sequence[str | None],
    seated: Collection[str],
    shifts: Collection[Shift],
    wanted: Shift,
) -> bool:
    """Say if a seat is left at these hours: empty, theirs, or held at other hours.

    Args:
        suitable: Who holds each seat that suits them; None: it is empty.
        seated: Whoever holds a seat of the crisis.
        shifts: The missions accepted on the card.
        wanted: The hours that somebody would work.
    """
    me = wanted.person_id
    planned = {shift.person_id for shift in shifts}
    busy = {shift.person_id for shift in shifts if shift.meets(wanted)} - {me}
    left = sum(
        holder in {None, me} or (holder in planned and holder not in busy)
        for holder in suitable
    )
    return left > len(busy.difference(seated))  # they take over a seat at these hours
