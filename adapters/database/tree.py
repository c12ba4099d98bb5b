"""The tree's stored hashes: complete tiles, and what a proof reads of them.

Source: docs/evidence.md#the-tree
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import ledger_entries, ledger_tiles
from domain.merkle import (
    TILE_WIDTH,
    Node,
    Span,
    assemble,
    completed_tiles,
    fold_complete,
    needed_nodes,
    split_hashes,
    tile_of,
)

T = TypeVar("T")

_AT_ONCE = 500  # values of one IN: databases bound the parameters of a statement


def slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut what an IN asks for into statements that any database takes."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


async def store_tiles(
    connection: AsyncConnection, cpts_id: str, old_size: int, new_size: int
) -> None:
    """Keep the tiles that growing completed; the leaves are rows already."""
    for tile in completed_tiles(old_size, new_size):
        hashes = await _row_below(connection, cpts_id, tile)
        row = {
            "cpts_id": cpts_id,
            "level": tile.level,
            "tile": tile.place,
            "hashes": b"".join(hashes),
            "root": fold_complete(hashes),
        }
        await connection.execute(sa.insert(ledger_tiles).values(row))


async def prove(
    connection: AsyncConnection, cpts_id: str, spans: tuple[Span, ...]
) -> tuple[bytes, ...]:
    """Give the hashes of one proof.

    Raises:
        LookupError: The tree never was that large.
    """
    return assemble(spans, await load_nodes(connection, cpts_id, needed_nodes(spans)))


async def load_nodes(
    connection: AsyncConnection, cpts_id: str, nodes: Sequence[Node]
) -> dict[Node, bytes]:
    """Read complete nodes: each from its tile, or from the row of a partial one.

    Raises:
        LookupError: The tree has no such complete node.
    """
    places = {node: tile_of(node) for node in nodes}
    wanted = tuple(dict.fromkeys(tile for tile, _ in places.values()))
    tiles = await _complete_tiles(connection, cpts_id, wanted)
    for tile in wanted:
        if tile not in tiles:
            tiles[tile] = await _row_below(connection, cpts_id, tile)
    for node, (tile, hashes) in places.items():
        if len(tiles[tile]) < hashes.stop:
            message = f"no complete {node} in the tree of {cpts_id}"
            raise LookupError(message)
    return {
        node: fold_complete(tiles[tile][hashes.start : hashes.stop])
        for node, (tile, hashes) in places.items()
    }


async def _complete_tiles(
    connection: AsyncConnection, cpts_id: str, wanted: Sequence[Node]
) -> dict[Node, tuple[bytes, ...]]:
    table = ledger_tiles.c
    found: dict[Node, tuple[bytes, ...]] = {}
    for some in slices(wanted):
        query = sa.select(table.level, table.tile, table.hashes).where(
            table.cpts_id == cpts_id, sa.tuple_(table.level, table.tile).in_(some)
        )
        for level, tile, hashes in await connection.execute(query):
            found[Node(level, tile)] = split_hashes(hashes)
    return found


async def _row_below(
    connection: AsyncConnection, cpts_id: str, tile: Node
) -> tuple[bytes, ...]:
    """Read what a tile is made of so far: leaf hashes, or roots of lower tiles."""
    first = tile.place * TILE_WIDTH
    if tile.level == 0:
        table, at = ledger_entries, ledger_entries.c.seq
        query = sa.select(table.c.leaf_hash).where(table.c.cpts_id == cpts_id)
    else:
        table, at = ledger_tiles, ledger_tiles.c.tile
        query = sa.select(table.c.root).where(
            table.c.cpts_id == cpts_id, table.c.level == tile.level - 1
        )
    query = query.where(at >= first, at < first + TILE_WIDTH).order_by(at)
    return tuple((await connection.scalars(query)).all())
