"""Waves of the plan in one crisis: those that left, those held or advanced."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis, named
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


_ALL = select(wave_plans).where(in_crisis(wave_plans))
_SAID_BEFORE = delete(wave_plans).where(
    in_crisis(wave_plans), wave_plans.c.code == given("k_code")
)
_ASLEEP = select(left_out.c.person_id).where(
    in_crisis(left_out),
    left_out.c.wave == given("k_wave"),
    left_out.c.reason == LeftOut.NIGHT,
)


async def of_crisis(
    connection: AsyncConnection, ref: CrisisRef
) -> dict[str, WavePlanRow]:
    """Give what was decided, by code; a wave nobody spoke of is absent."""
    rows = await connection.execute(_ALL, named(ref))
    return {row.code: WavePlanRow.model_validate(row) for row in rows.all()}


async def decide(act: Act, crisis_id: str, row: WavePlanRow) -> None:
    """Write what is decided of a wave; the last decision stands."""
    same = {"k_cpts": act.cpts_id, "k_crisis": crisis_id, "k_code": row.code}
    await act.connection.execute(_SAID_BEFORE, same)
    key = {"cpts_id": act.cpts_id, "crisis_id": crisis_id}
    said = {**row.model_dump(), "decided_at": act.at}
    await act.connection.execute(insert(wave_plans), {**key, **said})


async def asleep(
    connection: AsyncConnection, ref: CrisisRef, wave: int
) -> frozenset[str]:
    """Give those whom the hour alone kept out of a wave."""
    rows = await connection.execute(_ASLEEP, {**named(ref), "k_wave": wave})
    return frozenset(rows.scalars())


async def leave_out(act: Act, ref: WaveRef, found: Recipients) -> None:
    """Write whom a wave does not ask, and why."""
    rows = [
        {"person_id": person_id, "reason": reason}
        for person_id, reason in found.left_out
    ]
    await insert_all(act.connection, left_out, rows, ref.model_dump())
