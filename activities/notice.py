"""What the letters about a plan ask of the facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from domain.dispatch import NoticeBatch
from domain.reference import NoticeRef


@dataclass(frozen=True)
class Noticing:
    """Activities of the letters about one topic."""

    load: Callable[[NoticeRef], Awaitable[tuple[NoticeBatch, ...]]]

    @activity.defn(name="load_notice")
    async def load_notice(self, ref: NoticeRef) -> tuple[NoticeBatch, ...]:
        """List the batches that owe letters. Safe to retry because it only reads."""
        return await self.load(ref)
