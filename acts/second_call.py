"""The others of a wave, deputies or those who slept: when they are called too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.wave_situation import is_short
from adapters.database import wave_plans, waves
from adapters.database.situations import Known
from adapters.database.waves import WaveRow
from domain.answer import Availability
from domain.night import Ground
from domain.reference import WaveRef
from domain.wave import Audience, Channel, WaveSheet

MISSING = frozenset({Availability.SILENT, Availability.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class SecondCall:
    """Whether the others are called now, or when."""

    now: bool = False
    at: datetime | None = None  # none: now, never, or nobody knows
    said: Mapping[str, Availability | None] = field(default_factory=dict)


async def second_call(
    connection: AsyncConnection,
    known: Known,
    sheet: WaveSheet,
    first: WaveRow,
    now: datetime,
) -> SecondCall:
    """Say if the others after the first are called now, or when.

    Deputies of holders who are silent or cannot come; volunteers that the night held
    back, in the morning, or as soon as the answer delay ends if a minimum lacks.
    """
    ref = WaveRef(**known.ref.model_dump(), wave=first.wave)
    if first.leaves_at > now or Audience.PARTNERS in sheet.audience:
        return SecondCall()  # the cell calls partners who stay silent
    if Audience.VOLUNTEERS in sheet.audience:
        return await _woken(connection, known, first, now)
    if first.closed_at is None or not sheet.answers:
        return SecondCall()
    said = await waves.asked_by(connection, ref)
    if MISSING.isdisjoint(said.values()):
        return SecondCall(said=said)
    nobody = frozenset[Ground]()
    at = known.night.leaves_at(sheet.code, Channel.MAIL, nobody, now)
    if at > now and not known.night.falls_at(first.leaves_at):
        return SecondCall(at=at, said=said)
    return SecondCall(now=True, said=said)


async def _woken(
    connection: AsyncConnection, known: Known, first: WaveRow, now: datetime
) -> SecondCall:
    """Say when those whom the night held back may be woken."""
    if not await wave_plans.asleep(connection, known.ref, first.wave):
        return SecondCall()
    morning = known.night.morning_after(first.leaves_at)
    delay_over = first.remind_at or first.close_at
    if now < min(morning, delay_over):
        return SecondCall(at=min(morning, delay_over))
    if now < morning and not await is_short(connection, known):
        return SecondCall(at=morning)
    return SecondCall(now=True)
