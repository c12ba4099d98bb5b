"""What a transmission asks of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from domain.reference import DocumentRef
from domain.transmission import Transmission


@dataclass(frozen=True)
class Transmitting:
    """Activities of one document on its way; each is one act."""

    load: Callable[[DocumentRef], Awaitable[Transmission]]
    write: Callable[[DocumentRef], Awaitable[None]]

    @activity.defn(name="load_transmission")
    async def load_transmission(self, ref: DocumentRef) -> Transmission:
        """Say where the document stands. Safe to retry because it only reads."""
        return await self.load(ref)

    @activity.defn(name="write_letter")
    async def write_letter(self, ref: DocumentRef) -> None:
        """Prepare the letter that is due: a reminder, or word to the coordinator.

        Safe to retry because each letter has its step, prepared once.
        """
        await self.write(ref)
