"""Does the ledger agree with its seal? Asked by every status, hence in few reads."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import ledger
from adapters.database.tables import ledger_entries, ledger_head
from domain.checkpoint import Checkpoint
from domain.figures import Evidence
from domain.merkle import Edge, leaf_hash


async def evidence(connection: AsyncConnection, cpts_id: str, *abouts: str) -> Evidence:
    """Give the ledger's size and root, and whether rows and latest seal agree.

    The entries about `abouts` are hashed again; all of them only by `evidence verify`.
    """
    found = await connection.execute(
        select(ledger_head.c.size, ledger_head.c.edge).where(
            ledger_head.c.cpts_id == cpts_id
        )
    )
    row = found.one_or_none()
    if row is None:
        return Evidence(entries=0, root=Edge().root().hex(), verified=False)
    try:
        root = Edge.from_bytes(row.size, row.edge).root()
        verified = (
            root == await ledger.root_at(connection, cpts_id, row.size)
            and await _is_sealed(connection, cpts_id)
            and await _still_says(connection, cpts_id, abouts)
        )
    except (LookupError, ValueError):  # damaged past reading
        return Evidence(entries=row.size, root="", verified=False)
    return Evidence(entries=row.size, root=root.hex(), verified=verified)


async def _is_sealed(connection: AsyncConnection, cpts_id: str) -> bool:
    note = await ledger.last_note(connection, cpts_id)
    if note is None:
        return True  # nothing was sealed yet
    seal = Checkpoint.parse(note)
    return seal.root == await ledger.root_at(connection, cpts_id, seal.size)


async def _still_says(
    connection: AsyncConnection, cpts_id: str, abouts: tuple[str, ...]
) -> bool:
    """Hash the text of each entry again: is it the leaf that the tree holds?"""
    rows = await connection.execute(
        select(ledger_entries.c.canonical, ledger_entries.c.leaf_hash).where(
            ledger_entries.c.cpts_id == cpts_id, ledger_entries.c.about.in_(abouts)
        )
    )
    return all(leaf_hash(text.encode()) == leaf for text, leaf in rows)
