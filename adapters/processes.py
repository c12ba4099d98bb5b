"""Keep a child process alive: start it, start it again, stop it, never orphan it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import IO

_LEASH = Path(__file__).with_name("leash.py")
_LOG_LIMIT = 20_000_000  # bytes; one older log is kept


@dataclass(frozen=True)
class Patience:
    """How often a child that dies is started again."""

    first: timedelta = timedelta(seconds=0.2)
    longest: timedelta = timedelta(seconds=10)
    quick: timedelta = timedelta(seconds=5)  # a life shorter than that is a failure
    failures: int = 5  # in a row, then nobody insists

    def delay(self, failures: int) -> timedelta:
        """Say how long to wait after so many failures in a row."""
        doublings = max(0, failures - 1)
        return min(self.longest, self.first * (1 << doublings))


@dataclass(frozen=True)
class Child:
    """A program to keep alive."""

    name: str
    command: tuple[str, ...]
    log: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: timedelta = timedelta(seconds=3)  # between SIGTERM and SIGKILL
    descriptors: tuple[int, ...] = ()  # of ours, that it may use


class Turn(Enum):
    """What happened to a child."""

    STARTED = "démarré"
    DIED = "relancé"
    GAVE_UP = "abandonné"


Observer = Callable[[Child, Turn], None]


class ChildGaveUpError(Exception):
    """A child died again and again; its log says why."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(name, log)
        self.name = name
        self.log = log


class NotReadyError(Exception):
    """A child runs but does not answer; its log says why."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(name, log)
        self.name = name
        self.log = log


class Keeper:
    """Keeps one child alive, from a thread that lives as long as the child does.

    The kernel's leash is held by the *thread* that starts the child, hence one each.
    """

    def __init__(
        self, child: Child, observe: Observer, patience: Patience | None = None
    ) -> None:
        self._child = child
        self._observe = observe
        self._patience = patience or Patience()
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._spared = False
        self.gave_up = False
        self._thread = threading.Thread(
            target=self._keep, name=f"keeper-{child.name}", daemon=True
        )

    @property
    def child(self) -> Child:
        """The program kept."""
        return self._child

    def start(self) -> None:
        """Start the child; return once it has a process (or was stopped before)."""
        if self._stopping.is_set():
            return
        self._thread.start()
        self._started.wait()

    def pid(self) -> int | None:
        """Give the child's process, None between two lives."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int | None:
        """Send a signal, as a test of faults does; not held against the child."""
        with self._guard:
            process = self._process
            if process is None or process.poll() is not None:
                return None
            self._spared = True
            process.send_signal(number)
            return process.pid

    def stop(self) -> None:
        """Stop for good: politely, then not. Safe to call twice."""
        with self._guard:
            self._stopping.set()
            process = self._process
            if process is not None:
                process.terminate()
        if self._thread.ident is None:
            return
        self._thread.join(self._child.grace.total_seconds())
        if self._thread.is_alive() and process is not None:
            process.kill()
        self._thread.join()

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            born = time.monotonic()
            self._live()
            if self._stopping.is_set():
                return
            lived = timedelta(seconds=time.monotonic() - born)
            spared, self._spared = self._spared, False
            failures = 0 if spared or lived >= self._patience.quick else failures + 1
            if failures >= self._patience.failures:
                self.gave_up = True
                self._observe(self._child, Turn.GAVE_UP)
                return
            self._observe(self._child, Turn.DIED)
            self._stopping.wait(self._patience.delay(failures).total_seconds())

    def _live(self) -> None:
        """Start the child and wait for its death."""
        try:
            with self._guard:
                if self._stopping.is_set():
                    return
                self._process = _leashed(self._child)
        except OSError:  # no room for a log or a process: one more failure
            return
        finally:
            self._started.set()
        self._observe(self._child, Turn.STARTED)
        self._process.wait()


def _leashed(child: Child) -> subprocess.Popen[bytes]:
    """Start a child that dies with us; it writes to its log, never to a pipe of ours.

    (A worker whose output nobody reads freezes.) Its own session: Ctrl-C reaches us
    alone, and we stop the children in order.
    """
    leash = (sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()))
    with _log(child.log) as log:
        return subprocess.Popen(  # noqa: S603 - a program of ours, no shell
            (*leash, *child.command),
            cwd=child.folder,
            env={**os.environ, **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=child.descriptors,
        )


def _log(path: Path) -> IO[bytes]:
    """Open a log for adding; past a size, the former one steps aside."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
