"""A whole ledger read again: does every entry still lead to what was signed?

Source: docs/evidence.md#the-tree
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import (
    checkpoints,
    ledger_entries,
    ledger_head,
    ledger_tiles,
)
from domain.checkpoint import Checkpoint, origin_of
from domain.merkle import (
    TILE_WIDTH,
    Edge,
    Node,
    fold_complete,
    leaf_hash,
    split_hashes,
)

_AT_ONCE = 10_000
_Kept = sa.Row[int, str, bytes, str]


class Part(Enum):
    """What may not agree with the texts of the entries."""

    ENTRY = "entry"
    CHECKPOINT = "checkpoint"
    TILE = "tile"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Reread:
    """The entries that hold, the root they lead to, and what first does not."""

    entries: int
    root: bytes
    wrong: Part | None = None
    place: int = 0  # `seq` of the entry, number of the tile, size that was signed


async def reread(
    connection: AsyncConnection, cpts_id: str, note_of: Callable[[Checkpoint], str]
) -> Reread:
    """Hash every entry again, and compare all that was kept or signed on its base.

    Args:
        connection: Which sees one state of the database while this lasts.
        cpts_id: Whose ledger.
        note_of: Signs a checkpoint as it was: the same words, the same signature.
    """
    tree = _Tree(cpts_id)
    notes = await _notes(connection, cpts_id)  # before the head: it only grows
    size, edge = await _head(connection, cpts_id)
    async for row in _entries(connection, cpts_id, size):
        if not tree.takes(row):
            return tree.found(Part.ENTRY, tree.edge.size)
        note = notes.pop(tree.edge.size, None)
        if note is not None and not tree.is_signed(note, note_of):
            return tree.found(Part.CHECKPOINT, tree.edge.size)
    if (tree.edge.size, tree.edge.to_bytes()) != (size, edge):
        return tree.found(Part.HEAD)
    if notes:  # signed when the ledger was longer
        return tree.found(Part.CHECKPOINT, min(notes))
    wrong = await _wrong_tile(connection, cpts_id, tree.tiles)
    return tree.found(Part.TILE, wrong.place) if wrong else tree.found(None)


@dataclass(slots=True)
class _Tree:
    """The tree that the texts make, entry after entry."""

    cpts_id: str
    edge: Edge = field(default_factory=Edge)
    tiles: list[bytes] = field(default_factory=list)  # the complete ones of leaves
    _leaves: list[bytes] = field(default_factory=list)  # of the tile being filled
    _last: dict[str, int] = field(default_factory=dict)  # `seq` by `about`

    def takes(self, row: _Kept) -> bool:
        """Add an entry, if its text is the one that was hashed, at its place."""
        seq, about, kept, text = row
        leaf = leaf_hash(text.encode())
        place = (self.edge.size, self._last.get(about), self.cpts_id, about)
        if seq != self.edge.size or leaf != kept or _place_of(text) != place:
            return False
        self._last[about] = seq
        self.edge = self.edge.append(leaf)
        self._leaves.append(leaf)
        if len(self._leaves) == TILE_WIDTH:
            self.tiles.append(b"".join(self._leaves))
            self._leaves.clear()
        return True

    def is_signed(self, note: str, note_of: Callable[[Checkpoint], str]) -> bool:
        """Does a note bear this tree, and our signature? Witnesses may follow."""
        try:
            said = Checkpoint.parse(note)
            signed = note_of(said)
        except ValueError:
            return False
        origin = origin_of(said.host, self.cpts_id)
        read = Checkpoint(origin, self.edge.size, self.edge.root())
        return said == read and note.startswith(signed)

    def found(self, wrong: Part | None, place: int = 0) -> Reread:
        """Say what was found so far."""
        return Reread(self.edge.size, self.edge.root(), wrong, place)


def _place_of(text: str) -> tuple[object, ...]:
    try:
        said = json.loads(text)
        return said["seq"], said["prev"], said["cpts_id"], said["about"]
    except (ValueError, LookupError, TypeError):  # no entry at all
        return ()


async def _head(connection: AsyncConnection, cpts_id: str) -> tuple[int, bytes]:
    head = ledger_head.c
    query = sa.select(head.size, head.edge).where(head.cpts_id == cpts_id)
    row = (await connection.execute(query)).one_or_none()
    return (row.size, row.edge) if row else (0, b"")


async def _entries(
    connection: AsyncConnection, cpts_id: str, size: int
) -> AsyncIterator[_Kept]:
    """Read the entries of a ledger of this size in order, thousands at a time."""
    table = ledger_entries.c
    query = (
        sa.select(table.seq, table.about, table.leaf_hash, table.canonical)
        .where(table.cpts_id == cpts_id, table.seq < size)
        .where(table.seq >= sa.bindparam("start"))
        .order_by(table.seq)
        .limit(_AT_ONCE)
    )
    start = 0
    while rows := (await connection.execute(query, {"start": start})).all():
        for row in rows:
            yield row
        start = rows[-1].seq + 1


async def _notes(connection: AsyncConnection, cpts_id: str) -> dict[int, str]:
    """Give the signed notes by size; that of an empty ledger says nothing."""
    query = sa.select(checkpoints.c.size, checkpoints.c.note).where(
        checkpoints.c.cpts_id == cpts_id, checkpoints.c.size > 0
    )
    rows = await connection.execute(query)
    return {row.size: row.note for row in rows}


async def _wrong_tile(
    connection: AsyncConnection, cpts_id: str, tiles: Sequence[bytes]
) -> Node | None:
    """Give the first stored tile that is not what stands below it, or is missing."""
    level, made = 0, tiles
    while made:
        roots = [fold_complete(split_hashes(hashes)) for hashes in made]
        stored = await _tiles(connection, cpts_id, level, len(made))
        expected = tuple(zip(range(len(made)), made, roots, strict=True))
        for number, tile in enumerate(expected):
            if number >= len(stored) or stored[number] != tile:
                return Node(level, number)
        made = [
            b"".join(roots[end - TILE_WIDTH : end])
            for end in range(TILE_WIDTH, len(roots) + 1, TILE_WIDTH)
        ]
        level += 1
    return None


async def _tiles(
    connection: AsyncConnection, cpts_id: str, level: int, number: int
) -> list[tuple[int, bytes, bytes]]:
    table = ledger_tiles.c
    query = (
        sa.select(table.tile, table.hashes, table.root)
        .where(table.cpts_id == cpts_id, table.level == level)
        .order_by(table.tile)
        .limit(number)
    )
    rows = await connection.execute(query)
    return [(row.tile, row.hashes, row.root) for row in rows]
