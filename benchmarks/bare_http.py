"""The bare loop that a wave of texts is compared with: httpx, a text written once."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator

import httpx

from benchmarks.stage import CONNECTIONS, NotReadyError
from benchmarks.texting import number_of


async def _empty(
    client: httpx.AsyncClient, url: str, queries: Iterator[dict[str, str]]
) -> None:
    for query in queries:
        reply = await client.get(url, params=query)
        if not reply.is_success:
            message = f"the gateway said {reply.status_code}"
            raise NotReadyError(message)


async def send(url: str, query: dict[str, str], count: int) -> float:
    """Hand one text over for `count` numbers; give the seconds."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    queries = iter([query | {"to": number_of(number)} for number in range(count)])
    async with httpx.AsyncClient(limits=limits, timeout=10) as client:
        began = time.perf_counter()
        await asyncio.gather(
            *(_empty(client, url, queries) for _ in range(CONNECTIONS))
        )
        return time.perf_counter() - began


def main(url: str, query: str) -> None:
    """Answer each `{"count": n}` with the seconds it took."""
    prepared = json.loads(query)
    for line in sys.stdin:
        order = json.loads(line)
        elapsed = asyncio.run(send(url, prepared, order["count"]))
        print(json.dumps({"seconds": elapsed}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
