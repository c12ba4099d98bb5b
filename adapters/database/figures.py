"""A crisis in numbers, counted where the rows are."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import (
    alert_figures,
    cards,
    crises,
    crisis_types,
    documents,
    reached,
    seal,
    seats,
)
from adapters.database.crises import CrisisRow
from adapters.database.tables import (
    deliveries,
    ledger_entries,
    recipients,
    situation_reports,
    waves,
)
from domain.alert import DeliveryState
from domain.answer import Availability, PartnerAnswer
from domain.board import last_words
from domain.card import CardState
from domain.figures import (
    CardFigures,
    CrisisTimings,
    DocumentFigures,
    Figures,
    NeedFigures,
    PartnerFigures,
)
from domain.reference import CrisisRef
from domain.wave import PARTNERS_WAVE

_OVER = (CardState.DONE, CardState.NOT_APPLICABLE, CardState.NOT_DONE)


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> Figures:
    """Count a crisis.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    alerts, reasons = await alert_figures.of_crisis(connection, ref)
    runs = await cards.of_crisis(connection, ref)
    said = crisis.activation
    types = await crisis_types.current(connection, ref, said)
    return Figures(
        cpts_id=ref.cpts_id,
        crisis_id=ref.crisis_id,
        types=tuple(each.code for each in types),
        state=crisis.state,
        exercise=said.exercise,
        pace=said.pace,
        t0=crisis.t0,
        alerts=alerts,
        not_sent_reasons=reasons,
        answers=last_words(await reached.of_crisis(connection, ref)),
        partners=await partners_of(connection, ref),
        needs=await _needs(connection, crisis),
        cards=_cards(runs, crisis.lifted_at or now),
        log_entries=await _entries(connection, ref),
        sitreps=await _sitreps(connection, ref),
        documents=tuple(
            DocumentFigures(kind=made.kind, path=made.path, sha256=made.sha256)
            for made in await documents.of_crisis(connection, ref)
        ),
        evidence=await seal.evidence(connection, ref.cpts_id, ref.crisis_id),
        timings=await _timings(connection, crisis),
    )


async def _sitreps(connection: AsyncConnection, ref: CrisisRef) -> int:
    found = await connection.execute(
        select(func.count()).where(
            situation_reports.c.cpts_id == ref.cpts_id,
            situation_reports.c.crisis_id == ref.crisis_id,
            situation_reports.c.sent_at.is_not(None),
        )
    )
    return found.scalar_one()


async def partners_of(
    connection: AsyncConnection, ref: CrisisRef
) -> PartnerFigures | None:
    """Count the partners by what came back; None: their wave did not leave."""
    each = alert_figures.per_recipient(ref)
    rows = await connection.execute(
        select(each.c.sent, each.c.pending, recipients.c.answer)
        .join(
            recipients,
            (recipients.c.wave == each.c.wave)
            & (recipients.c.person_id == each.c.recipient_id),
        )
        .join(
            waves,
            (waves.c.cpts_id == recipients.c.cpts_id)
            & (waves.c.crisis_id == recipients.c.crisis_id)
            & (waves.c.wave == recipients.c.wave),
        )
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            waves.c.code == PARTNERS_WAVE,
        )
    )
    counted = Counter(
        answer
        if answer not in {None, Availability.SILENT}
        else ("unanswered" if sent or pending else "unreached")
        for sent, pending, answer in rows.all()
    )
    if not counted:
        return None
    return PartnerFigures(
        asked=counted.total(),
        unreached=counted["unreached"],
        needs=counted[PartnerAnswer.NEED],
        nothing=counted[PartnerAnswer.NOTHING],
        unanswered=counted["unanswered"],
    )


async def _needs(
    connection: AsyncConnection, crisis: CrisisRow
) -> tuple[NeedFigures, ...]:
    """Count the seats held now; once lifted, those that somebody held."""
    count = seats.served if crisis.lifted_at else seats.filled
    key = (connection, crisis.cpts_id, crisis.crisis_id)
    filled = await count(*key)
    return tuple(
        NeedFigures(
            card=need.card_id,
            profession=need.profession,
            zone=need.zone,
            needed=need.needed,
            filled=filled.get(need.need_id, 0),
        )
        for need in await seats.needs_of(*key)
    )


def _cards(runs: Sequence[cards.CardRun], now: datetime) -> CardFigures:
    states = Counter(run.state for run in runs)
    late = sum(
        run.due_at is not None and (run.done_at or now) > run.due_at
        for run in runs
        if run.state not in _OVER or run.done_at
    )
    return CardFigures(
        total=len(runs),
        to_do=states[CardState.TO_DO],
        waiting=states[CardState.WAITING],
        running=states[CardState.RUNNING] + states[CardState.TAKEN],
        done=states[CardState.DONE],
        not_applicable=states[CardState.NOT_APPLICABLE],
        not_done=states[CardState.NOT_DONE],
        late=late,
    )


async def _entries(connection: AsyncConnection, ref: CrisisRef) -> int:
    found = await connection.execute(
        select(func.count()).where(
            ledger_entries.c.cpts_id == ref.cpts_id,
            ledger_entries.c.about == ref.crisis_id,
        )
    )
    return found.scalar_one()


async def _timings(connection: AsyncConnection, crisis: CrisisRow) -> CrisisTimings:
    """Time the messages of every wave, but those that tell of the lifting."""
    sent = deliveries.c.sent_at
    found = await connection.execute(
        select(func.min(sent), func.max(sent)).where(
            deliveries.c.cpts_id == crisis.cpts_id,
            deliveries.c.crisis_id == crisis.crisis_id,
            deliveries.c.wave.is_not(None),
            deliveries.c.state == DeliveryState.SENT,
            *((sent <= crisis.lifted_at,) if crisis.lifted_at else ()),
        )
    )
    first, last = found.one()
    if first is None or last is None:
        return CrisisTimings()
    return CrisisTimings(
        open_to_first_message_s=round((first - crisis.opened_at).total_seconds(), 3),
        open_to_last_message_s=round((last - crisis.opened_at).total_seconds(), 3),
    )
