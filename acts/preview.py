"""What an order would set off, kept before any crisis: the proof of readiness."""

import asyncio
from collections.abc import Callable

from adapters.database import tenants
from adapters.database.unit import Database
from domain.kept_preview import kept
from domain.preview_words import PreviewWords


async def keep_preview(
    database: Database, keep: Callable[[bytes], str], seen: PreviewWords, actor: str
) -> str:
    """Keep the document of a preview, and write it down; give its digest.

    Args:
        database: Where facts are.
        keep: Keeps a document, and gives its digest.
        seen: The preview.
        actor: Who keeps it.

    Raises:
        StorageError: The document cannot be kept; nothing is written.
        UnknownCptsError: No such CPTS.
    """
    sha256 = await asyncio.to_thread(keep, kept(seen))
    async with database.act(seen.tenant.cpts_id) as act:
        await tenants.hold(act)
        act.note(
            "preview.kept",
            about=act.cpts_id,
            actor=actor,
            facts={
                "sha256": sha256,
                "types": seen.said.codes,
                "at_once": seen.found.at_once,
                "unreached": len(seen.before.unreachable),
                "too_long": len(seen.before.too_long),
            },
        )
    return sha256
