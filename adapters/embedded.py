"""What the embedded profile keeps in its folder: one lock, ports that stay."""

import fcntl
import json
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

import httpx

LOOPBACK = "127.0.0.1"
_WEB_PORT = 8400  # asked for first: people learn it
_OTHER_PORTS = range(18_000, 28_000)  # below those that systems lend
_LOCK_PATIENCE = timedelta(seconds=1)  # an instance that was just killed
_LOOK_EVERY = 0.05
_PROBE_TIMEOUT = 5.0
_PAGE_TIMEOUT = 0.5  # asked again and again
_PORTS_WITHIN = timedelta(seconds=3)  # a killed instance may still let go of them
_BACKLOG = 2_048  # who comes while the pages start again


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
        if not within(_LOCK_PATIENCE, partial(_lock, descriptor)):
            pid = _pid(descriptor)
            os.close(descriptor)
            raise FolderHeldError(self._folder, pid)
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


def open_door(folder: Path) -> tuple[Run, socket.socket]:
    """Listen where people come; choose and keep the ports at the first start.

    The instance listens, not its pages: while these start again people wait instead of
    being refused, and no other program takes the port that mailed links hold.

    Raises:
        DamagedRunError: The file is not what was written.
        PortTakenError: Another program has a port that was chosen.
    """
    path = folder / "run.json"
    run = read_run(folder)
    if run is None:
        door = _listen(_WEB_PORT) or _listen_somewhere()
        run = Run(web_port=door.getsockname()[1], temporal_port=_some_port())
        _keep_run(path, run)
        return run, door
    for port in (run.temporal_port, run.web_port):
        if not within(_PORTS_WITHIN, partial(is_free, port)):
            raise PortTakenError(port, path)
    return run, socket.create_server((LOOPBACK, run.web_port), backlog=_BACKLOG)


def _keep_run(path: Path, run: Run) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with aside.open("w") as file:
        json.dump(asdict(run), file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _listen(port: int) -> socket.socket | None:
    try:
        return socket.create_server((LOOPBACK, port), backlog=_BACKLOG)
    except OSError:
        return None


def _listen_somewhere() -> socket.socket:
    while True:
        if door := _listen(secrets.choice(_OTHER_PORTS)):
            return door


def _some_port() -> int:
    while True:
        port = secrets.choice(_OTHER_PORTS)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Say if a server may listen on this port of the loopback."""
    door = _listen(port)
    if door:
        door.close()
    return door is not None


def within(limit: timedelta, holds: Callable[[], bool]) -> bool:
    """Look again and again, until it holds or the time is over."""
    end = time.monotonic() + limit.total_seconds()
    while not holds():
        if time.monotonic() >= end:
            return False
        time.sleep(_LOOK_EVERY)
    return True


def answers(address: str) -> bool:
    """Say if something listens at this `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PROBE_TIMEOUT).close()
    except (OSError, ValueError):
        return False
    return True


def serves(url: str) -> bool:
    """Say if pages answer there, whatever they say: a door that waits does not."""
    try:
        httpx.get(url, timeout=_PAGE_TIMEOUT)
    except httpx.HTTPError:
        return False
    return True
