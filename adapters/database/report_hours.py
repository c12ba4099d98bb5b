"""Hours agreed with the ARS for its next report, as the runs of its card have them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.cards import CardRun
from adapters.database.tables import situation_reports
from domain.card_fact import Agreement
from domain.reference import CrisisRef
from domain.situation_due import REPORT_CARD


async def agreed(
    connection: AsyncConnection, ref: CrisisRef, runs: Collection[CardRun]
) -> tuple[Agreement, ...]:
    """Give the hours agreed as reports left, each for the run that came next."""
    said = situation_reports.c
    rows = await connection.execute(
        select(said.sent_at, said.content)
        .where(
            said.cpts_id == ref.cpts_id,
            said.crisis_id == ref.crisis_id,
            said.sent_at.is_not(None),
        )
        .order_by(said.number)
    )
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
