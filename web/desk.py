"""What each route is handed: the instance, the views, who tries too often."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from adapters.temporal import AWAY
from domain.errors import TooManyTriesError
from domain.reference import CrisisRef, NoticeRef
from instance import Instance
from web.layouts import Views
from workflows import messages

WRONG_LINKS = RateLimitItemPerMinute(20)
_ENGINE_TIMEOUT_S = 2


@dataclass(frozen=True)
class Desk:
    """What a page needs to answer."""

    instance: Instance
    views: Views
    client: Client
    limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    def let_in(self, visitor: str) -> None:
        """Refuse a visitor who was wrong too often.

        Raises:
            TooManyTriesError: Twenty wrong links in a minute.
        """
        if not self.limiter.test(WRONG_LINKS, visitor):
            raise TooManyTriesError

    def count_wrong(self, visitor: str) -> None:
        """Note that a visitor opened a link that does not exist."""
        self.limiter.hit(WRONG_LINKS, visitor)

    async def set_going(self, ref: CrisisRef) -> None:
        """Start the workflow of a crisis; Temporal away, the worker will adopt it."""
        await self._start(messages.CRISIS, ref)

    async def hand_over(self, ref: NoticeRef) -> None:
        """Let letters leave now; Temporal away, the worker will within a minute."""
        await self._start(messages.NOTICE, ref)

    async def _start(self, workflow: str, ref: CrisisRef | NoticeRef) -> None:
        with suppress(*AWAY):
            async with asyncio.timeout(_ENGINE_TIMEOUT_S):
                await self.client.start_workflow(
                    workflow,
                    ref,
                    id=ref.workflow_id,
                    task_queue=messages.FACTS_QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    start_signal=messages.WAKE,
                )


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _visitor(request: Request) -> str:
    return request.client.host if request.client else "?"


# coroutines, though they wait for nothing: FastAPI sends functions to a thread
AtDesk = Annotated[Desk, Depends(_desk)]
Visitor = Annotated[str, Depends(_visitor)]
