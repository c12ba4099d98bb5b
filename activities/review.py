"""What the year of a plan asks of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from domain.reference import ReviewRef
from domain.review import DayDue, ReviewConduct


@dataclass(frozen=True)
class Reviewing:
    """Activities of the calendar, and of one review."""

    conduct: Callable[[ReviewRef], Awaitable[ReviewConduct]]
    keep: Callable[[], Awaitable[DayDue]]

    @activity.defn(name="conduct_review")
    async def conduct_review(self, ref: ReviewRef) -> ReviewConduct:
        """Do what is due in a review, say when to look again.

        Safe to retry because what was done is in the database, and not due any more.
        """
        return await self.conduct(ref)

    @activity.defn(name="keep_calendar")
    async def keep_calendar(self) -> DayDue:
        """Do what the day asks of every CPTS.

        Safe to retry because each thing is done once a period.
        """
        return await self.keep()
