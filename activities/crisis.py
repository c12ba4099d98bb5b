"""What a crisis asks of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from domain.conduct import Conduct
from domain.reference import CrisisRef


@dataclass(frozen=True)
class Conducting:
    """Activities of one crisis."""

    conduct: Callable[[CrisisRef], Awaitable[Conduct]]

    @activity.defn(name="load_crisis")  # its name in histories since the first version
    async def conduct_crisis(self, ref: CrisisRef) -> Conduct:
        """Do what is due, say where the crisis stands.

        Safe to retry because what was done is in the database, and not due any more.
        """
        return await self.conduct(ref)
