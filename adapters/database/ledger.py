"""The ledger as rows: append, sign, prove; a proof reads a few rows.

Source: docs/evidence.md#the-tree
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from secrets import token_bytes

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import (
    checkpoints,
    ledger_entries,
    ledger_head,
    ledger_openings,
)
from adapters.database.tree import load_nodes, prove, slices, store_tiles
from domain.checkpoint import Checkpoint, origin_of
from domain.ledger import SALT_SIZE, Draft, Entry, Line, Opening, instant
from domain.merkle import (
    EMPTY_ROOT,
    Edge,
    assemble,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    needed_nodes,
    root_spans,
)

_HEAD = (
    sa.select(ledger_head.c.size, ledger_head.c.edge)
    .where(ledger_head.c.cpts_id == given("k_cpts"))
    .with_for_update()
)
_GROWN = (
    sa.update(ledger_head)
    .where(ledger_head.c.cpts_id == given("k_cpts"))
    .values(size=given("v_size"), edge=given("v_edge"))
)
_LAST = sa.select(sa.func.max(ledger_entries.c.seq)).where(
    ledger_entries.c.cpts_id == given("k_cpts"),
    ledger_entries.c.about == given("k_about"),
)
_NOTE = sa.select(checkpoints.c.note).where(
    checkpoints.c.cpts_id == given("k_cpts"), checkpoints.c.size == given("k_size")
)
_ENTRY, _OPENING = sa.insert(ledger_entries), sa.insert(ledger_openings)
_OPENED = ("seq", "field", "salt", "value")


async def append(
    connection: AsyncConnection,
    cpts_id: str,
    recorded_at: datetime,
    drafts: Sequence[Draft],
) -> tuple[int, ...]:
    """Give drafts their place in the tree; the last writing of a transaction.

    Raises:
        UnfitEntryError: A draft holds what the ledger cannot keep.
    """
    if not drafts:
        return ()
    edge = await _lock_head(connection, cpts_id)
    last = await _last_of(connection, cpts_id, {draft.about for draft in drafts})
    entries: list[Entry] = []
    opened: list[Opening] = []
    for seq, draft in enumerate(drafts, edge.size):
        openings_of = _openings_of(seq, draft)
        entries.append(
            Entry(
                seq=seq,
                prev=last.get(draft.about),
                cpts_id=cpts_id,
                about=draft.about,
                kind=draft.kind,
                at=instant(draft.at),
                recorded_at=instant(recorded_at),
                actor=draft.actor,
                facts=draft.facts,
                sealed={opening.field: opening.seal for opening in openings_of},
            )
        )
        opened.extend(openings_of)
        last[draft.about] = seq
    grown = edge.extend(await _insert(connection, entries, opened))
    await store_tiles(connection, cpts_id, edge.size, grown.size)
    head = {"k_cpts": cpts_id, "v_size": grown.size, "v_edge": grown.to_bytes()}
    await connection.execute(_GROWN, head)
    return tuple(entry.seq for entry in entries)


async def heads(
    connection: AsyncConnection, cpts_id: str, abouts: Sequence[str]
) -> dict[str, int]:
    """Give the last seq of each of these, and hold the ledger until the commit.

    For the entry that names a dossier: nothing may come between.
    """
    await _lock_head(connection, cpts_id)
    return await _last_of(connection, cpts_id, abouts)


async def size(connection: AsyncConnection, cpts_id: str) -> int:
    """Count the entries of a CPTS, as a transaction sees them."""
    query = sa.select(ledger_head.c.size).where(ledger_head.c.cpts_id == cpts_id)
    return await connection.scalar(query) or 0


async def sign_checkpoint(
    connection: AsyncConnection,
    cpts_id: str,
    at: datetime,
    sign: Callable[[str], str],
    host: str,
) -> str:
    """Sign the tree as it stands; the same size is signed once. Give the note."""
    edge = await _lock_head(connection, cpts_id)
    if known := await note_at(connection, cpts_id, edge.size):
        return known
    root = edge.root()
    note = sign(Checkpoint(origin_of(host, cpts_id), edge.size, root).body)
    row = {"cpts_id": cpts_id, "size": edge.size, "root": root, "note": note, "at": at}
    await connection.execute(sa.insert(checkpoints), row)
    return note


async def note_at(connection: AsyncConnection, cpts_id: str, size: int) -> str | None:
    """Give the checkpoint signed at a size, if one was."""
    named = {"k_cpts": cpts_id, "k_size": size}
    note: str | None = await connection.scalar(_NOTE, named)
    return note


async def last_note(connection: AsyncConnection, cpts_id: str) -> str | None:
    """Give the latest checkpoint, if one was ever signed."""
    query = (
        sa.select(checkpoints.c.note)
        .where(checkpoints.c.cpts_id == cpts_id)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    )
    note: str | None = await connection.scalar(query)
    return note


async def root_at(connection: AsyncConnection, cpts_id: str, size: int) -> bytes:
    """Give the root that the tree had at a size.

    Raises:
        LookupError: The tree never was that large.
    """
    if size == 0:
        return EMPTY_ROOT
    (root,) = await prove(connection, cpts_id, root_spans(size), size)
    return root


async def inclusion_proof(
    connection: AsyncConnection, cpts_id: str, seq: int, size: int
) -> tuple[bytes, ...]:
    """Prove that an entry is in the tree of a size; hashes from leaf to root.

    Raises:
        LookupError: The tree never was that large.
    """
    return await prove(connection, cpts_id, inclusion_spans(seq, size), size)


async def inclusion_proofs(
    connection: AsyncConnection, cpts_id: str, seqs: Sequence[int], size: int
) -> tuple[tuple[bytes, ...], ...]:
    """Prove several entries at once: what their paths share is read once.

    Raises:
        LookupError: The tree never was that large.
    """
    paths = [inclusion_spans(seq, size) for seq in seqs]
    spans = tuple(span for path in paths for span in path)
    nodes = await load_nodes(connection, cpts_id, needed_nodes(spans), size)
    return tuple(assemble(path, nodes) for path in paths)


async def consistency_proof(
    connection: AsyncConnection, cpts_id: str, old_size: int, new_size: int
) -> tuple[bytes, ...]:
    """Prove that the tree only grew from one size to another.

    Raises:
        LookupError: The tree never was that large.
    """
    spans = consistency_spans(old_size, new_size)
    return await prove(connection, cpts_id, spans, new_size)


async def entries_about(
    connection: AsyncConnection, cpts_id: str, about: str, until_size: int
) -> tuple[Line, ...]:
    """Give the entries of a crisis or a plan that a tree of this size holds."""
    table = ledger_entries.c
    query = (
        sa.select(table.seq, table.canonical)
        .where(table.cpts_id == cpts_id, table.about == about, table.seq < until_size)
        .order_by(table.seq)
    )
    return tuple(Line(*row) for row in await connection.execute(query))


async def openings(
    connection: AsyncConnection, cpts_id: str, seqs: Sequence[int]
) -> tuple[Opening, ...]:
    """Give what opens the sealed fields of these entries, unless it was erased."""
    table = ledger_openings.c
    found: list[Opening] = []
    for some in slices(sorted(set(seqs))):
        query = (
            sa.select(table.seq, table.field, table.salt, table.value)
            .where(table.cpts_id == cpts_id, table.seq.in_(some))
            .order_by(table.seq, table.field)
        )
        found.extend(Opening(*row) for row in await connection.execute(query))
    return tuple(found)


async def _lock_head(connection: AsyncConnection, cpts_id: str) -> Edge:
    """Lock the tree of a CPTS (an empty one is made) and give its edge."""
    named = {"k_cpts": cpts_id}
    row = (await connection.execute(_HEAD, named)).one_or_none()
    if row is None:  # two first writers: one inserts, the other waits, then reads
        await connection.execute(_first_head(connection.dialect.name, cpts_id))
        row = (await connection.execute(_HEAD, named)).one()
    return Edge.from_bytes(row.size, row.edge)


def _first_head(dialect: str, cpts_id: str) -> sa.Insert:
    row = {"cpts_id": cpts_id, "size": 0, "edge": b""}
    if dialect == "sqlite":
        return sqlite.insert(ledger_head).values(row).on_conflict_do_nothing()
    return postgresql.insert(ledger_head).values(row).on_conflict_do_nothing()


async def _last_of(
    connection: AsyncConnection, cpts_id: str, abouts: Iterable[str]
) -> dict[str, int]:
    """Read one end of the index for each; grouping would walk through it all."""
    last: dict[str, int] = {}
    for about in abouts:
        named = {"k_cpts": cpts_id, "k_about": about}
        if (seq := await connection.scalar(_LAST, named)) is not None:
            last[about] = seq
    return last


def _openings_of(seq: int, draft: Draft) -> tuple[Opening, ...]:
    return tuple(
        Opening.of(seq, name, value, token_bytes(SALT_SIZE))
        for name, value in draft.sealed.items()
    )


async def _insert(
    connection: AsyncConnection, entries: Sequence[Entry], opened: Sequence[Opening]
) -> list[bytes]:
    """Write entries and openings; give the leaf hashes."""
    texts = [entry.canonical() for entry in entries]
    leaves = [leaf_hash(text) for text in texts]
    rows = [
        {
            "cpts_id": entry.cpts_id,
            "seq": entry.seq,
            "about": entry.about,
            "kind": entry.kind,
            "at": datetime.fromisoformat(entry.at),
            "leaf_hash": leaf,
            "canonical": text.decode(),
        }
        for entry, text, leaf in zip(entries, texts, leaves, strict=True)
    ]
    await connection.execute(_ENTRY, rows)
    if opened:
        cpts_id = entries[0].cpts_id
        secrets = [
            {"cpts_id": cpts_id, **{name: getattr(one, name) for name in _OPENED}}
            for one in opened
        ]
        await connection.execute(_OPENING, secrets)
    return leaves
