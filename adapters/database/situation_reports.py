"""Situation reports: the one being prepared, those that were sent, the next one due."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, plans
from adapters.database.columns import in_crisis, named
from adapters.database.tables import situation_reports
from adapters.database.unit import Act
from domain.calendar import paced
from domain.errors import NoSituationReportError
from domain.reference import CrisisRef
from domain.situation import SituationReport
from domain.situation_due import next_report_due


class SituationRow(BaseModel):
    """One situation report as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    number: int
    due_at: datetime
    content: SituationReport
    document_id: str | None
    workbook_id: str | None
    sent_at: datetime | None


_ALL = (
    select(situation_reports)
    .where(in_crisis(situation_reports))
    .order_by(situation_reports.c.number)
)


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[SituationRow, ...]:
    """List the situation reports of a crisis, in order."""
    rows = await connection.execute(_ALL, named(ref))
    return tuple(SituationRow.model_validate(row) for row in rows.all())


async def latest(connection: AsyncConnection, ref: CrisisRef) -> SituationRow:
    """Give the last report, sent or being prepared.

    Raises:
        NoSituationReportError: There is none.
    """
    rows = await of_crisis(connection, ref)
    if not rows:
        raise NoSituationReportError(crisis=ref.crisis_id)
    return rows[-1]


async def in_hand(connection: AsyncConnection, ref: CrisisRef) -> SituationRow:
    """Give the report that is being prepared.

    Raises:
        NoSituationReportError: None is.
    """
    row = await latest(connection, ref)
    if row.sent_at is not None:
        raise NoSituationReportError(crisis=ref.crisis_id)
    return row


async def number_of(
    connection: AsyncConnection, ref: CrisisRef, document_id: str
) -> int | None:
    """Give the number of the report that a document is, if it is one."""
    number: int | None = await connection.scalar(
        select(situation_reports.c.number).where(
            situation_reports.c.cpts_id == ref.cpts_id,
            situation_reports.c.crisis_id == ref.crisis_id,
            situation_reports.c.document_id == document_id,
        )
    )
    return number


async def next_due(connection: AsyncConnection, ref: CrisisRef) -> datetime | None:
    """Say when the next report is due; None once the crisis is over.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    if not crisis.state.takes_answers:
        return None
    plan = await plans.frozen(connection, crisis)
    every = plan.template.situation_report.every.of(crisis.kinetic)
    gone = [row.content for row in await of_crisis(connection, ref) if row.sent_at]
    told = (gone[-1].made_at, gone[-1].next_at) if gone else (None, None)
    return next_report_due(crisis.t0, paced(every, crisis.activation.pace), *told)


async def keep(act: Act, report: SituationReport, due_at: datetime) -> None:
    """Keep a report that is being prepared, in place of what it was."""
    content = report.model_dump(mode="json")
    written = await act.connection.execute(
        update(situation_reports)
        .where(
            situation_reports.c.cpts_id == act.cpts_id,
            situation_reports.c.crisis_id == report.crisis_id,
            situation_reports.c.number == report.number,
        )
        .values(content=content)
    )
    if not written.rowcount:
        await act.connection.execute(
            insert(situation_reports).values(
                cpts_id=act.cpts_id,
                crisis_id=report.crisis_id,
                number=report.number,
                due_at=due_at,
                content=content,
            )
        )


async def mark_sent(
    act: Act, report: SituationReport, values: Mapping[str, object]
) -> None:
    """Say that a report left: document_id, workbook_id."""
    await act.connection.execute(
        update(situation_reports)
        .where(
            situation_reports.c.cpts_id == act.cpts_id,
            situation_reports.c.crisis_id == report.crisis_id,
            situation_reports.c.number == report.number,
        )
        .values(content=report.model_dump(mode="json"), sent_at=act.at, **values)
    )
