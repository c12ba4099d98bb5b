"""What the departure of waves depends on, read at one instant; nothing is written."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import cards, seats
from adapters.database.situations import Known
from adapters.database.wave_plans import WavePlanRow, WaveState
from adapters.database.waves import WaveRow
from domain.card import CardState
from domain.crisis import CrisisState
from domain.wave import WaveSheet
from domain.wave_departure import (
    RELIEFS,
    MoreHelp,
    Situation,
    Steering,
    relief_needed,
)

SECOND = "+"  # « V0+ »: the same wave, to deputies or to those the night held back


async def situation_of(
    connection: AsyncConnection,
    known: Known,
    decided: Mapping[str, WavePlanRow],
    opened: Mapping[int, WaveRow],
) -> Situation:
    """Read what every wave of a crisis depends on."""
    crisis = known.crisis
    asked = decided.get("V2")
    first = opened.get(asked.wave) if asked and asked.wave else None
    more: set[MoreHelp] = set()
    if first is not None and first.closed_at and await is_short(connection, known):
        more.add(MoreHelp.SHORT)
    shifts = await cards.proofs_of(connection, known.ref, RELIEFS)
    if shifts and relief_needed(shifts[max(shifts)]):
        more.add(MoreHelp.RELIEF)
    if _advanced("V3", decided):
        more.add(MoreHelp.ASKED)
    return Situation(
        state=crisis.state,
        types=frozenset(known.active_types),
        t0=crisis.t0,
        night=known.night,
        done_at={
            run.card_id: run.done_at
            for run in known.runs
            if run.state is CardState.DONE and run.done_at
        },
        local_initiative=crisis.activation.authority is None,
        more_help=frozenset(more),
        insisted=_advanced("V1", decided),
    )


def key_of(known: Known, sheet: WaveSheet) -> str:
    """Name what leaves once: the cell put on watch is convened later all the same."""
    message = message_of(known, sheet)
    return sheet.code if message == sheet.messages[0] else f"{sheet.code}.{message}"


def message_of(known: Known, sheet: WaveSheet) -> str:
    """Put the cell on watch in a pre-alert; else say what the wave says."""
    if known.crisis.state is CrisisState.PRE_ALERT:
        allowed = known.plan.template.departures.state(CrisisState.PRE_ALERT)
        return next(code for code in sheet.messages if allowed.allows(code))
    return sheet.messages[0]


def steering_of(row: WavePlanRow | None) -> Steering:
    """Say what the cell wants of a wave; a wave nobody spoke of leaves by itself."""
    if row is None:
        return Steering()
    held = row.reason if row.state is WaveState.HELD else None
    return Steering(held, row.reason if row.state is WaveState.ADVANCED else None)


def _advanced(code: str, decided: Mapping[str, WavePlanRow]) -> bool:
    """Does somebody want this wave before its hour? The reason is in the ledger."""
    row = decided.get(code)
    return row is not None and row.state is WaveState.ADVANCED


async def is_short(connection: AsyncConnection, known: Known) -> bool:
    """Does a seat card that may start lack its minimum?"""
    ref = known.ref
    needs = await seats.needs_of(connection, ref.cpts_id, ref.crisis_id)
    taken = await seats.filled(connection, ref.cpts_id, ref.crisis_id)
    filled: dict[str, int] = {}
    for need in needs:
        held = taken.get(need.need_id, 0)
        filled[need.card_id] = filled.get(need.card_id, 0) + held
    waiting = {r.card_id for r in known.runs if r.state is CardState.WAITING}
    return any(
        filled[laid.card_id] < laid.card.staffing.minimum
        for laid in known.laid
        if laid.card_id in filled and laid.card_id not in waiting
    )
