"""Opens crises from a process that is not the worker, as the command line does."""

import asyncio
import json
import sys
import time

from acts.crisis import OpenCrisis, open_crisis
from commands.acting import set_going
from instance import Instance, opened
from settings import load
from tests.world import activation


async def _open(instance: Instance, cpts_id: str, reference: str) -> dict[str, object]:
    said = activation(instance.database.now(), reference=reference)
    order = OpenCrisis(cpts_id=cpts_id, activation=said, actor="REFERENT_SSE")
    began_at = time.time()
    ref = await open_crisis(instance.database, order, instance.keys.link_key)
    committed_at = time.time()
    going = await set_going(instance, ref)
    return {
        "crisis_id": ref.crisis_id,
        "began_at": began_at,
        "committed_at": committed_at,
        "going": going,
    }


async def _serve() -> None:
    async with opened(load()) as instance:
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            opening = await _open(instance, order["cpts_id"], order["reference"])
            print(json.dumps(opening), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
