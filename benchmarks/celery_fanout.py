"""The same mails by Celery and Redis, a task a mail; in an environment of its own."""

import json
import smtplib
import sys
import time
from functools import cache
from pathlib import Path

from celery import Celery
from redis import Redis

SENDER = "retours@val.example"
_SENT = "sent"
app = Celery("fanout")


@cache  # one a process, as its connection
def _line(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port)


@cache
def _message(path: str) -> bytes:
    return Path(path).read_bytes()


@cache
def _counter(broker: str) -> Redis:
    return Redis.from_url(broker)


def send(address: str, port: int, message: str, broker: str) -> None:
    """Send one mail, and count it."""
    _line(port).sendmail(SENDER, [address], _message(message))
    _counter(broker).incr(_SENT)


task = app.task(name="send")(send)


def main(broker: str, port: str, message: str) -> None:
    """Answer each `{"count": n}` with the seconds it took."""
    app.conf.broker_url = broker
    counter = _counter(broker)
    for line in sys.stdin:
        number = json.loads(line)["count"]
        counter.set(_SENT, 0)
        began = time.perf_counter()
        for place in range(number):
            task.delay(f"p{place}@val.example", int(port), message, broker)
        while int(counter.get(_SENT)) < number:
            time.sleep(0.002)
        print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
