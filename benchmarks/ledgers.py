"""A ledger of a million entries: read again whole, then proved entry by entry."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import ledger
from adapters.database.migrate import upgrade
from adapters.database.rereading import reread
from adapters.database.tables import ledger_entries, ledger_head
from adapters.database.tree import store_tiles
from adapters.database.unit import Database
from adapters.signing import Signer
from benchmarks.measures import Measure
from benchmarks.stage import NotReadyError
from domain.ledger import Entry, instant
from domain.merkle import Edge, leaf_hash, verify_inclusion

ENTRIES, AT_ONCE, PROOFS = 1_000_000, 20_000, 50
REREAD_BAR_S, PROOF_BAR_MS = 60, 5
HOST, CPTS_ID = "tocsin.example", "bench-ledger"
_SIGNER = Signer(bytes(range(32)), HOST)
_AT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
OF_A_CRISIS = 10_000
_SEQ, _PREV = 777_777, 555_555
_TEXT = (
    Entry(
        seq=_SEQ,
        prev=_PREV,
        cpts_id=CPTS_ID,
        about="c-333333",
        kind="answer",
        at=instant(_AT),
        recorded_at=instant(_AT),
        actor="MEMBRE",
        facts={"wave": 1, "answer": "DISPONIBLE_IMMEDIAT", "need": None},
        sealed={"person": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    )
    .canonical()
    .decode()
    .replace("333333", "%s")
    .replace(str(_SEQ), "%s")
    .replace(str(_PREV), "%s")
)
_KEPT_AT = _AT.strftime("%Y-%m-%d %H:%M:%S.%f")
_INSERT = (
    "INSERT INTO ledger_entries"
    " (cpts_id, seq, about, kind, at, leaf_hash, canonical)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class _Row(NamedTuple):
    """One row of `ledger_entries`."""

    cpts_id: str
    seq: int
    about: str
    kind: str
    at: str  # as SQLite keeps it
    leaf_hash: bytes
    canonical: str


async def ledger_measures(_folder: Path) -> list[Measure]:
    """Write a long ledger aside, read it again whole, prove some of its entries.

    Raises:
        NotReadyError: It does not hold, or a proof proves nothing.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        database = Database(url, now=lambda: _AT, sign=_SIGNER.sign, origin=HOST)
        try:
            return await _measured(database)
        finally:
            await database.close()


async def _measured(database: Database) -> list[Measure]:
    await _write(database)
    async with database.read() as connection:
        began = time.perf_counter()
        read = await reread(connection, CPTS_ID, lambda said: _SIGNER.sign(said.body))
        seconds = time.perf_counter() - began
        if read.wrong is not None or read.entries != ENTRIES:
            message = f"the ledger does not hold: {read}"
            raise NotReadyError(message)
        runs = [
            statistics.median(
                [await _prove(connection, seq, read.root) for _ in range(PROOFS)]
            )
            for seq in (0, ENTRIES // 3, ENTRIES - 1)
        ]
    entries = f"{ENTRIES} entries on SQLite"
    whole = f"{entries}: each hashed and chained again, tiles, checkpoint"
    proof = (
        f"{entries}: rows read, path made; first entry, middle, last: median of each"
    )
    return [
        Measure("ledger_reread", seconds, "s", whole, REREAD_BAR_S),
        Measure("ledger_proof", max(runs), "ms", proof, PROOF_BAR_MS, tuple(runs)),
    ]


async def _prove(connection: AsyncConnection, seq: int, root: bytes) -> float:
    """Prove one entry; give the milliseconds."""
    began = time.perf_counter()
    path = await ledger.inclusion_proof(connection, CPTS_ID, seq, ENTRIES)
    took = (time.perf_counter() - began) * 1000
    leaf = await connection.scalar(
        sa.select(ledger_entries.c.leaf_hash).where(
            ledger_entries.c.cpts_id == CPTS_ID, ledger_entries.c.seq == seq
        )
    )
    if not verify_inclusion(leaf or b"", seq, ENTRIES, path, root):
        message = f"the proof of entry {seq} proves nothing"
        raise NotReadyError(message)
    return took


async def _write(database: Database) -> None:
    """Write it as acts do, but for the check of each entry, which takes minutes."""
    edge = Edge()
    async with database.write() as connection:
        head = {"cpts_id": CPTS_ID, "size": 0, "edge": b""}
        await connection.execute(sa.insert(ledger_head), head)
    for start in range(0, ENTRIES, AT_ONCE):
        rows = tuple(_rows(start))
        async with database.write() as connection:
            await connection.exec_driver_sql(_INSERT, list(rows))
            edge = edge.extend(row.leaf_hash for row in rows)
            await store_tiles(connection, CPTS_ID, start, edge.size)
            kept = {"size": edge.size, "edge": edge.to_bytes()}
            await connection.execute(sa.update(ledger_head).values(kept))
    async with database.act(CPTS_ID) as act:
        act.sign_checkpoint()


def _rows(start: int) -> Iterator[_Row]:
    """Write entries of a few long crises: their text as an act would have it."""
    for seq in range(start, start + AT_ONCE):
        crisis, nth = divmod(seq, OF_A_CRISIS)
        text = _TEXT % (crisis, seq - 1 if nth else "null", seq)
        leaf = leaf_hash(text.encode())
        yield _Row(CPTS_ID, seq, f"c-{crisis}", "answer", _KEPT_AT, leaf, text)
