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

    @activity.defn(name="load_crisis")
    async def load_crisis(self, ref: CrisisRef) -> Conduct:
        """Say where the crisis stands. Safe to retry because it only reads."""
        return await self.load(ref)
