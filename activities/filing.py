"""Filing a crisis: its report, its dossier, its evidence pack."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from domain.payment import Expected
from domain.reference import CrisisRef, DocumentRef
from domain.report import CrisisFacts, DocumentRow, EntryRow


class Picture(Protocol):
    """What the documents of a crisis print, read at one instant."""

    @property
    def facts(self) -> CrisisFacts:
        """What the report prints."""

    @property
    def documents(self) -> tuple[DocumentRow, ...]:
        """The documents that the dossier cites."""

    @property
    def entries(self) -> tuple[EntryRow, ...]:
        """The ledger entries that the dossier cites."""

    @property
    def expected(self) -> Expected | None:
        """What the scale gives for this crisis, never a promise."""


class Press(Protocol):
    """Prints documents; slow, and without waiting for anything: run in a thread."""

    def render_report(self, facts: CrisisFacts) -> bytes:
        """Print the after-action report."""

    def render_dossier(
        self,
        facts: CrisisFacts,
        documents: Iterable[DocumentRow],
        entries: Iterable[EntryRow],
        expected: Expected | None,
    ) -> bytes:
        """Print the dossier of the variable part."""


class Archive(Protocol):
    """Keeps documents and says so in the ledger."""

    async def keep_report(self, ref: CrisisRef, pdf: bytes) -> DocumentRef:
        """Keep the report; the same bytes are noted once."""

    async def keep_dossier(self, ref: CrisisRef, pdf: bytes) -> int:
        """Keep the dossier as the last entry of a signed tree; give the tree's size."""

    async def pack(self, ref: CrisisRef, pdf: bytes, size: int) -> str:
        """Build the pack of a tree of this size around its dossier; give its hash."""


@dataclass(frozen=True)
class Filing:
    """The activity that ends a crisis; `pack` serves the command line as well."""

    read: Callable[[CrisisRef], Awaitable[Picture]]
    press: Press
    archive: Archive
    send_report: Callable[[DocumentRef], Awaitable[None]]

    @activity.defn(name="file_crisis")
    async def file_crisis(self, ref: CrisisRef) -> None:
        """Write the report and the evidence pack, and put the report in the post.

        Safe to retry because documents are their hash, and a report is sent once.
        """
        picture = await self.read(ref)
        pdf = await asyncio.to_thread(self.press.render_report, picture.facts)
        report = await self.archive.keep_report(ref, pdf)
        await self.pack(ref)
        await self.send_report(report)

    async def pack(self, ref: CrisisRef) -> str:
        """Build an evidence pack of the crisis as it stands; give its hash."""
        picture = await self.read(ref)
        pdf = await asyncio.to_thread(
            self.press.render_dossier,
            picture.facts,
            picture.documents,
            picture.entries,
            picture.expected,
        )
        size = await self.archive.keep_dossier(ref, pdf)
        return await self.archive.pack(ref, pdf, size)
