"""Let the waves of the plan leave: at their hour, on their conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.partners import tell_partners
from acts.second_call import MISSING, second_call
from acts.wave import open_wave
from acts.wave_situation import (
    SECOND,
    key_of,
    message_of,
    situation_of,
    steering_of,
)
from adapters.database import wave_plans, waves
from adapters.database.situations import Known
from adapters.database.unit import Act
from adapters.database.wave_plans import WavePlanRow, WaveState
from adapters.database.waves import WaveRow
from domain.alert import WavePlan, WaveTimes
from domain.answer import Availability
from domain.audience import Call, Candidate, LeftOut, Recipients
from domain.calendar import french_hour, paced
from domain.card import CardMode
from domain.digest import DECISION
from domain.message import zones_in_short
from domain.night import Ground
from domain.person import CrisisType
from domain.plan import Holder
from domain.reference import WaveRef
from domain.wave import Audience, Channel, WaveSheet
from domain.wave_departure import DECIDED, departure, remind_at

BY_ITSELF = ("V0", "V1", "V2", "V3", "V4", "VP")  # VS: the cell decides
_NOTHING_SAID: Mapping[str, Availability | None] = {}
CELL_MEETS_IN = timedelta(minutes=30)
NEXT_MESSAGE_IN = timedelta(hours=1)


async def let_leave(act: Act, known: Known) -> datetime | None:
    """Open the waves that may leave now; say when the next one may."""
    decided = await wave_plans.of_crisis(act.connection, known.ref)
    opened = {row.wave: row for row in await waves.of_crisis(act.connection, known.ref)}
    situation = await situation_of(act.connection, known, decided, opened)
    template = known.plan.template
    allowed = template.departures.state(known.crisis.state).waves
    later: list[datetime | None] = []
    for sheet in template.waves:
        if sheet.code not in BY_ITSELF or sheet.code not in allowed:
            continue
        key = key_of(known, sheet)
        first = opened.get(decided[key].wave or 0) if key in decided else None
        if first is not None:
            if f"{key}{SECOND}" not in decided and first.leaves_at <= act.at:
                others = await second_call(act.connection, known, sheet, first, act.at)
                if others.now:
                    await _open(act, known, sheet, f"{key}{SECOND}", others.said)
                later.append(others.at)
            elif DECISION in sheet.audience and DECIDED not in situation.done_at:
                await _call_bureau(act, known, sheet, calls_of(key, decided, opened))
            continue
        steering = steering_of(decided.get(sheet.code))
        found = departure(template, sheet.code, situation, steering, act.at)
        if found.waits_for is None:
            await _open(act, known, sheet, key)
        later.append(found.leaves_at if found.waits_for else None)
    return min((at for at in later if at is not None), default=None)


def calls_of(
    key: str, decided: Mapping[str, WavePlanRow], opened: Mapping[int, WaveRow]
) -> dict[str, WaveRow]:
    """Give every call of one wave: to holders, to deputies, to the bureau."""
    return {
        code: opened[row.wave]
        for code, row in decided.items()
        if code.rstrip(SECOND) == key and row.wave is not None
    }


async def _call_bureau(
    act: Act, known: Known, sheet: WaveSheet, gone: Mapping[str, WaveRow]
) -> None:
    following = await next_of_bureau(act.connection, known, sheet, gone, act.at)
    if following is not None:
        who = following.with_them
        await _open(act, who, sheet, f"{max(gone)}{SECOND}", following.said)


@dataclass(frozen=True, slots=True)
class BureauCall:
    """The next of the bureau to call."""

    with_them: Known  # the crisis, as if they held the decision
    said: Mapping[str, Availability | None]  # by those called before


async def next_of_bureau(
    connection: AsyncConnection,
    known: Known,
    sheet: WaveSheet,
    gone: Mapping[str, WaveRow],
    now: datetime,
) -> BureauCall | None:
    """Name the next of the bureau, once all who were called let the delay pass.

    Args:
        connection: Where to read.
        known: The crisis.
        sheet: The wave that alerts whoever decides.
        gone: Its calls so far, by key.
        now: This instant.

    Returns:
        None: somebody may answer yet, did, or nobody is left.
    """
    if any(call.closed_at is None for call in gone.values()):
        return None
    said: dict[str, Availability | None] = {}
    for call in gone.values():
        ref = WaveRef(**known.ref.model_dump(), wave=call.wave)
        said |= await waves.asked_by(connection, ref)
    if Availability.RECEIVED in said.values():
        return None
    day = now.astimezone(known.tenant.zone_info).date()
    everyone = await known.directory.on(day)
    for member in known.plan.bureau:
        if member in said:
            continue
        decides = (Holder(role=DECISION, person_id=member),)
        plan = known.plan.model_copy(update={"holders": decides})
        with_them = replace(known, plan=plan)
        if _call(with_them, sheet, day, frozenset()).to(everyone).asked:
            return BureauCall(with_them, said)
    return None


async def _open(
    act: Act,
    known: Known,
    sheet: WaveSheet,
    key: str,
    said: Mapping[str, Availability | None] = _NOTHING_SAID,
) -> None:
    """Open a wave to whom it is for, and note whom it is not for, with the reason.

    Args:
        act: The act that holds the crisis.
        known: The crisis.
        sheet: The wave.
        key: What leaves once.
        said: What those whom the same call asked before answered.
    """
    if Audience.PARTNERS in sheet.audience:
        if ref := await tell_partners(act, known, sheet):
            await _gone(act, known, key, ref)
        return
    day = act.at.astimezone(known.tenant.zone_info).date()
    everyone = await known.directory.on(day)
    missing = frozenset(who for who, answer in said.items() if answer in MISSING)
    found = _call(known, sheet, day, missing).to(everyone)
    again = frozenset(said)
    if Audience.VOLUNTEERS in sheet.audience:
        again = await waves.asked_for_seats(act.connection, known.ref)
    found = _without(found, again, LeftOut.ASKED)
    if Audience.VOLUNTEERS in sheet.audience and not key.endswith(SECOND):
        found = _at_this_hour(act.at, known, sheet, found, everyone)
    ref = await open_wave(
        act, known.crisis.crisis_id, _plan(act.at, known, sheet), found.asked
    )
    await wave_plans.leave_out(act, ref, found)
    await _gone(act, known, key, ref)


async def _gone(act: Act, known: Known, key: str, ref: WaveRef) -> None:
    gone = WavePlanRow(code=key, state=WaveState.GONE, wave=ref.wave)
    await wave_plans.decide(act, known.crisis.crisis_id, gone)


def _call(known: Known, sheet: WaveSheet, day: date, missing: frozenset[str]) -> Call:
    template = known.plan.template
    focuses = (
        focus
        for code in known.active_types
        for focus in template.type_sheet(code).waves
        if focus.code == sheet.code
    )
    return Call(
        wave=sheet,
        kinetic=known.crisis.kinetic,
        day=day,
        types=known.active_types,
        zones=frozenset(known.crisis.activation.zones),
        cards=tuple(
            laid.card
            for laid in known.laid
            if laid.withdrawn is None and laid.card.mode is not CardMode.CELL
        ),
        skills_first=frozenset(s for focus in focuses for s in focus.skills_first),
        holders=known.plan.holders,
        silent=missing,
    )


def _at_this_hour(
    now: datetime,
    known: Known,
    sheet: WaveSheet,
    found: Recipients,
    everyone: tuple[Candidate, ...],
) -> Recipients:
    """Let those sleep whom the table does not wake; they are asked later."""
    woken = {
        reachable: known.night.leaves_at(
            sheet.code,
            Channel.MAIL,
            frozenset({Ground.REACHABLE} if reachable else ()),
            now,
        )
        <= now
        for reachable in (True, False)
    }
    asleep = frozenset(
        each.person_id for each in everyone if not woken[each.person.reachable_at_night]
    )
    return _without(found, asleep, LeftOut.NIGHT)


def _without(found: Recipients, some: frozenset[str], why: LeftOut) -> Recipients:
    kept = tuple(who for who in found.asked if who not in some)
    out = tuple((who, why) for who in found.asked if who in some)
    return Recipients(asked=kept, left_out=(*found.left_out, *out))


def _plan(now: datetime, known: Known, sheet: WaveSheet) -> WavePlan:
    crisis, pace = known.crisis, known.crisis.activation.pace
    message = message_of(known, sheet)
    says = _says(now, known, message)
    if not sheet.answers or sheet.answer_within is None:
        return WavePlan.informing(sheet.code, message, now, says)
    times = WaveTimes(
        t0=now,
        now=now,
        after=timedelta(),
        within=sheet.answer_within.of(crisis.kinetic),
        pace=pace,
    )
    wants_numbers = any(
        laid.card.mode is CardMode.CONTRIBUTION and laid.withdrawn is None
        for laid in known.laid
    )
    plan = WavePlan.asking(sheet.code, message, sheet.answers, times)
    plan = plan.spared(remind_at(known.night, plan))
    told = {
        "says": says,
        "goes_on": wants_numbers,
        "one_choice": known.tenant.same_person and _asks_for_seats(sheet),
    }
    return plan.model_copy(update=told)


def _asks_for_seats(sheet: WaveSheet) -> bool:
    return Availability.IMMEDIATE in sheet.answers


def _says(now: datetime, known: Known, message: str) -> dict[str, str]:
    """Fill what the crisis itself does not say: the cell's hour and place, the zone."""
    zone, pace = known.tenant.zone_info, known.crisis.activation.pace
    delay = {"V1": CELL_MEETS_IN, "pre_alerte": NEXT_MESSAGE_IN}.get(message)
    if delay is not None:
        meeting = french_hour(now + paced(delay, pace), zone)
        remote = CrisisType.NRC in known.active_types
        room = known.tenant.cell_room
        return {
            "heure": "".join(meeting.split()),
            "salle": "en visio" if remote else "sur place",
            "adresse": (room.online if remote else room.main) or "" if room else "",
        }
    if message == "V3":
        named = known.crisis.activation.zones
        day = now.astimezone(zone)
        return {
            "zone": zones_in_short(named, f"{len(named)} zones") or "toute zone",
            "zones": ", ".join(named),
            "jour": f"{day:%d/%m}",
        }
    return {}
