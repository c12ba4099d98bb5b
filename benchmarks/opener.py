"""Opens crises from a process that is not the worker, as the command line does."""

import asyncio
import json
import sys
import time
from datetime import timedelta

from acts.card import ProveCard, prove_card
from acts.crisis import OpenCrisis, open_crisis
from adapters.garbage import search_rarely
from commands.acting import set_going
from domain.reference import CrisisRef
from instance import Instance, opened
from settings import load
from tests.national import national
from tests.world import activation

AWAITED = "T2-01"


async def _open(
    instance: Instance, cpts_id: str, reference: str, minutes_ago: int
) -> dict[str, object]:
    received_at = instance.database.now() - timedelta(minutes=minutes_ago)
    said = activation(received_at, reference=reference)
    order = OpenCrisis(cpts_id=cpts_id, activation=said, actor="REFERENT_SSE")
    began_at = time.time()
    ref = await open_crisis(instance.database, order, instance.keys.link_key)
    if minutes_ago:
        await _make_ready(instance, ref)
    committed_at = time.time()
    going = await set_going(instance, ref)
    return {
        "crisis_id": ref.crisis_id,
        "began_at": began_at,
        "committed_at": committed_at,
        "going": going,
    }


async def _make_ready(instance: Instance, ref: CrisisRef) -> None:
    """Prove the card that the national plan awaits before it asks everyone."""
    ready = ProveCard(
        **ref.model_dump(),
        card_id=AWAITED,
        actor="PILOTAGE",
        fields=dict.fromkeys(national().card(AWAITED).proof.fields, "1"),
    )
    await prove_card(instance.database, ready)


async def _serve() -> None:
    async with opened(load()) as instance:
        search_rarely()
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            opening = await _open(instance, **order)
            print(json.dumps(opening), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
