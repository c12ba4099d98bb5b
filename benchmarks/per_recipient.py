"""What Tocsin does not do: one Temporal activity a mail, by a process of its own."""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiosmtplib import SMTP
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.bare import SENDER
from benchmarks.stage import CONNECTIONS

QUEUE = "per-recipient"
_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Mailing:
    """Kept connections, as many as Tocsin's."""

    lines: "asyncio.Queue[SMTP]"
    message: bytes

    @activity.defn
    async def send(self, address: str) -> None:
        """Send one mail."""
        line = await self.lines.get()
        try:
            await line.sendmail(SENDER, address, self.message)
        finally:
            self.lines.put_nowait(line)


@workflow.defn
class PerRecipient:
    """Sends to everyone, an activity each."""

    @workflow.run
    async def run(self, number: int) -> None:
        """Send that many mails."""
        await asyncio.gather(
            *(
                workflow.execute_activity_method(
                    Mailing.send,
                    f"p{place}@val.example",
                    start_to_close_timeout=_WITHIN,
                )
                for place in range(number)
            )
        )


async def _serve(address: str, namespace: str, port: int, message: bytes) -> None:
    lines: asyncio.Queue[SMTP] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        line = SMTP(hostname="127.0.0.1", port=port)
        await line.connect()
        lines.put_nowait(line)
    client = await Client.connect(address, namespace=namespace)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[PerRecipient],
        activities=[Mailing(lines, message).send],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        turn = 0
        while order := await asyncio.to_thread(sys.stdin.readline):
            turn += 1
            began = time.perf_counter()
            await client.execute_workflow(
                PerRecipient.run,
                json.loads(order)["count"],
                id=f"per-recipient-{turn}",
                task_queue=QUEUE,
            )
            print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)


def main(address: str, namespace: str, port: str, message: str) -> None:
    """Answer each `{"count": n}` with the seconds it took."""
    prepared = Path(message).read_bytes()
    asyncio.run(_serve(address, namespace, int(port), prepared))


if __name__ == "__main__":
    main(*sys.argv[1:])
