"""Opens crises from a process that is not the worker, as the pages do."""

import asyncio
import json
import sys
import time
from datetime import timedelta

from acts.card import ProveCard, prove_card
from acts.crisis import OpenCrisis, open_crisis
from adapters.garbage import search_rarely
from domain.reference import CrisisRef
from instance import Instance
from settings import load
from tests.national import national
from tests.world import activation
from web.app import at_work
from web.desk import Desk

AWAITED = "T2-01"


async def _open(
    desk: Desk, cpts_id: str, reference: str, minutes_ago: int
) -> dict[str, object]:
    instance = desk.instance
    received_at = instance.database.now() - timedelta(minutes=minutes_ago)
    said = activation(received_at, reference=reference)
    order = OpenCrisis(cpts_id=cpts_id, activation=said, actor="REFERENT_SSE")
    began_at = time.time()
    ref = await open_crisis(instance.database, order, instance.keys.link_key)
    if minutes_ago:
        await _make_ready(instance, ref)
    committed_at = time.time()
    await desk.set_going(ref)
    return {
        "crisis_id": ref.crisis_id,
        "began_at": began_at,
        "committed_at": committed_at,
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
    async with at_work(load()) as desk:
        search_rarely()  # as pages do
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            opening = await _open(desk, **order)
            print(json.dumps(opening), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
