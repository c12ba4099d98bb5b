"""The real parts that are measured, each in its own process, gone with this one."""

import asyncio
import json
import os
import pwd
import shutil
import socket
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from signal import SIGKILL
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from adapters.database.migrate import upgrade
from adapters.embedded import LOOPBACK, answers
from adapters.processes import Child, Keeper, Patience
from adapters.temporal_server import NAMESPACE, TemporalServer
from benchmarks.measures import ROOT
from settings import Settings

CONNECTIONS = 8
SINK = "Postfix's smtp-sink"
_LEASH = ROOT / "adapters" / "leash.py"
_READY_WITHIN_S = 30.0
_PATIENCE = Patience(longest=timedelta(seconds=1), failures=60)
# a killed PostgreSQL does not start before the last of its processes is gone
_LOOK_S = 0.02
_STARTED = b"worker.started"
_KB_PER_MB = 1024


class NotReadyError(Exception):
    """A part did not come up, or what was waited for did not come."""


class AbsentError(Exception):
    """What a measure needs is not installed: it is not taken, and that is said."""

    def __init__(self, measure: str, why: str) -> None:
        super().__init__(why)
        self.measure = measure


def free_port() -> int:
    """Find a port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def await_that(what: str, holds: Callable[[], bool], within_s: float) -> None:
    """Look until it holds.

    Raises:
        NotReadyError: It did not in time.
    """
    end = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > end:
            message = f"{what}: not within {within_s:g} s"
            raise NotReadyError(message)
        time.sleep(_LOOK_S)


async def until(what: str, holds: Callable[[], bool], within_s: float = 120) -> None:
    """Look until it holds, without holding up the others.

    Raises:
        NotReadyError: It did not in time.
    """
    for _ in range(int(within_s / _LOOK_S)):
        if holds():
            return
        await asyncio.sleep(_LOOK_S)
    message = f"{what}: not within {within_s:g} s"
    raise NotReadyError(message)


class Stage:
    """Sink, Temporal's server, worker and pages, in a folder of their own.

    Leaving the context stops all of them; the kernel does, should we be killed.
    """

    def __init__(
        self,
        folder: Path,
        providers: Path | None = None,
        database_url: str | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=folder)).resolve()
        self.sink_port = free_port()
        self.web_port = free_port()
        self.sink = SINK  # which one it is, once started
        self._keepers: dict[str, Keeper] = {}
        self.settings = Settings(
            data_dir=self.folder,
            database_url=database_url or f"sqlite:///{self.folder}/tocsin.db",
            smtp_url=SecretStr(f"smtp://{LOOPBACK}:{self.sink_port}"),
            smtp_connections=CONNECTIONS,
            mail_from="alerte@val.example",
            providers=providers,
            base_url=f"http://{LOOPBACK}:{self.web_port}",
            temporal_address=f"{LOOPBACK}:{free_port()}",
            temporal_namespace=NAMESPACE,
        )

    def __enter__(self) -> Self:
        """Lay out an empty database; a server of one is to be started first."""
        upgrade(self.settings.database_url)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything; keep the folder if something went wrong: logs are there."""
        for name in reversed(tuple(self._keepers)):
            self.stop(name)
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"logs: {self.folder / 'logs'}")

    def start_sink(self) -> None:
        """Start the sink, Postfix's if it is here."""
        program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
        address = f"{LOOPBACK}:{self.sink_port}"
        if program:
            who = pwd.getpwuid(os.geteuid()).pw_name  # it insists when that is root
            self._keep("sink", (program, "-u", who, address, "100"))
        else:
            ours = (sys.executable, "-m", "benchmarks.sink")
            self._keep("sink", (*ours, "--port", str(self.sink_port)))
            self.sink = "benchmarks.sink"
        await_that("the sink", lambda: answers(address), _READY_WITHIN_S)

    def start(self, name: str, command: tuple[str, ...], port: int) -> None:
        """Start a part that is none of ours, and wait until it listens."""
        self._keep(name, command)
        await_that(name, lambda: answers(f"{LOOPBACK}:{port}"), _READY_WITHIN_S)

    def start_temporal(self) -> None:
        """Start Temporal's server, with our namespace."""
        address = self.settings.temporal_address or ""
        server = TemporalServer(self.folder, address)
        self._keep("temporal", server.command)
        await_that("Temporal", server.is_serving, _READY_WITHIN_S)
        server.keep_namespace()

    def start_worker(self, *module: str) -> None:
        """Start the worker, or a module that runs it otherwise."""
        before = self.worker_starts()
        words = ("-m", *module) if module else (str(ROOT / "worker.py"),)
        self._keep("worker", (sys.executable, *words))
        started = partial(self._started_since, before)
        await_that("the worker", started, _READY_WITHIN_S)

    def worker_starts(self) -> int:
        """Count how often the worker has said that it started."""
        log = self.log("worker")
        return log.read_bytes().count(_STARTED) if log.exists() else 0

    def _started_since(self, before: int) -> bool:
        return self.worker_starts() > before

    def start_web(self) -> None:
        """Start the pages, as `tocsin up` does."""
        port = str(self.web_port)
        command = (
            *(sys.executable, "-m", "uvicorn", "web.app:create", "--factory"),
            *("--host", LOOPBACK, "--port", port),
            *("--no-access-log", "--no-server-header"),
            *("--timeout-graceful-shutdown", "2"),
        )
        self._keep("web", command)
        listening = partial(answers, f"{LOOPBACK}:{port}")
        await_that("the pages", listening, _READY_WITHIN_S)

    def log(self, name: str) -> Path:
        """Give the log of a part."""
        return self.settings.logs_dir / f"{name}.log"

    def pid(self, name: str) -> int | None:
        """Give the process of a part; none between two lives."""
        return self._keepers[name].pid()

    def peak_mb(self, name: str) -> float | None:
        """Give the most memory that a part ever had; none: the system says none."""
        status = Path(f"/proc/{self.pid(name)}/status")
        if not status.exists():
            return None
        lines = status.read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return int(peak.split()[1]) / _KB_PER_MB

    def kill(self, name: str) -> None:
        """Kill a part without warning; its keeper starts another one."""
        self._keepers[name].kill(SIGKILL)

    def stop(self, name: str) -> None:
        """Stop a part for good."""
        self._keepers.pop(name).stop()

    @property
    def environment(self) -> Mapping[str, str]:
        """What tells our processes which stage they are on."""
        settings = self.settings
        providers = settings.providers
        return {
            **({"TOCSIN_PROVIDERS": str(providers)} if providers else {}),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "TOCSIN_DATA_DIR": str(self.folder),
            "TOCSIN_DATABASE_URL": settings.database_url,
            "TOCSIN_SMTP_URL": settings.smtp_url.get_secret_value(),
            "TOCSIN_SMTP_CONNECTIONS": str(CONNECTIONS),
            "TOCSIN_MAIL_FROM": settings.mail_from,
            "TOCSIN_BASE_URL": settings.base_url,
            "TOCSIN_TEMPORAL_ADDRESS": settings.temporal_address or "",
            "TOCSIN_TEMPORAL_NAMESPACE": settings.temporal_namespace,
        }

    def _keep(self, name: str, command: tuple[str, ...]) -> None:
        child = Child(
            name=name,
            command=command,
            log=self.log(name),
            folder=ROOT,
            environment=self.environment,
            grace=timedelta(seconds=4),
        )
        keeper = Keeper(child, _nothing, _PATIENCE)
        self._keepers[name] = keeper
        keeper.start()


def _nothing(_child: object, _turn: object) -> None:
    """Observe nothing."""


class Helper:
    """A process of ours that answers one JSON line to each JSON line."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls, stage: Stage, module: str, *arguments: str, python: str = sys.executable
    ) -> Self:
        """Start it; it dies with us."""
        leash = (sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()))
        process = await asyncio.create_subprocess_exec(
            *(*leash, python, "-m", module, *arguments),
            cwd=ROOT,
            env={**os.environ, **stage.environment},
            stdin=PIPE,
            stdout=PIPE,
        )
        return cls(process)

    async def ask(self, **order: object) -> dict[str, float | str]:
        """Give an order, wait for its answer.

        Raises:
            NotReadyError: The process died.
        """
        assert self._process.stdin  # noqa: S101 - a pipe, as asked
        assert self._process.stdout  # noqa: S101 - a pipe, as asked
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise NotReadyError("a helper process died")
        answer: dict[str, float | str] = json.loads(line)
        return answer

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
