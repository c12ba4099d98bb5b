"""Open a wave inside an act: its row, whom it is for, what is to leave."""

from collections.abc import Sequence

from acts.cascade import ways_of
from adapters.database import waves
from adapters.database.queueing import Said, queue
from adapters.database.unit import Act
from domain.alert import WavePlan
from domain.reference import WaveRef

SYSTEM = "SYSTEME"  # the actor of what nobody pressed
MEMBER = "VOLONTAIRE"  # of what somebody says from their page
AUTHORITY = "AUTORITE"  # of what an authority posts


async def open_wave(
    act: Act, crisis_id: str, plan: WavePlan, person_ids: Sequence[str]
) -> WaveRef:
    """Open a wave to these people and say so in the ledger."""
    ref = await waves.add(act, crisis_id, plan)
    await waves.add_recipients(act, ref, person_ids)
    ways = await ways_of(act, ref, plan)
    await queue(act, Said(ref, plan.message), person_ids, ways)
    act.note(
        "wave.opened",
        about=crisis_id,
        actor=SYSTEM,
        facts={"wave": ref.wave, "code": plan.code, "asked": len(person_ids)},
    )
    return ref
