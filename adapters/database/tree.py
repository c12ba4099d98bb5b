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
    is_complete,
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
        hashes = (await _rows_below(connection, cpts_id, [tile]))[tile]
        row = {
            "cpts_id": cpts_id,
            "level": tile.level,
            "tile": tile.place,
            "hashes": b"".join(hashes),
            "root": fold_complete(hashes),
        }
        await connection.execute(sa.insert(ledger_tiles).values(row))


async def prove(
    connection: AsyncConnection, cpts_id: str, spans: tuple[Span, ...], size: int
) -> tuple[bytes, ...]:
    """Give the hashes of one proof in the tree of a size.

    Raises:
        LookupError: The tree never was that large.
    """
    nodes = await load_nodes(connection, cpts_id, needed_nodes(spans), size)
    return assemble(spans, nodes)


async def load_nodes(
    connection: AsyncConnection, cpts_id: str, nodes: Sequence[Node], size: int
) -> dict[Node, bytes]:
    """Read complete nodes of a tree, in three statements whatever its size.

    A tile that the tree fills is one row; the others, one a level at most, are read
    from what they are made of.

    Raises:
        LookupError: The tree never was that large.
    """
    places = {node: tile_of(node) for node in nodes}
    wanted = tuple(dict.fromkeys(tile for tile, _ in places.values()))
    filled = {tile: is_complete(tile, size) for tile in wanted}
    tiles = await _complete_tiles(connection, cpts_id, [t for t in wanted if filled[t]])
    partial = [tile for tile in wanted if not filled[tile]]
    tiles |= await _rows_below(connection, cpts_id, partial)
    for node, (tile, hashes) in places.items():
        if len(tiles.get(tile, ())) < hashes.stop:
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


async def _rows_below(
    connection: AsyncConnection, cpts_id: str, tiles: Sequence[Node]
) -> dict[Node, tuple[bytes, ...]]:
    """Read what tiles are made of: leaf hashes, or roots of lower tiles."""
    leaves, roots = ledger_entries.c, ledger_tiles.c
    lowest = [tile for tile in tiles if tile.level == 0]
    higher = [tile for tile in tiles if tile.level > 0]
    found: dict[Node, list[bytes]] = {tile: [] for tile in tiles}
    if lowest:
        within = sa.or_(*(_children(leaves.seq, tile) for tile in lowest))
        query = sa.select(sa.literal(0), leaves.seq, leaves.leaf_hash).where(
            leaves.cpts_id == cpts_id, within
        )
        await _gather(connection, query.order_by(leaves.seq), found)
    if higher:
        within = sa.or_(
            *(
                sa.and_(roots.level == tile.level - 1, _children(roots.tile, tile))
                for tile in higher
            )
        )
        query = sa.select(roots.level + 1, roots.tile, roots.root).where(
            roots.cpts_id == cpts_id, within
        )
        await _gather(connection, query.order_by(roots.tile), found)
    return {tile: tuple(hashes) for tile, hashes in found.items()}


def _children(column: sa.Column[int], tile: Node) -> sa.ColumnElement[bool]:
    first = tile.place * TILE_WIDTH
    return column.between(first, first + TILE_WIDTH - 1)


async def _gather(
    connection: AsyncConnection,
    query: sa.Select[int, int, bytes],
    found: dict[Node, list[bytes]],
) -> None:
    """Give each hash to the tile that it is a part of."""
    rows = await connection.execute(query)
    for level, place, hashed in rows.all():  # one by one, they cost twice as much
        found[Node(level, place // TILE_WIDTH)].append(hashed)
