"""What the embedded profile keeps in its folder: lock, ports, Temporal's server."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sysconfig
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

NAMESPACE = "tocsin"
RETENTION = timedelta(days=30)
LOOPBACK = "127.0.0.1"
_WEB_PORT = 8400  # asked for first: people learn it
_OTHER_PORTS = range(18_000, 28_000)  # below those that systems lend
_LOCK_PATIENCE = timedelta(seconds=1)  # an instance that was just killed
_LOOK_EVERY = 0.05
_PROBE_TIMEOUT = 5.0


class FolderHeldError(Exception):
    """Another instance lives on this data folder."""

    def __init__(self, folder: Path, pid: int) -> None:
        super().__init__(folder, pid)
        self.folder = folder
        self.pid = pid


class PortTakenError(Exception):
    """A port that mailed links hold is used by another program."""

    def __init__(self, port: int, path: Path) -> None:
        super().__init__(port, path)
        self.port = port
        self.path = path


class DamagedRunError(Exception):
    """The file of chosen ports cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class ServerUnfitError(Exception):
    """Temporal's server is not installed, or does not do what is asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FolderLock:
    """One instance a data folder; the system lets go when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        """Take the folder, for as long as this process lives.

        Raises:
            FolderHeldError: Another process has it.
        """
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        end = time.monotonic() + _LOCK_PATIENCE.total_seconds()
        while not _lock(descriptor):
            if time.monotonic() >= end:
                pid = _pid(descriptor)
                os.close(descriptor)
                raise FolderHeldError(self._folder, pid)
            time.sleep(_LOOK_EVERY)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Let the folder go."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(descriptor: int) -> int:
    return int(os.pread(descriptor, 20, 0).strip() or 0)


def holder(folder: Path) -> int | None:
    """Give the process that holds a data folder (0: not known), or None."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return None if _lock(descriptor) else _pid(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Run:
    """What stays the same from one start to the next: mailed links hold the port."""

    web_port: int
    temporal_port: int

    @property
    def web_url(self) -> str:
        """Where pages answer."""
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def temporal_address(self) -> str:
        """Where Temporal answers."""
        return f"{LOOPBACK}:{self.temporal_port}"


def read_run(folder: Path) -> Run | None:
    """Read what was chosen at the first start; None before it.

    Raises:
        DamagedRunError: The file is not what was written.
    """
    path = folder / "run.json"
    try:
        kept = json.loads(path.read_bytes())
        return Run(int(kept["web_port"]), int(kept["temporal_port"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedRunError(path) from error


def choose_run(folder: Path) -> Run:
    """Read the ports of this folder; choose and keep them at the first start.

    Raises:
        DamagedRunError: The file is not what was written.
    """
    kept = read_run(folder)
    if kept is not None:
        return kept
    web = _WEB_PORT if is_free(_WEB_PORT) else _some_port(but=0)
    run = Run(web_port=web, temporal_port=_some_port(but=web))
    aside = folder / f"run.json.{os.getpid()}"
    with aside.open("w") as file:
        json.dump(asdict(run), file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / "run.json")
    return run


def _some_port(*, but: int) -> int:
    while True:
        port = secrets.choice(_OTHER_PORTS)
        if port != but and is_free(port):
            return port


def is_free(port: int) -> bool:
    """Say if a server may listen on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Say if something listens at this `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PROBE_TIMEOUT).close()
    except (OSError, ValueError):
        return False
    return True


class TemporalServer:
    """The development server of Temporal, on a file of the data folder."""

    def __init__(self, folder: Path, address: str) -> None:
        """Find the program.

        Raises:
            ServerUnfitError: It is not installed.
        """
        scripts = sysconfig.get_path("scripts")
        program = shutil.which("temporal", path=scripts) or shutil.which("temporal")
        if program is None:
            raise ServerUnfitError("le programme « temporal » n'est pas installé")
        self._program = program
        self._folder = folder
        self._address = address

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs it; nobody but this machine reaches it."""
        host, _, port = self._address.rpartition(":")
        return (
            *(self._program, "server", "start-dev", "--headless"),
            *("--ip", host, "--port", port),
            *("--db-filename", str(self._folder / "temporal.db")),
            *("--sqlite-pragma", "journal_mode=WAL"),
            *("--sqlite-pragma", "synchronous=NORMAL"),
            *("--log-level", "warn"),
            *_OWN_SETTINGS,
        )

    def is_serving(self) -> bool:
        """Say if it answers a health check."""
        return answers(self._address) and not self._refusal("cluster", "health")

    def keep_namespace(self) -> None:
        """Have our namespace, with 30 days of memory (one by default).

        Raises:
            ServerUnfitError: The server refuses.
        """
        hours = f"{RETENTION // timedelta(hours=1)}h"
        named = ("--namespace", NAMESPACE, "--retention", hours)
        if self._refusal("namespace", "create", *named):  # there already, most likely
            refusal = self._refusal("namespace", "update", *named)
            if refusal:
                raise ServerUnfitError(refusal)

    def _refusal(self, *order: str) -> str:
        """Give an order to the server; return what it refused, or nothing."""
        done = subprocess.run(  # noqa: S603 - a program of ours, no shell
            (
                self._program,
                "operator",
                *order,
                "--address",
                self._address,
                *_OWN_SETTINGS,
            ),
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return (
            "" if done.returncode == 0 else done.stderr.strip() or "refus sans raison"
        )


# whatever the machine's own Temporal configuration says
_OWN_SETTINGS = ("--disable-config-env", "--disable-config-file")
