"""What an order would set off, kept before any crisis: the proof of readiness."""

from adapters.database import tenants
from adapters.database.unit import Database
from adapters.documents import DocumentStore
from domain.kept_preview import kept
from domain.preview_words import PreviewWords


async def keep_preview(
    database: Database, store: DocumentStore, seen: PreviewWords, actor: str
) -> str:
    """Keep the document of a preview, and write it down; give its digest.

    Raises:
        StorageError: The document cannot be kept; nothing is written.
        UnknownCptsError: No such CPTS.
    """
    sha256 = store.put(kept(seen))
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
