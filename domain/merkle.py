"""The Merkle tree of RFC 6962: hashes, right edge, stored nodes, proofs.

Nothing here reads anything: whoever keeps the nodes is told which complete ones a
proof needs, and hands them over. Source: docs/evidence.md#the-tree
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Self

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT  # hashes in a complete tile


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry: SHA-256(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A complete subtree: the `place`-th (from 0) of those with 2**`level` leaves."""

    level: int
    place: int


class Span(NamedTuple):
    """Leaves from `start` to `end` (excluded) whose root a proof wants."""

    start: int
    end: int

    def nodes(self) -> Iterator[Node]:
        """Give the complete subtrees that it is made of, left to right."""
        start = self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            yield Node(level, start >> level)
            start += 1 << level


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that is needed to append and to tell the root.

    Args:
        size: Leaves of the tree.
        hashes: One per bit of `size` that is set: the largest subtree first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Self:
        """Give the edge of the tree with one more leaf hash, in O(log n)."""
        hashes, grown = [*self.hashes, leaf], self.size
        while grown & 1:
            right = hashes.pop()
            hashes[-1] = node_hash(hashes[-1], right)
            grown >>= 1
        return type(self)(self.size + 1, tuple(hashes))

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """Append several leaf hashes, in order."""
        edge = self
        for leaf in leaves:
            edge = edge.append(leaf)
        return edge

    def root(self) -> bytes:
        """Give the hash of the whole tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """Give the hashes, one after the other."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Self:
        """Read what `to_bytes` gave.

        Raises:
            ValueError: The bytes are not those of an edge of this size.
        """
        if len(stored) != size.bit_count() * HASH_SIZE:
            message = f"{len(stored)} bytes are no edge of a tree of {size}"
            raise ValueError(message)
        return cls(size, split_hashes(stored))


def split_hashes(stored: bytes) -> tuple[bytes, ...]:
    """Cut concatenated hashes."""
    starts = range(0, len(stored), HASH_SIZE)
    return tuple(stored[start : start + HASH_SIZE] for start in starts)


def completed_tiles(old_size: int, new_size: int) -> tuple[Node, ...]:
    """List the tiles that growing completes, lower levels first.

    A tile is named by its own level (0 holds leaf hashes, 1 the roots of tiles of
    level 0, …) and its place there.
    """
    done: list[Node] = []
    level, old, new = 0, old_size // TILE_WIDTH, new_size // TILE_WIDTH
    while new > 0:
        done.extend(Node(level, tile) for tile in range(old, new))
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH
    return tuple(done)


def is_complete(tile: Node, size: int) -> bool:
    """Say if a tree of this size fills a tile."""
    return (tile.place + 1) << (TILE_HEIGHT * (tile.level + 1)) <= size


def tile_of(node: Node) -> tuple[Node, range]:
    """Say which tile holds a node, and which of its hashes the node stands on."""
    tile_level, above = divmod(node.level, TILE_HEIGHT)
    first = node.place << above
    tile, start = divmod(first, TILE_WIDTH)
    return Node(tile_level, tile), range(start, start + (1 << above))


def fold_complete(hashes: Sequence[bytes]) -> bytes:
    """Give the root of a complete subtree (1, 2, 4, 8… hashes)."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def root_spans(size: int) -> tuple[Span, ...]:
    """Say what the root of a non-empty tree is made of."""
    return (Span(0, size),)


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """Say what proves that a leaf is in a tree: PATH(index, D[size]), leaf to root.

    Raises:
        ValueError: The tree has no such leaf.
    """
    if not 0 <= index < size:
        message = f"no leaf {index} in a tree of {size}"
        raise ValueError(message)
    path: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_spans(old_size: int, new_size: int) -> tuple[Span, ...]:
    """Say what proves that a tree grew from another: PROOF(old, D[new]).

    Raises:
        ValueError: Not `0 < old_size <= new_size`.
    """
    if not 0 < old_size <= new_size:
        message = f"no proof from {old_size} to {new_size}"
        raise ValueError(message)
    path: list[Span] = []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start > 0:  # the old root itself is known to whoever asks
        path.append(Span(start, end))
    return tuple(reversed(path))


def needed_nodes(spans: Iterable[Span]) -> tuple[Node, ...]:
    """List the complete nodes that a proof reads, each once."""
    return tuple(dict.fromkeys(node for span in spans for node in span.nodes()))


def assemble(spans: Iterable[Span], nodes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """Make the hashes of a proof from the complete nodes it needs."""
    return tuple(_fold([nodes[node] for node in span.nodes()]) for span in spans)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say if a leaf hash is at its place in a tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Say if a tree only grew (RFC 9162, 2.1.4.2); any tree grew from nothing."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old_size < new_size:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    return bool(path) and _grew(old_size, new_size, path) == (old_root, new_root)


def _grew(old_size: int, new_size: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """Give both roots that a consistency path leads to (empty ones: too long)."""
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return b"", b""
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else (b"", b"")


def _split(width: int) -> int:
    """Give the largest power of two below a width of two or more."""
    return 1 << ((width - 1).bit_length() - 1)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join subtrees of falling size, the smallest first."""
    joined = hashes[-1]
    for left in reversed(hashes[:-1]):
        joined = node_hash(left, joined)
    return joined
