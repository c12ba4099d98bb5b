"""What was done in a crisis, read for its documents: counts, never a name."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import cards, contributions, missions, surveys
from adapters.database.crises import CrisisRow
from adapters.database.tables import (
    proofs,
    situation_reports,
)
from domain.contribution import field_label
from domain.mission import MissionState
from domain.outcome import (
    CardRow,
    ContributionRow,
    MissionCounts,
    PlaceRow,
    RunEnd,
    SituationRow,
    outcome_of,
    told_run,
)
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.report import TimelineRow
from domain.survey import PlaceCounts, PlaceState
from domain.wording import CARD_STATE_LABELS


async def cards_of(
    connection: AsyncConnection, crisis: CrisisRow, plan: Plan, now: datetime
) -> tuple[CardRow, ...]:
    """Tell each card once, all its runs together, in the order they are due."""
    ref = CrisisRef(cpts_id=crisis.cpts_id, crisis_id=crisis.crisis_id)
    kinds = await _proof_kinds(connection, ref)
    labels = {each.code: each.label for each in plan.template.proofs}
    ends: defaultdict[str, list[RunEnd]] = defaultdict(list)
    for run in await cards.of_crisis(connection, ref):
        kind = kinds.get((run.card_id, run.run))
        ends[run.card_id].append(
            RunEnd(
                state=run.state,
                due_at=run.due_at,
                done_at=run.done_at,
                reason=run.reason,
                proof=labels.get(kind, kind) if kind else None,
            )
        )
    titles = {card.card_id: card.title for card in plan.template.cards}
    rows = (
        _card(card_id, titles[card_id], runs, crisis.lifted_at or now)
        for card_id, runs in ends.items()
    )
    return tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at or now)))


async def _proof_kinds(
    connection: AsyncConnection, ref: CrisisRef
) -> Mapping[tuple[str, int], str]:
    rows = await connection.execute(
        select(proofs.c.card_id, proofs.c.run, proofs.c.kind).where(
            proofs.c.cpts_id == ref.cpts_id, proofs.c.crisis_id == ref.crisis_id
        )
    )
    return {(card_id, run): kind for card_id, run, kind in rows.all()}


def _card(card_id: str, title: str, runs: list[RunEnd], end: datetime) -> CardRow:
    told = told_run(runs)
    return CardRow(
        id=card_id,
        title=title,
        state=CARD_STATE_LABELS[told.state],
        outcome=outcome_of(told),
        due_at=told.due_at,
        done_at=told.done_at,
        proof=told.proof,
        reason=told.reason,
        late=told.late(end),
        repeats=max(0, sum(run.proved for run in runs) - 1),
    )


async def contributions_of(
    connection: AsyncConnection, ref: CrisisRef, plan: Plan
) -> tuple[ContributionRow, ...]:
    """Add up what professionals declared on each card, its fields in French."""
    return tuple(
        ContributionRow(
            card=plan.template.card(declared.card_id).title,
            people=declared.people,
            totals=tuple((field_label(f), n) for f, n in declared.fields.items()),
        )
        for declared in await contributions.totals(connection, ref)
    )


async def missions_of(
    connection: AsyncConnection, ref: CrisisRef
) -> MissionCounts | None:
    """Count written missions; None when none was written."""
    every = await missions.of_crisis(connection, ref)
    if not every:
        return None
    states = Counter(mission.state for mission in every)
    worked = (
        mission.worked_until - mission.worked_from
        for mission in every
        if mission.worked_from and mission.worked_until
    )
    return MissionCounts(
        proposed=len(every),
        accepted=states[MissionState.ACCEPTED] + states[MissionState.ENDED],
        declined=states[MissionState.DECLINED],
        ended=states[MissionState.ENDED],
        confirmed=sum(worked, timedelta(0)) or None,
    )


async def places_of(
    connection: AsyncConnection, crisis: CrisisRow, plan: Plan, now: datetime
) -> tuple[PlaceRow, ...] | None:
    """Count places by kind as the last survey reads them; None when none was made."""
    places = await surveys.places(connection, crisis, now)
    if places is None:
        return None
    labels = {each.code: each.label for each in plan.template.structures}
    states: defaultdict[str, list[PlaceState]] = defaultdict(list)
    for each in places:
        states[each.place.kind].append(each.state)
    rows = (
        PlaceRow(
            kind=labels.get(kind, kind),
            listed=len(found),
            **PlaceCounts.of(found).model_dump(),
        )
        for kind, found in states.items()
    )
    return tuple(sorted(rows, key=lambda row: row.listed, reverse=True))


async def reports_of(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[SituationRow, ...]:
    """List the situation reports in order."""
    said = situation_reports.c
    rows = await connection.execute(
        select(said.number, said.due_at, said.sent_at)
        .where(said.cpts_id == ref.cpts_id, said.crisis_id == ref.crisis_id)
        .order_by(said.number)
    )
    return tuple(
        SituationRow(number=number, due_at=due_at, sent_at=sent_at)
        for number, due_at, sent_at in rows.all()
    )


async def difficulties_of(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[TimelineRow, ...] | None:
    """List the difficulties that the cell wrote to the ARS; None if no report left."""
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
    sent = [(at, content.get("texts", {})) for at, content in rows.all()]
    told = tuple(
        TimelineRow(at=at, text=texts["difficulties"])
        for at, texts in sent
        if texts.get("difficulties")
    )
    return told if sent else None
