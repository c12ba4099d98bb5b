"""The bare loop that ours is compared with: aiosmtplib, a message prepared once."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from aiosmtplib import SMTP

from benchmarks.stage import CONNECTIONS

SENDER = "retours@val.example"


async def _empty(smtp: SMTP, addresses: Iterator[str], message: bytes) -> None:
    for address in addresses:
        await smtp.sendmail(SENDER, address, message)


async def send(port: int, count: int, message: bytes) -> float:
    """Send one message to `count` addresses; give the seconds, without connecting."""
    lines = [SMTP(hostname="127.0.0.1", port=port) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(line.connect() for line in lines))
    addresses = iter([f"p{number}@val.example" for number in range(count)])
    began = time.perf_counter()
    await asyncio.gather(*(_empty(line, addresses, message) for line in lines))
    elapsed = time.perf_counter() - began
    await asyncio.gather(*(line.quit() for line in lines))
    return elapsed


def main(port: str, message: str) -> None:
    """Answer each `{"count": n}` with the seconds it took."""
    prepared = Path(message).read_bytes()
    for line in sys.stdin:
        order = json.loads(line)
        elapsed = asyncio.run(send(int(port), order["count"], prepared))
        print(json.dumps({"seconds": elapsed}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
