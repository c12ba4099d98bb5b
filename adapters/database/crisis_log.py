"""The crisis log as its own people read it, with words sealed elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import chronicle, ledger
from adapters.database.chronicle import LogLine
from domain.reference import CrisisRef

SPOKEN = ("log.noted", "partner.answer")  # kinds whose words are sealed


async def read(connection: AsyncConnection, ref: CrisisRef) -> tuple[LogLine, ...]:
    """Read the log of a crisis, in order."""
    lines = await chronicle.log_of(connection, ref.cpts_id, (ref.crisis_id,))
    return await with_words(connection, ref, lines)


async def with_words(
    connection: AsyncConnection, ref: CrisisRef, lines: Sequence[LogLine]
) -> tuple[LogLine, ...]:
    """Give lines their words; one whose words were erased keeps its place."""
    spoken = [line.seq for line in lines if line.kind in SPOKEN]
    words: dict[int, dict[str, str]] = {}
    for opened in await ledger.openings(connection, ref.cpts_id, spoken):
        words.setdefault(opened.seq, {})[opened.field] = opened.value
    return tuple(
        replace(line, facts={**line.facts, "role": line.actor, **words[line.seq]})
        if line.seq in words
        else line
        for line in lines
    )
