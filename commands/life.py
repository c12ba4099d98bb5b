"""The embedded life: one folder, one lock, and the processes that live on it."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from signal import SIGKILL, Signals
from sys import executable

from adapters.database.migrate import upgrade
from adapters.embedded import (
    FolderLock,
    Run,
    open_door,
    serves,
    within,
)
from adapters.processes import (
    Child,
    ChildGaveUpError,
    Keeper,
    NotReadyError,
    Observer,
    Patience,
    Turn,
)
from adapters.temporal_server import NAMESPACE, TemporalServer
from settings import PROJECT, load

PARTS = ("temporal", "worker", "web")  # started in this order, stopped in the other
_READY_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Plan:
    """What to run, and with which settings beyond the environment's."""

    parts: tuple[str, ...] = PARTS
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    project: Path = PROJECT


class EmbeddedLife:
    """Everything Tocsin needs on one machine, alive until it is stopped.

    `start` returns once pages answer; `wait` blocks until `ask_to_stop`, or until a
    process is given up; `stop` ends all within ten seconds.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        plan: Plan | None = None,
        observe: Observer | None = None,
    ) -> None:
        self._settings = load(data_dir)
        self._plan = plan or Plan()
        self._observe = observe
        self._lock = FolderLock(self.folder)
        self._keepers: dict[str, Keeper] = {}
        self._over = threading.Event()
        self._door: socket.socket | None = None

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._settings.data_dir

    def start(self) -> Run:
        """Check, migrate, start every process and wait until each answers.

        Raises:
            FolderHeldError: Another instance has this folder.
            PortTakenError: Another program has a port that mailed links hold.
            DamagedRunError: The kept ports cannot be read.
            ServerUnfitError: Temporal's server is absent or refuses.
            ChildGaveUpError: A process died again and again.
            NotReadyError: A process does not answer.
            OSError: The folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.callback(self.stop)
            self._lock.acquire()
            run, self._door = open_door(self.folder)
            upgrade(self._database_url())
            starts = {
                "temporal": partial(self._start_temporal, run),
                "worker": partial(self._start_worker, run),
                "web": partial(self._start_web, run, self._door.fileno()),
            }
            for part in self._plan.parts:
                if not self._over.is_set():
                    starts[part]()
            undo.pop_all()
        return run

    def wait(self) -> None:
        """Block until asked to stop.

        Raises:
            ChildGaveUpError: A process died again and again.
        """
        self._over.wait()
        self._look_for_the_given_up()

    def ask_to_stop(self) -> None:
        """End `wait`; fit for a signal handler."""
        self._over.set()

    def stop(self) -> None:
        """Stop every process in order, and let the folder go. Safe to call twice."""
        for name in reversed(tuple(self._keepers)):
            self._keepers[name].stop()
            if name == "web":
                self._close_door()  # who comes now is refused, not kept waiting
        self._close_door()
        self._lock.release()

    def _close_door(self) -> None:
        if self._door:
            self._door.close()

    def pids(self) -> dict[str, int]:
        """Give the process of each part that is alive."""
        found = {name: keeper.pid() for name, keeper in self._keepers.items()}
        return {name: pid for name, pid in found.items() if pid is not None}

    def kill(self, name: str, number: Signals = SIGKILL) -> int | None:
        """Send a signal to a part, as tests of faults do; return its process."""
        return self._keepers[name].kill(number)

    def _database_url(self) -> str:
        given = self._plan.environment.get("TOCSIN_DATABASE_URL")
        return given or self._settings.database_url

    def _start_temporal(self, run: Run) -> None:
        server = TemporalServer(self.folder, run.temporal_address)
        self._keep("temporal", server.command, run, timedelta(seconds=2))
        self._await("temporal", server.is_serving)
        if not self._over.is_set():
            server.keep_namespace()

    def _start_worker(self, run: Run) -> None:
        command = (executable, str(self._plan.project / "worker.py"))
        self._keep("worker", command, run, timedelta(seconds=4.5))

    def _start_web(self, run: Run, door: int) -> None:
        command = (
            *(executable, "-m", "uvicorn", "web.app:create", "--factory"),
            *("--fd", str(door)),
            *("--no-access-log", "--no-server-header"),  # addresses hold tokens
            *("--timeout-graceful-shutdown", "2"),
        )
        self._keep("web", command, run, timedelta(seconds=2.5), (door,))
        self._await("web", partial(serves, run.web_url))

    def _keep(
        self,
        name: str,
        command: tuple[str, ...],
        run: Run,
        grace: timedelta,
        descriptors: tuple[int, ...] = (),
    ) -> None:
        child = Child(
            name=name,
            command=command,
            log=self._settings.logs_dir / f"{name}.log",
            folder=self._plan.project,
            environment={
                "TOCSIN_DATA_DIR": str(self.folder),
                "TOCSIN_TEMPORAL_ADDRESS": run.temporal_address,
                "TOCSIN_TEMPORAL_NAMESPACE": NAMESPACE,
                "PYTHONUNBUFFERED": "1",
                **self._plan.environment,
            },
            grace=grace,
            descriptors=descriptors,
        )
        keeper = Keeper(child, self._note, self._plan.patience)
        self._keepers[name] = keeper
        keeper.start()

    def _note(self, child: Child, turn: Turn) -> None:
        if self._observe:
            self._observe(child, turn)
        if turn is Turn.GAVE_UP:
            self._over.set()

    def _await(self, name: str, ready: Callable[[], bool]) -> None:
        if not within(_READY_WITHIN, lambda: ready() or self._over.is_set()):
            raise NotReadyError(name, self._settings.logs_dir / f"{name}.log")
        self._look_for_the_given_up()

    def _look_for_the_given_up(self) -> None:
        for keeper in self._keepers.values():
            if keeper.gave_up:
                raise ChildGaveUpError(keeper.child.name, keeper.child.log)
