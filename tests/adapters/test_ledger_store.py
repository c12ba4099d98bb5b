"""The ledger's rows, on real databases: places, tiles, proofs, writers at once."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from adapters.database import ledger
from adapters.database.tables import (
    ledger_entries,
    ledger_head,
    ledger_openings,
    ledger_tiles,
)
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.checkpoint import Checkpoint
from domain.errors import UnfitEntryError
from domain.ledger import Draft, Entry
from domain.merkle import (
    EMPTY_ROOT,
    Edge,
    Span,
    fold_complete,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

CPTS = "vallees-autan"
CRISIS, PLAN = "c-20261122-k7p2", "plan-2026"
AT = datetime(2026, 11, 22, 21, 40, 7, 123_456, tzinfo=UTC)


def draft(number: int = 0, about: str = CRISIS, **sealed: str) -> Draft:
    return Draft("note", about, AT, "REFERENT_SSE", {"number": number}, sealed)


async def append(database: Database, *drafts: Draft) -> tuple[int, ...]:
    async with database.act(CPTS) as act:
        return await ledger.append(act.connection, CPTS, act.at, drafts)


async def leaves(database: Database) -> tuple[bytes, ...]:
    """Hash again what every entry says."""
    query = sa.select(ledger_entries.c.canonical).order_by(ledger_entries.c.seq)
    async with database.read() as connection:
        texts = (await connection.scalars(query)).all()
    return tuple(leaf_hash(text.encode()) for text in texts)


async def test_entries_take_their_place_and_name_the_one_before(
    database: Database,
) -> None:
    assert await append(database) == ()
    assert await append(database, draft(), draft(about=PLAN), draft()) == (0, 1, 2)
    assert await append(database, draft(about=PLAN), draft()) == (3, 4)

    async with database.read() as connection:
        crisis = await ledger.entries_about(connection, CPTS, CRISIS, 5)
        plan = await ledger.entries_about(connection, CPTS, PLAN, 3)

    chain = [(e.seq, e.prev) for e in (Entry.read(line.canonical) for line in crisis)]
    assert chain == [(0, None), (2, 0), (4, 2)]
    assert [line.seq for line in plan] == [1]


async def test_another_cpts_has_a_tree_of_its_own(database: Database) -> None:
    await append(database, draft(), draft())

    async with database.act("autre") as act:
        assert await ledger.append(act.connection, "autre", AT, [draft()]) == (0,)
        (line,) = await ledger.entries_about(act.connection, "autre", CRISIS, 9)
    assert Entry.read(line.canonical).cpts_id == "autre"


async def test_a_row_says_what_its_entry_says(database: Database) -> None:
    await append(database, draft())

    async with database.read() as connection:
        row = (await connection.execute(sa.select(ledger_entries))).one()

    entry = Entry.read(row.canonical)
    assert (row.cpts_id, row.seq, row.about, row.kind) == (CPTS, 0, CRISIS, "note")
    assert row.at == AT.replace(microsecond=123_000)
    assert entry.at == "2026-11-22T21:40:07.123Z"
    assert row.leaf_hash == entry.leaf_hash() == leaf_hash(row.canonical.encode())


async def test_what_points_to_one_person_is_sealed_under_a_salt_of_its_own(
    database: Database,
) -> None:
    await append(database, draft(person="p-1", place="31"), draft(person="p-1"))

    async with database.read() as connection:
        opened = await ledger.openings(connection, CPTS, (1, 0, 5))
        lines = await ledger.entries_about(connection, CPTS, CRISIS, 2)

    assert [(o.seq, o.field, o.value) for o in opened] == [
        (0, "person", "p-1"),
        (0, "place", "31"),
        (1, "person", "p-1"),
    ]
    assert len({o.salt for o in opened}) == 3
    assert {len(o.salt) for o in opened} == {32}
    sealed = [json.loads(line.canonical)["sealed"] for line in lines]
    assert all(sealed[o.seq][o.field] == o.seal for o in opened)
    assert "p-1" not in "".join(line.canonical for line in lines)
    assert len(b64decode(sealed[0]["person"])) == 32


async def test_a_refused_draft_leaves_nothing(database: Database) -> None:
    wrong = Draft("note", CRISIS, AT, "REFERENT_SSE", {"note": "e\u0301"})

    with pytest.raises(UnfitEntryError):
        await append(database, draft(person="p-1"), wrong)

    async with database.read() as connection:
        for table in (ledger_entries, ledger_openings, ledger_head):
            assert (await connection.execute(sa.select(table))).all() == []


async def test_stored_proofs_are_those_of_the_whole_tree(database: Database) -> None:
    await append(database, *(draft(n) for n in range(255)))
    await append(database, *(draft(n) for n in range(255, 700)))
    hashes = await leaves(database)
    seqs = (0, 1, 254, 255, 256, 511, 512, 598)

    async with database.read() as connection:
        for size in (599, 600, 700):
            root = await ledger.root_at(connection, CPTS, size)
            assert root == Edge().extend(hashes[:size]).root()
            paths = await ledger.inclusion_proofs(connection, CPTS, seqs, size)
            for seq, path in zip(seqs, paths, strict=True):
                assert verify_inclusion(hashes[seq], seq, size, path, root)
                alone = await ledger.inclusion_proof(connection, CPTS, seq, size)
                assert alone == path
        old = await ledger.root_at(connection, CPTS, 300)
        new = await ledger.root_at(connection, CPTS, 700)
        grown = await ledger.consistency_proof(connection, CPTS, 300, 700)
        tiles = (await connection.execute(sa.select(ledger_tiles))).all()
    assert verify_consistency(300, 700, old, new, grown)
    assert [(t.level, t.tile, len(t.hashes)) for t in tiles] == [
        (0, 0, 8192),
        (0, 1, 8192),
    ]


async def test_a_large_ledger_is_proved_from_its_tiles_alone(
    database: Database,
) -> None:
    """Leaves of complete tiles are not even there: nothing else may be read."""
    known = [leaf_hash(str(n).encode()) for n in range(65_535)]
    await _pretend(database, known)

    (last,) = await append(database, draft())
    async with database.read() as connection:
        stored = sa.select(ledger_tiles.c.level, ledger_tiles.c.tile)
        tiles = {tuple(row) for row in await connection.execute(stored)}
        (line,) = await ledger.entries_about(connection, CPTS, CRISIS, 65_536)
        root = await ledger.root_at(connection, CPTS, 65_536)
        paths = [
            await ledger.inclusion_proof(connection, CPTS, seq, 65_536)
            for seq in (12_345, last)
        ]
        before = await ledger.root_at(connection, CPTS, 65_024)

    assert last == 65_535
    assert {(0, 255), (1, 0)} <= tiles
    newest = leaf_hash(line.canonical.encode())
    edge = Edge().extend(known)
    assert root == edge.append(newest).root()
    assert before == Edge().extend(known[:65_024]).root()
    assert verify_inclusion(known[12_345], 12_345, 65_536, paths[0], root)
    assert verify_inclusion(newest, last, 65_536, paths[1], root)


async def _pretend(database: Database, known: Sequence[bytes]) -> None:
    """Write the tiles, the last leaves and the head of a ledger of 65,535."""
    tiles = [known[i : i + 256] for i in range(0, 65_280, 256)]
    edge = Edge().extend(known)
    async with database.act(CPTS) as act:
        rows = [
            {
                "cpts_id": CPTS,
                "level": 0,
                "tile": n,
                "hashes": b"".join(tile),
                "root": fold_complete(tile),
            }
            for n, tile in enumerate(tiles)
        ]
        await act.connection.execute(sa.insert(ledger_tiles), rows)
        entries = [
            {
                "cpts_id": CPTS,
                "seq": seq,
                "about": PLAN,
                "kind": "note",
                "at": AT,
                "leaf_hash": known[seq],
                "canonical": "",
            }
            for seq in range(65_280, 65_535)
        ]
        await act.connection.execute(sa.insert(ledger_entries), entries)
        head = {"cpts_id": CPTS, "size": edge.size, "edge": edge.to_bytes()}
        await act.connection.execute(sa.insert(ledger_head).values(head))


async def test_no_tree_is_larger_than_it_is(database: Database) -> None:
    await append(database, draft(), draft(), draft())

    async with database.read() as connection:
        assert await ledger.root_at(connection, CPTS, 0) == EMPTY_ROOT
        with pytest.raises(LookupError, match=CPTS):
            await ledger.root_at(connection, CPTS, 4)
        with pytest.raises(LookupError, match=CPTS):
            await ledger.inclusion_proof(connection, CPTS, 0, 600)


async def test_a_size_is_signed_once(database: Database, signer: Signer) -> None:
    async with database.act(CPTS) as act:
        assert await ledger.last_note(act.connection, CPTS) is None
        sign = (act.connection, CPTS, AT, signer.sign, "tocsin.example")
        empty = await ledger.sign_checkpoint(*sign)
        await ledger.append(act.connection, CPTS, AT, [draft(), draft()])
        two = await ledger.sign_checkpoint(*sign)
        again = await ledger.sign_checkpoint(*sign)

    async with database.read() as connection:
        assert await ledger.last_note(connection, CPTS) == two == again
        assert await ledger.note_at(connection, CPTS, 0) == empty
        assert await ledger.note_at(connection, CPTS, 1) is None
        root = await ledger.root_at(connection, CPTS, 2)
    assert Checkpoint.parse(two) == Checkpoint(f"tocsin.example/{CPTS}", 2, root)
    assert node_hash(*(await leaves(database))) == root


async def test_an_act_writes_its_entries_then_signs(database: Database) -> None:
    async with database.act(CPTS) as act:
        act.note("opened", about=CRISIS, actor="REFERENT_SSE", facts={"pace": 1})
        act.sign_checkpoint()

    async with database.read() as connection:
        note = await ledger.note_at(connection, CPTS, 1)
    assert note is not None
    assert Checkpoint.parse(note).size == 1


async def test_heads_are_the_last_entry_of_each(database: Database) -> None:
    await append(database, draft(), draft(about=PLAN), draft())

    async with database.act(CPTS) as act:
        found = await ledger.heads(act.connection, CPTS, (CRISIS, PLAN, "c-none"))

    assert found == {CRISIS: 2, PLAN: 1}


async def test_nothing_comes_between_the_heads_and_the_entry_that_names_them(
    database: Database,
) -> None:
    await append(database, draft())

    async def name_heads() -> None:
        async with database.act(CPTS) as act:
            found = await ledger.heads(act.connection, CPTS, (CRISIS,))
            named = Draft("document.made", CRISIS, AT, "SYSTEME", {"heads": found})
            await ledger.append(act.connection, CPTS, AT, [named])

    await asyncio.gather(*(name_heads() for _ in range(8)))

    async with database.read() as connection:
        lines = await ledger.entries_about(connection, CPTS, CRISIS, 99)
    entries = [Entry.read(line.canonical) for line in lines[1:]]
    assert all(entry.facts["heads"] == {CRISIS: entry.prev} for entry in entries)


async def test_eight_writers_leave_one_chain(database: Database) -> None:
    async def write(writer: int) -> list[int]:
        mine: list[int] = []
        for n in range(12):
            mine += await append(database, draft(n), draft(n, f"c-{writer}"))
        return mine

    written = await asyncio.gather(*(write(n) for n in range(8)))

    assert sorted(seq for mine in written for seq in mine) == list(range(192))
    async with database.read() as connection:
        lines = await ledger.entries_about(connection, CPTS, CRISIS, 192)
        head = (await connection.execute(sa.select(ledger_head))).one()
    entries = [Entry.read(line.canonical) for line in lines]
    assert [e.prev for e in entries] == [None, *(e.seq for e in entries[:-1])]
    edge = Edge().extend(await leaves(database))
    assert (head.size, head.edge) == (192, edge.to_bytes())


def test_a_span_names_its_complete_subtrees() -> None:
    assert [tuple(node) for node in Span(4, 7).nodes()] == [(1, 2), (0, 6)]
