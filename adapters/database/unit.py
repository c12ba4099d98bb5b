"""One act, one transaction: rows, then the ledger, then the commit, then wake-ups."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import ledger
from adapters.database.engines import WRITING, async_engine, one_writer
from domain.ledger import Draft, Fact
from domain.provider import NOBODY, Providers
from domain.wave import Channel


@dataclass
class Act:
    """One open transaction on the facts of one CPTS."""

    connection: AsyncConnection
    cpts_id: str
    at: datetime
    carried: tuple[Channel, ...] = (Channel.MAIL,)  # by somebody, now
    drafts: list[Draft] = field(default_factory=list)
    wakeups: list[str] = field(default_factory=list)
    wants_checkpoint: bool = False

    def note(
        self,
        kind: str,
        *,
        about: str,
        actor: str,
        facts: Mapping[str, Fact] | None = None,
        sealed: Mapping[str, str] | None = None,
    ) -> None:
        """Keep an entry for the ledger: written last, just before the commit."""
        self.drafts.append(
            Draft(
                kind=kind,
                about=about,
                at=self.at,
                actor=actor,
                facts=dict(facts or {}),
                sealed=dict(sealed or {}),
            )
        )

    def wake(self, workflow_id: str) -> None:
        """Hint, after the commit, that this workflow has something to look at."""
        self.wakeups.append(workflow_id)

    def sign_checkpoint(self) -> None:
        """Sign the tree's size and root once this act's entries are in it."""
        self.wants_checkpoint = True


class Database:
    """The facts; every act goes through here.

    Args:
        url: Of SQLite or PostgreSQL.
        now: The clock of the composition root.
        sign: Gives the signed note of a checkpoint's body.
        origin: The host named by checkpoints.
        wake: Takes a hint; must neither wait nor fail.
    """

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime],
        sign: Callable[[str], str],
        origin: str,
        wake: Callable[[str], None] = lambda _hint: None,
    ) -> None:
        self.url = url
        self.now = now
        self.origin = origin
        self.providers: Providers = NOBODY  # of texts and calls: a crisis keeps them
        self._sign = sign
        self._wake = wake
        self._engine = async_engine(url)
        # in turn: SQLite's own waiting is unfair, some would wait 5 s and give up
        self._turn = asyncio.Lock() if one_writer(url) else nullcontext()

    @asynccontextmanager
    async def act(self, cpts_id: str) -> AsyncIterator[Act]:
        """Open a writing transaction; commit, then wake, if nothing is raised."""
        async with self.write() as connection:
            act = Act(connection, cpts_id, self.now(), self.providers.channels)
            yield act
            await self._write_ledger(act)
        for hint in act.wakeups:
            self._wake(hint)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a writing transaction for what is no fact: a pulse."""
        async with self._turn, self._engine.connect() as raw:
            connection = await raw.execution_options(**WRITING)
            async with connection.begin():
                yield connection

    async def _write_ledger(self, act: Act) -> None:
        if act.drafts:
            await ledger.append(act.connection, act.cpts_id, act.at, act.drafts)
        if act.wants_checkpoint:
            await ledger.sign_checkpoint(
                act.connection, act.cpts_id, act.at, self._sign, self.origin
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a reading transaction: one consistent picture."""
        async with self._engine.connect() as connection, connection.begin():
            yield connection

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()
