"""What a wave asks of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from domain.alert import Wave
from domain.reference import WaveEnd, WaveRef


class Close(Protocol):
    """Closes a wave; False if it goes on."""

    async def __call__(self, ref: WaveRef, /, *, met: bool) -> bool:
        """Close it; `met`: only if its need still is."""


@dataclass(frozen=True)
class Alerting:
    """Activities of one wave; each is one act."""

    load: Callable[[WaveRef], Awaitable[Wave]]
    remind: Callable[[WaveRef], Awaitable[None]]
    close: Close

    @activity.defn(name="load_wave")
    async def load_wave(self, ref: WaveRef) -> Wave:
        """Say where the wave stands. Safe to retry because it only reads."""
        return await self.load(ref)

    @activity.defn(name="remind_wave")
    async def remind_wave(self, ref: WaveRef) -> None:
        """Prepare one reminder to the silent.

        Safe to retry because a wave is reminded once.
        """
        await self.remind(ref)

    @activity.defn(name="close_wave")
    async def close_wave(self, end: WaveEnd) -> bool:
        """Close the wave: silence is written down, helpers are thanked.

        Safe to retry because a wave is closed once.

        Returns:
            False if it goes on: a seat is free again.
        """
        return await self.close(end, met=end.met)
