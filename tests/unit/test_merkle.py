"""The tree against the RFC's own recursive words, and its known answers."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.merkle import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Edge,
    Node,
    Span,
    assemble,
    completed_tiles,
    consistency_spans,
    fold_complete,
    inclusion_spans,
    leaf_hash,
    needed_nodes,
    node_hash,
    root_spans,
    split_hashes,
    tile_of,
    verify_consistency,
    verify_inclusion,
)

KNOWN_LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
KNOWN_ROOTS = (  # sizes 1 to 8, certificate-transparency reference implementation
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
KNOWN_INCLUSIONS = (  # index, size, path
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        1,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
KNOWN_CONSISTENCIES = (  # old size, new size, path
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
FEW = settings(max_examples=30)
SIZES = st.integers(1, 700)


def leaf(number: int) -> bytes:
    return leaf_hash(str(number).encode())


LEAVES = tuple(leaf(number) for number in range(700))


@cache
def mth(leaves: tuple[bytes, ...]) -> bytes:
    """MTH of RFC 6962, 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = rfc_split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def rfc_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def rfc_path(m: int, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return ()
    k = rfc_split(len(leaves))
    if m < k:
        return (*rfc_path(m, leaves[:k]), mth(leaves[k:]))
    return (*rfc_path(m - k, leaves[k:]), mth(leaves[:k]))


def rfc_subproof(
    m: int, leaves: tuple[bytes, ...], *, known: bool
) -> tuple[bytes, ...]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return () if known else (mth(leaves),)
    k = rfc_split(len(leaves))
    if m <= k:
        return (*rfc_subproof(m, leaves[:k], known=known), mth(leaves[k:]))
    return (*rfc_subproof(m - k, leaves[k:], known=False), mth(leaves[:k]))


def stored(spans: tuple[Span, ...], leaves: tuple[bytes, ...]) -> dict[Node, bytes]:
    """Give each needed node as a store would: from the tile that holds it."""
    found = {}
    for node in needed_nodes(spans):
        tile, places = tile_of(node)
        width = 1 << (8 * tile.level)
        first = tile.place * TILE_WIDTH
        row = (leaves[(first + i) * width : (first + i + 1) * width] for i in places)
        found[node] = fold_complete([mth(below) for below in row])
    return found


def test_an_empty_tree_has_the_root_of_the_rfc() -> None:
    assert Edge().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")


@pytest.mark.parametrize("size", range(1, 9))
def test_the_edge_gives_the_known_roots(size: int) -> None:
    edge = Edge().extend(leaf_hash(data) for data in KNOWN_LEAVES[:size])

    assert edge.root().hex() == KNOWN_ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), KNOWN_INCLUSIONS)
def test_inclusion_proofs_are_the_known_ones(
    index: int, size: int, path: tuple[str, ...]
) -> None:
    leaves = tuple(leaf_hash(data) for data in KNOWN_LEAVES[:size])
    spans = inclusion_spans(index, size)

    proof = assemble(spans, stored(spans, leaves))

    assert tuple(h.hex() for h in proof) == path
    root = bytes.fromhex(KNOWN_ROOTS[size - 1])
    assert verify_inclusion(leaves[index], index, size, proof, root)


@pytest.mark.parametrize(("old", "new", "path"), KNOWN_CONSISTENCIES)
def test_consistency_proofs_are_the_known_ones(
    old: int, new: int, path: tuple[str, ...]
) -> None:
    leaves = tuple(leaf_hash(data) for data in KNOWN_LEAVES[:new])
    spans = consistency_spans(old, new)

    proof = assemble(spans, stored(spans, leaves))

    assert tuple(h.hex() for h in proof) == path
    old_root, new_root = (bytes.fromhex(KNOWN_ROOTS[n - 1]) for n in (old, new))
    assert verify_consistency(old, new, old_root, new_root, proof)


@FEW
@given(size=st.integers(0, 700))
def test_the_edge_has_the_root_of_the_recursive_definition(size: int) -> None:
    edge = Edge().extend(LEAVES[:size])

    assert edge.root() == mth(LEAVES[:size])
    assert len(edge.hashes) == size.bit_count()


@FEW
@given(size=st.integers(0, 700))
def test_an_edge_read_back_goes_on_as_before(size: int) -> None:
    edge = Edge().extend(LEAVES[:size])

    read = Edge.from_bytes(size, edge.to_bytes())

    assert read == edge
    assert read.append(leaf(size)).root() == mth((*LEAVES[:size], leaf(size)))


def test_an_edge_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes are no edge of a tree of 3"):
        Edge.from_bytes(3, b"x" * 32)


@FEW
@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_from_tiles_is_the_recursive_one(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    spans = inclusion_spans(index, size)

    proof = assemble(spans, stored(spans, leaves))

    assert proof == rfc_path(index, leaves)
    assert verify_inclusion(leaves[index], index, size, proof, mth(leaves))


@FEW
@given(new=SIZES, data=st.data())
def test_a_consistency_proof_from_tiles_is_the_recursive_one(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    leaves = LEAVES[:new]
    spans = consistency_spans(old, new)

    proof = assemble(spans, stored(spans, leaves))

    assert proof == rfc_subproof(old, leaves, known=True)
    assert verify_consistency(old, new, mth(leaves[:old]), mth(leaves), proof)


@FEW
@given(size=SIZES)
def test_the_root_is_assembled_from_complete_nodes(size: int) -> None:
    spans = root_spans(size)

    assert assemble(spans, stored(spans, LEAVES[:size])) == (mth(LEAVES[:size]),)


@FEW
@given(size=SIZES, data=st.data())
def test_a_proof_holds_for_no_other_leaf_place_size_or_path(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    mine, root, proof = leaves[index], mth(leaves), rfc_path(index, leaves)
    other = data.draw(st.integers(0, size).filter(lambda i: i != index))

    assert not verify_inclusion(leaf(size), index, size, proof, root)
    assert not verify_inclusion(mine, other, size, proof, root)
    assert not verify_inclusion(mine, index, size, (*proof, mine), root)
    assert not verify_inclusion(mine, index, size, proof, leaf(size))
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        forged = (*proof[:changed], leaf(size), *proof[changed + 1 :])
        assert not verify_inclusion(mine, index, size, proof[:-1], root)
        assert not verify_inclusion(mine, index, size, forged, root)


@FEW
@given(new=st.integers(2, 700), data=st.data())
def test_consistency_holds_for_no_other_roots_sizes_or_path(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new - 1))
    leaves = LEAVES[:new]
    before, after = mth(leaves[:old]), mth(leaves)
    proof = rfc_subproof(old, leaves, known=True)
    changed = data.draw(st.integers(0, len(proof) - 1))
    forged = (*proof[:changed], leaf(new), *proof[changed + 1 :])

    assert not verify_consistency(old, new, leaf(new), after, proof)
    assert not verify_consistency(old, new, before, leaf(new), proof)
    assert not verify_consistency(old, new, before, after, forged)
    assert not verify_consistency(old, new, before, after, proof[:-1])
    assert not verify_consistency(old, new, before, after, (*proof, after))
    assert not verify_consistency(new, old, after, before, proof)


def test_every_tree_grew_from_nothing_and_from_itself() -> None:
    root = mth(LEAVES[:3])

    assert verify_consistency(0, 3, EMPTY_ROOT, root, ())
    assert not verify_consistency(0, 3, root, root, ())
    assert verify_consistency(3, 3, root, root, ())
    assert not verify_consistency(3, 3, root, root, (root,))
    assert not verify_consistency(-1, 3, root, root, (root,))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(index, size)
    assert not verify_inclusion(LEAVES[0], index, size, (), LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_consistency_is_made_between_impossible_sizes(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        consistency_spans(old, new)


def test_tiles_are_stored_once_complete_at_every_level() -> None:
    assert completed_tiles(0, 255) == ()
    assert completed_tiles(255, 256) == (Node(0, 0),)
    assert completed_tiles(256, 800) == (Node(0, 1), Node(0, 2))
    assert completed_tiles(65_535, 65_536) == (Node(0, 255), Node(1, 0))


@FEW
@given(old=st.integers(0, 200_000), grown=st.integers(0, 70_000))
def test_growing_by_steps_completes_each_tile_once(old: int, grown: int) -> None:
    new = old + grown
    at_once = completed_tiles(0, new)

    assert sorted(completed_tiles(0, old) + completed_tiles(old, new)) == sorted(
        at_once
    )


def test_a_node_is_read_in_one_tile() -> None:
    assert tile_of(Node(0, 300)) == (Node(0, 1), range(44, 45))
    assert tile_of(Node(7, 3)) == (Node(0, 1), range(128, 256))
    assert tile_of(Node(8, 3)) == (Node(1, 0), range(3, 4))


def test_concatenated_hashes_are_cut_again() -> None:
    assert split_hashes(b"".join(LEAVES[:5])) == LEAVES[:5]
