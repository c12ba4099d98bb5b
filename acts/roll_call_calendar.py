"""The roll calls that open by themselves: a test a quarter, « toujours exact ? »."""

from contextlib import suppress

from acts.review import local_day
from acts.roll_call import ROLL_CALLS, OpenRollCall, open_within
from acts.wave import SYSTEM
from adapters.database import roll_calls
from adapters.database.unit import Act
from domain.contact_errors import NobodyToAskError
from domain.cpts import Cpts
from domain.reference import NoticeRef
from domain.review import working_days
from domain.roll_call import OPEN_FOR, RollCall, RollCallKind, opens_in, period_of


async def keep_roll_calls(
    act: Act, tenant: Cpts, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Open what the month asks, and write down the end of what was asked long ago.

    Only once members were invited: before, they would not know who writes. Give the
    letters that this wrote.
    """
    known = await roll_calls.of_cpts(act.connection, act.cpts_id)
    for call in known:
        if call.ended_at is None and act.at - call.opened_at > OPEN_FOR:
            await _end(act, call)
    working = working_days(tenant).next_opening(act.at) <= act.at
    if not working or all(each.kind is not RollCallKind.ENROL for each in known):
        return ()
    opened: list[NoticeRef] = []
    for kind in (RollCallKind.TEST, RollCallKind.EXACT):
        if _is_due(act, tenant, kind, known):
            order = OpenRollCall(cpts_id=act.cpts_id, kind=kind, actor=SYSTEM)
            with suppress(NobodyToAskError):
                opened += await open_within(act, tenant, order, link_key)
    return tuple(opened)


def _is_due(
    act: Act, tenant: Cpts, kind: RollCallKind, known: tuple[RollCall, ...]
) -> bool:
    today = local_day(act, tenant)
    done = {
        period_of(kind, each.opened_at.astimezone(tenant.zone_info).date())
        for each in known
        if each.kind is kind
    }
    return opens_in(kind, today) and period_of(kind, today) not in done


async def _end(act: Act, call: RollCall) -> None:
    await roll_calls.end(act, call.roll_call_id)
    said = await roll_calls.result(act.connection, act.cpts_id, call.roll_call_id)
    act.note(
        "roll_call.ended",
        about=act.cpts_id + ROLL_CALLS,
        actor=SYSTEM,
        facts={
            "roll_call": call.roll_call_id,
            "kind": call.kind,
            "people": len(said.people),
            "answered": len(said.answered),
            "in_time": len(said.in_time),
        },
    )
