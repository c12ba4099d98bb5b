"""What a crisis asks of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from domain.conduct import Conduct
from domain.reference import CrisisRef


@dataclass(frozen=True)
class Conducting:
    """Activities of one crisis."""

    load: Callable[[CrisisRef], Awaitable[Conduct]]
    file: Callable[[CrisisRef], Awaitable[None]]

    @activity.defn(name="load_crisis")
    async def load_crisis(self, ref: CrisisRef) -> Conduct:
        """Say where the crisis stands. Safe to retry because it only reads."""
        return await self.load(ref)

    @activity.defn(name="file_crisis")
    async def file_crisis(self, ref: CrisisRef) -> None:
        """Write the report and the evidence pack, and put the report in the post.

        Safe to retry because a crisis is filed once, and documents are their hash.
        """
        await self.file(ref)
