"""Hours agreed with the ARS for its next report, as the runs of its card have them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.cards import CardRun
from adapters.database.columns import in_crisis, named
from adapters.database.tables import situation_reports
from domain.card_fact import Agreement
from domain.reference import CrisisRef
from domain.situation_due import REPORT_CARD

_SENT = (
    select(situation_reports.c.sent_at, situation_reports.c.content)
    .where(in_crisis(situation_reports), situation_reports.c.sent_at.is_not(None))
    .order_by(situation_reports.c.number)
)


async def agreed(
    connection: AsyncConnection, ref: CrisisRef, runs: Collection[CardRun]
) -> tuple[Agreement, ...]:
    """Give the hours agreed as reports left, each for the run that came next."""
    rows = await connection.execute(_SENT, named(ref))
    done = {r.run: r.done_at for r in runs if r.card_id == REPORT_CARD and r.done_at}
    return tuple(
        Agreement(
            card_id=REPORT_CARD,
            run=1 + max((run for run, at in done.items() if at <= sent_at), default=0),
            at=sent_at,
            due_at=datetime.fromisoformat(agreed_at),
        )
        for sent_at, content in rows.all()
        if (agreed_at := content.get("agreed_at"))
    )
