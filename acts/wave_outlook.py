"""What each wave of a crisis does next; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.wave_situation import SECOND, key_of, situation_of, steering_of
from adapters.database import partners, situations, wave_plans, waves
from adapters.database.crises import CrisisRow
from adapters.database.situations import Known
from adapters.database.wave_plans import WavePlanRow, WaveState
from adapters.database.waves import WaveRow
from domain.partner import to_tell
from domain.reference import CrisisRef
from domain.wave import Audience, WaveSheet
from domain.wave_departure import Departure, Situation, Wait, departure
from domain.wave_outlook import SAFETY, Decided, Left, WaveOutlook


@dataclass(frozen=True, slots=True)
class _Seen:
    """A crisis and its waves, read at one instant."""

    known: Known
    situation: Situation
    decided: Mapping[str, WavePlanRow]
    opened: Mapping[int, WaveRow]
    mail: Mapping[int, tuple[int, int, datetime | None]]  # sent, waiting, last
    now: datetime


async def wave_outlooks(
    connection: AsyncConnection, crisis: CrisisRow, now: datetime
) -> tuple[WaveOutlook, ...]:
    """Say of each wave of the plan when it left, or why it waits."""
    known = await situations.of_crisis(connection, crisis)
    decided = await wave_plans.of_crisis(connection, known.ref)
    opened = {row.wave: row for row in await waves.of_crisis(connection, known.ref)}
    situation = await situation_of(connection, known, decided, opened)
    mail = await waves.mail_of(connection, known.ref)
    seen = _Seen(known, situation, decided, opened, mail, now)
    return tuple(
        [await _outlook(connection, seen, each) for each in known.plan.template.waves]
    )


async def mail_due(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> tuple[Left, ...]:
    """Say how far each wave is whose hour has come: missions and reminders too."""
    mail = await waves.mail_of(connection, ref)
    return tuple(
        Left(row.leaves_at, row.message, *mail.get(row.wave, (0, 0, None)))
        for row in await waves.of_crisis(connection, ref)
        if row.leaves_at <= now
    )


async def _outlook(
    connection: AsyncConnection, seen: _Seen, sheet: WaveSheet
) -> WaveOutlook:
    left = tuple(
        Left(row.leaves_at, row.message, *seen.mail.get(row.wave, (0, 0, None)))
        for row in seen.opened.values()
        if row.code == sheet.code
    )
    found = _departure(seen, sheet, left)
    if found is None:
        asleep, until = await _asleep(connection, seen, sheet)
        return WaveOutlook(sheet.code, left, None, asleep=asleep, wakes_at=until)
    if found.waits_for is not Wait.STATE and await _is_for_nobody(
        connection, seen, sheet
    ):
        return WaveOutlook(sheet.code, left, None)
    steered = seen.decided.get(sheet.code)
    decided = _decided(steered) if found.waits_for is not Wait.STATE else None
    return WaveOutlook(sheet.code, left, found, decided)


def _departure(
    seen: _Seen, sheet: WaveSheet, left: tuple[Left, ...]
) -> Departure | None:
    """Say what a wave still waits for; None: it left."""
    template, state = seen.known.plan.template, seen.known.crisis.state
    steering = steering_of(seen.decided.get(sheet.code))
    found = departure(template, sheet.code, seen.situation, steering, seen.now)
    if sheet.code == SAFETY or sheet.code not in template.departures.state(state).waves:
        return None if left else found
    return None if key_of(seen.known, sheet) in _gone(seen) else found


def _gone(seen: _Seen) -> frozenset[str]:
    return frozenset(
        code for code, row in seen.decided.items() if row.state is WaveState.GONE
    )


async def _asleep(
    connection: AsyncConnection, seen: _Seen, sheet: WaveSheet
) -> tuple[int, datetime | None]:
    """Count the volunteers that a wave which left still has to ask, and say when."""
    known, row = seen.known, seen.decided.get(sheet.code)
    allowed = known.plan.template.departures.state(known.crisis.state).waves
    if row is None or row.wave is None or f"{sheet.code}{SECOND}" in seen.decided:
        return 0, None
    if Audience.VOLUNTEERS not in sheet.audience or sheet.code not in allowed:
        return 0, None
    asleep = await wave_plans.asleep(connection, known.ref, row.wave)
    left_at = seen.opened[row.wave].leaves_at
    return len(asleep), known.night.morning_after(left_at)


async def _is_for_nobody(
    connection: AsyncConnection, seen: _Seen, sheet: WaveSheet
) -> bool:
    """Does a wave of partners find nobody in the directory?"""
    if Audience.PARTNERS not in sheet.audience:
        return False
    cards = (laid.card for laid in seen.known.laid if laid.withdrawn is None)
    everyone = await partners.of_crisis(connection, seen.known.ref)
    return not to_tell(sheet.code, cards, everyone)


def _decided(row: WavePlanRow | None) -> Decided | None:
    steered = (WaveState.HELD, WaveState.ADVANCED)
    if row is None or row.decided_at is None or row.state not in steered:
        return None
    return Decided(
        by=row.decided_by or "",
        at=row.decided_at,
        because=row.reason or "",
        held=row.state is WaveState.HELD,
    )
