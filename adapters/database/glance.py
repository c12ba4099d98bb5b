"""A crisis as the terminal's board shows it.

The plan and the CPTS were checked when they were written. `crisis status`, typed all
day, reads a few words of their kept texts without loading all that checks them.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import crises, figures
from adapters.database.crises import CrisisRow
from adapters.database.tables import (
    cpts,
    plan_versions,
    recipients,
    situation_reports,
)
from domain.answer import SAFE_OR_NOT, Availability
from domain.calendar import paced
from domain.reference import CrisisRef
from domain.situation_due import next_report_due
from domain.terminal_board import Picture, Standing
from domain.wave import Delay


async def picture(
    connection: AsyncConnection, crisis_id: str, now: datetime
) -> Picture:
    """Read a crisis as it stands.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    row = await crises.find(connection, crisis_id)
    numbers = await figures.of_crisis(connection, row.ref, now)
    template = await _template(connection, row)
    return Picture(
        row=Standing.model_validate(row),
        types=_labels(template, numbers.types),
        professions={p["code"]: p["libelle"] for p in template["professions"]},
        cards=_cards(template),
        numbers=numbers,
        needing_help=await _needing_help(connection, row.ref),
        next_report_at=await _next_report_at(connection, row, template),
        zone=await time_zone(connection, row.cpts_id),
        now=now,
    )


async def _template(connection: AsyncConnection, crisis: CrisisRow) -> dict[str, Any]:
    """Read the text of the template that a crisis froze."""
    found = await connection.execute(
        select(plan_versions.c.content).where(
            plan_versions.c.cpts_id == crisis.cpts_id,
            plan_versions.c.plan_id == crisis.plan_id,
            plan_versions.c.number == crisis.plan_number,
        )
    )
    template: dict[str, Any] = json.loads(found.scalar_one())["template"]
    return template


def _labels(template: dict[str, Any], codes: Sequence[str]) -> tuple[str, ...]:
    labels = {sheet["type"]: sheet["libelle"] for sheet in template["types"]}
    return tuple(labels[code] for code in codes)


def _cards(template: dict[str, Any]) -> dict[str, str]:
    sheets = (template["cartes_communes"], *(t["cartes"] for t in template["types"]))
    return {c["id"]: c.get("court") or c["titre"] for cards in sheets for c in cards}


async def _needing_help(connection: AsyncConnection, ref: CrisisRef) -> int:
    """Count who is in danger: their last word on safety asks for help."""
    rows = await connection.execute(
        select(recipients.c.person_id, recipients.c.answer)
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.answer.in_(SAFE_OR_NOT),
        )
        .order_by(recipients.c.answered_at, recipients.c.wave)
    )
    last = {row.person_id: row.answer for row in rows.all()}
    return sum(answer == Availability.NEEDS_HELP for answer in last.values())


async def _next_report_at(
    connection: AsyncConnection, crisis: CrisisRow, template: dict[str, Any]
) -> datetime | None:
    """Say when the next situation report is due; None once the crisis is over."""
    if not crisis.state.takes_answers:
        return None
    rhythm = TypeAdapter(Delay).validate_python(
        template["point_de_situation"]["rythme"]
    )
    every = paced(rhythm.of(crisis.kinetic), crisis.activation.pace)
    content = await connection.scalar(
        select(situation_reports.c.content)
        .where(
            situation_reports.c.cpts_id == crisis.cpts_id,
            situation_reports.c.crisis_id == crisis.crisis_id,
            situation_reports.c.sent_at.is_not(None),
        )
        .order_by(situation_reports.c.number.desc())
        .limit(1)
    )
    last = content or {}
    said = (last.get(name) for name in ("made_at", "next_at"))
    return next_report_due(
        crisis.t0, every, *(at and datetime.fromisoformat(at) for at in said)
    )


async def time_zone(connection: AsyncConnection, cpts_id: str) -> ZoneInfo:
    """Give the zone in which a CPTS reads hours."""
    kept = select(cpts.c.content).where(cpts.c.cpts_id == cpts_id)
    found = await connection.execute(kept)
    return ZoneInfo(found.scalar_one()["fuseau"])
