"""Waves of the plan in one crisis: those that left, those held or advanced."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.many import insert_all
from adapters.database.tables import left_out, wave_plans
from adapters.database.unit import Act
from domain.audience import LeftOut, Recipients
from domain.reference import CrisisRef, WaveRef


class WaveState(StrEnum):
    """What became of a wave of the plan."""

    AUTO = "AUTO"  # it leaves by itself
    HELD = "RETENUE"
    ADVANCED = "AVANCEE"
    GONE = "PARTIE"


class WavePlanRow(BaseModel):
    """One wave of the plan, as the cell or the clock decided."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    code: str
    state: WaveState
    reason: str | None = None
    decided_by: str | None = None  # a role; None: the clock
    decided_at: datetime | None = None
    wave: int | None = None


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> dict[str, WavePlanRow]:
    """Give what was decided, by code; a wave nobody spoke of is absent."""
    rows = await connection.execute(
        select(wave_plans).where(
            wave_plans.c.cpts_id == ref.cpts_id,
            wave_plans.c.crisis_id == ref.crisis_id,
        )
    )
    return {row.code: WavePlanRow.model_validate(row) for row in rows.all()}


async def decide(act: Act, crisis_id: str, row: WavePlanRow) -> None:
    """Write what is decided of a wave; the last decision stands."""
    key = {"cpts_id": act.cpts_id, "crisis_id": crisis_id, "code": row.code}
    same = (wave_plans.c[name] == value for name, value in key.items())
    await act.connection.execute(delete(wave_plans).where(*same))
    said = {**row.model_dump(exclude={"code"}), "decided_at": act.at}
    await act.connection.execute(insert(wave_plans).values(**key, **said))


async def asleep(
    connection: AsyncConnection, ref: CrisisRef, wave: int
) -> frozenset[str]:
    """Give those whom the hour alone kept out of a wave."""
    rows = await connection.execute(
        select(left_out.c.person_id).where(
            left_out.c.cpts_id == ref.cpts_id,
            left_out.c.crisis_id == ref.crisis_id,
            left_out.c.wave == wave,
            left_out.c.reason == LeftOut.NIGHT,
        )
    )
    return frozenset(rows.scalars())


async def leave_out(act: Act, ref: WaveRef, found: Recipients) -> None:
    """Write whom a wave does not ask, and why."""
    wave = ref.model_dump()
    rows = [
        {**wave, "person_id": person_id, "reason": reason}
        for person_id, reason in found.left_out
    ]
    await insert_all(act.connection, left_out, rows)
