"""Filing a crisis: the report first, then the pack, and only then the post."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

import pytest
from temporalio.testing import ActivityEnvironment

from activities.filing import Filing
from domain.errors import StorageError
from domain.payment import Expected
from domain.reference import CrisisRef, DocumentRef
from domain.report import CrisisFacts, DocumentRow, EntryRow

REF = CrisisRef(cpts_id="val-test", crisis_id="c-1")
REPORT = DocumentRef(cpts_id="val-test", document_id="c-1.report")


@dataclass(frozen=True)
class FakePicture:
    """What was read; the documents are those kept by then."""

    documents: tuple[DocumentRow, ...]
    facts: CrisisFacts
    entries: tuple[EntryRow, ...] = ()
    expected: Expected | None = None


@dataclass
class World:
    """A press, an archive and a post that remember what was asked of them."""

    told: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    full_disk: bool = False

    async def read(self, ref: CrisisRef) -> FakePicture:
        assert ref == REF
        self.told.append("read")
        documents = tuple(DocumentRow(title=k, sha256="0" * 64) for k in self.kept)
        return FakePicture(documents, cast("CrisisFacts", "facts"))

    def render_report(self, facts: CrisisFacts) -> bytes:
        self.told.append(f"report of {facts}")
        return b"report"

    def render_dossier(
        self,
        facts: CrisisFacts,
        documents: Iterable[DocumentRow],
        entries: Iterable[EntryRow],
        expected: Expected | None,
    ) -> bytes:
        del entries, expected
        cited = [row.title for row in documents]
        self.told.append(f"dossier of {facts} citing {cited}")
        return b"dossier"

    async def keep_report(self, ref: CrisisRef, pdf: bytes) -> DocumentRef:
        assert (ref, pdf) == (REF, b"report")
        self.kept.append("report")
        return REPORT

    async def keep_dossier(self, ref: CrisisRef, pdf: bytes) -> int:
        assert (ref, pdf) == (REF, b"dossier")
        if self.full_disk:
            raise StorageError(reason="full")
        return 42

    async def pack(self, ref: CrisisRef, pdf: bytes, size: int) -> str:
        assert (ref, pdf) == (REF, b"dossier")
        self.told.append(f"pack of {size}")
        return "hash"

    async def send_report(self, ref: DocumentRef) -> None:
        assert ref == REPORT
        self.told.append("post")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def filing(world: World) -> Filing:
    return Filing(
        read=world.read, press=world, archive=world, send_report=world.send_report
    )


async def test_the_report_is_kept_then_cited_then_packed_then_posted(
    world: World, filing: Filing
) -> None:
    await ActivityEnvironment().run(filing.file_crisis, REF)

    assert world.told == [
        "read",
        "report of facts",
        "read",
        "dossier of facts citing ['report']",
        "pack of 42",
        "post",
    ]


async def test_nothing_is_posted_that_could_not_be_kept(
    world: World, filing: Filing
) -> None:
    world.full_disk = True

    with pytest.raises(StorageError):
        await ActivityEnvironment().run(filing.file_crisis, REF)

    assert "post" not in world.told


async def test_a_pack_alone_is_made_for_the_command_line(
    world: World, filing: Filing
) -> None:
    assert await filing.pack(REF) == "hash"
    assert "post" not in world.told
