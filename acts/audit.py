"""The auditor: compares what the frozen plan says with the ledger; conducts nothing."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.departure import BY_ITSELF, calls_of, next_of_bureau
from acts.late import due_digests
from acts.partners import partners_told
from acts.second_call import second_call
from acts.wave_situation import SECOND, key_of, situation_of, steering_of
from adapters.database import (
    audits,
    crises,
    pulses,
    situation_reports,
    situations,
    wave_plans,
    waves,
)
from adapters.database.situations import Known
from adapters.database.unit import Act, Database
from domain.audit import Lack, Lapse, Verdict, judge
from domain.digest import DECISION
from domain.reference import CrisisRef
from domain.wave import Audience, WaveSheet
from domain.wave_departure import DECIDED, departure

AUDITOR = "CONTROLE"  # the actor of what it raises


async def audit(database: Database) -> Mapping[str, BaseException]:
    """Look at every crisis that runs; say that the auditor is alive if all were seen.

    Returns:
        Why some crises could not be looked at, by crisis: the others were.
    """
    async with database.read() as connection:
        refs = await crises.running(connection)
    failed = {}
    for ref in refs:
        each = audit_crisis(database, ref)
        (error,) = await asyncio.gather(each, return_exceptions=True)
        if error is not None:
            failed[ref.crisis_id] = error
    if not failed:
        await pulses.beat(database, pulses.AUDITOR)
    return failed


async def audit_crisis(database: Database, ref: CrisisRef) -> None:
    """Raise what lacks in one crisis; nothing is written while all is well."""
    async with database.read() as connection:
        verdict = await _verdict(connection, ref, database.now())
    if verdict.news or verdict.ended:
        async with database.act(ref.cpts_id) as act:
            await crises.lock(act, ref.crisis_id)  # what it is doing is done first
            await _write(act, ref, await _verdict(act.connection, ref, act.at))


async def _verdict(
    connection: AsyncConnection, ref: CrisisRef, now: datetime
) -> Verdict:
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    kept = await audits.of_crisis(connection, crisis.ref)
    found = [
        lapse
        for wave in await audits.waves_of(connection, crisis.ref, now)
        for lapse in wave.lapses(now)
    ]
    if crisis.state.takes_answers:
        known = await situations.of_crisis(connection, crisis)
        found += await _unopened(connection, known, now)
        found += await _untold(connection, known, now)
    return judge(found, kept, now)


async def _unopened(
    connection: AsyncConnection, known: Known, now: datetime
) -> list[Lapse]:
    """List the waves of the plan that may leave and did not, second calls too."""
    decided = await wave_plans.of_crisis(connection, known.ref)
    opened = {row.wave: row for row in await waves.of_crisis(connection, known.ref)}
    situation = await situation_of(connection, known, decided, opened)
    template, lapses = known.plan.template, []
    allowed = template.departures.state(known.crisis.state).waves
    for sheet in template.waves:
        if sheet.code not in BY_ITSELF or sheet.code not in allowed:
            continue
        key = key_of(known, sheet)
        row = decided.get(key)
        first = opened.get(row.wave) if row and row.wave else None
        if first is not None:
            if f"{key}{SECOND}" not in decided:
                late = (await second_call(connection, known, sheet, first, now)).now
            elif DECISION in sheet.audience and DECIDED not in situation.done_at:
                called = calls_of(key, decided, opened)
                late = bool(await next_of_bureau(connection, known, sheet, called, now))
            else:
                late = False
            lapses += [Lapse(Lack.SECOND, sheet.code)] if late else []
            continue
        steering = steering_of(decided.get(sheet.code))
        found = departure(template, sheet.code, situation, steering, now)
        if found.waits_for is None and await _is_for_somebody(connection, known, sheet):
            lapses.append(Lapse(Lack.WAVE, sheet.code))
    return lapses


async def _is_for_somebody(
    connection: AsyncConnection, known: Known, sheet: WaveSheet
) -> bool:
    """Has the directory a partner that this wave tells? Others always leave."""
    if Audience.PARTNERS not in sheet.audience:
        return True
    return bool(await partners_told(connection, known, sheet))


async def _untold(
    connection: AsyncConnection, known: Known, now: datetime
) -> list[Lapse]:
    """List who should have been told that a card is late, and a report that is due."""
    lapses = []
    sent = await situations.digests_sent(connection, known.ref)
    digests = due_digests(known, sent, now)
    if digests is not None and digests.to_send:
        lapses.append(Lapse(Lack.DIGEST, "fiches"))
    due_at = await situation_reports.next_due(connection, known.ref)
    if due_at is not None and due_at <= now:
        lapses.append(Lapse(Lack.REPORT, f"{due_at:%Y-%m-%dT%H:%MZ}", due_at))
    return lapses


async def _write(act: Act, ref: CrisisRef, verdict: Verdict) -> None:
    await audits.keep(act, ref.crisis_id, verdict)
    for lapse in (each for each in verdict.news if each.raised):
        late = act.at - lapse.due_at
        act.note(
            "audit.raised",
            about=ref.crisis_id,
            actor=AUDITOR,
            facts={
                "lack": lapse.lack,
                "subject": lapse.subject,
                "late_s": int(late.total_seconds()),
            },
        )
    for lapse in (each for each in verdict.ended if each.raised):
        act.note(
            "audit.ended",
            about=ref.crisis_id,
            actor=AUDITOR,
            facts={"lack": lapse.lack, "subject": lapse.subject},
        )
