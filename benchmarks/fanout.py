"""The same mails sent as others would: one activity each, or by Celery and Redis."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.embedded import LOOPBACK
from benchmarks.measures import Measure, median_of, ratios
from benchmarks.stage import (
    CONNECTIONS,
    AbsentError,
    Helper,
    Stage,
    free_port,
)
from benchmarks.waves import all_up, prepared_message, settled

MAILS, PAIRS = 500, 3
COMPARED = "bench-compared"
CELERY = "celery_redis_ratio"
_LOCK = Path(__file__).with_name("celery.lock")
_HOW = "over the bare loop; no rows, no fence, one letter for all; median"


async def activity_measures(folder: Path) -> list[Measure]:
    """Send mails by one activity each.

    Raises:
        NotReadyError: A part did not come up.
    """
    async with _prepared(folder) as (stage, message):
        settings = stage.settings
        engine = (settings.temporal_address or "", settings.temporal_namespace)
        mail = (str(stage.sink_port), message)
        each = await Helper.start(stage, "benchmarks.per_recipient", *engine, *mail)
        runs = await _compared(stage, message, each)
    how = f"{MAILS} mails, one Temporal activity each, {_HOW}"
    return [median_of("one_activity_per_recipient_ratio", "x", runs, how)]


async def celery_measures(folder: Path) -> list[Measure]:
    """Send mails by a task of Celery each; as many processes as we have connections.

    Raises:
        AbsentError: Redis or Celery is not here.
        NotReadyError: A part did not come up.
    """
    redis = shutil.which("redis-server")
    if redis is None:
        raise AbsentError(CELERY, "install redis-server")
    python = _environment(folder / "celery")
    async with _prepared(folder) as (stage, message):
        port = free_port()
        broker = f"redis://{LOOPBACK}:{port}/0"
        kept = ("--save", "", "--dir", str(stage.folder))
        stage.start("redis", (redis, "--port", str(port), *kept), port)
        celery = (
            python,
            "-m",
            "celery",
            "-A",
            "benchmarks.celery_fanout",
            "-b",
            broker,
        )
        options = ("worker", "-c", str(CONNECTIONS), "-l", "warning")
        stage.start("celery", (*celery, *options), port)
        each = await Helper.start(
            stage,
            "benchmarks.celery_fanout",
            *(broker, str(stage.sink_port), message),
            python=python,
        )
        runs = await _compared(stage, message, each)
    how = f"{MAILS} mails, a task each, {CONNECTIONS} processes of smtplib, {_HOW}"
    return [median_of(CELERY, "x", runs, how)]


@asynccontextmanager
async def _prepared(folder: Path) -> AsyncIterator[tuple[Stage, str]]:
    """Have all up, and the message of a wave written down."""
    async with all_up(folder) as (stage, waves):
        await settled(stage, COMPARED, MAILS)
        sent = await waves.send(COMPARED, MAILS)
        yield stage, str(await prepared_message(stage, sent))


async def _compared(stage: Stage, message: str, other: Helper) -> tuple[float, ...]:
    """Send as many mails by the bare loop and the other way, in turn; give ratios."""
    bare = await Helper.start(stage, "benchmarks.bare", str(stage.sink_port), message)
    theirs: list[float] = []
    base: list[float] = []
    for _ in range(1 + PAIRS):  # the first warms everything
        theirs.append(float((await other.ask(count=MAILS))["seconds"]))
        base.append(float((await bare.ask(count=MAILS))["seconds"]))
    for each in (bare, other):
        await each.stop()
    return ratios(theirs[1:], base[1:])


def _environment(folder: Path) -> str:
    """Install Celery away from Tocsin's own parts; kept from one run to the next.

    Raises:
        AbsentError: It cannot be installed from here.
    """
    python = str(folder / "bin" / "python")
    uv = str(Path(sys.executable).with_name("uv"))
    try:
        for words in (
            ("venv", "--allow-existing", "--python", sys.executable, str(folder)),
            (
                "pip",
                "install",
                "--python",
                python,
                "-r",
                str(_LOCK),
                "--require-hashes",
            ),
        ):
            subprocess.run((uv, *words), check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"Celery could not be installed ({type(error).__name__})"
        raise AbsentError(CELERY, message) from error
    return python
