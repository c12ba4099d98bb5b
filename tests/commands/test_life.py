"""The embedded life: real processes, a real Temporal server, stand-ins for ours."""

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from queue import Queue

import httpx
import pytest

from adapters.database.migrate import is_current
from adapters.embedded import (
    FolderHeldError,
    PortTakenError,
    answers,
    holder,
)
from adapters.processes import Child, ChildGaveUpError, NotReadyError, Patience, Turn
from adapters.temporal_server import TemporalServer
from benchmarks.stage import free_port
from commands.life import EmbeddedLife, Plan

SECONDS = 20
WORKER = """
import signal, sys
def stop(*_):
    open("stopped", "a").write("worker ")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
while True:
    signal.pause()
"""
WEB = """
import os
from contextlib import asynccontextmanager
from fastapi import FastAPI
@asynccontextmanager
async def life(app):
    yield
    open("stopped", "a").write("web ")
def create():
    return FastAPI(lifespan=life)
"""
Started = Callable[..., EmbeddedLife]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A worker and pages that do nothing."""
    folder = tmp_path / "project"
    (folder / "web").mkdir(parents=True)
    (folder / "worker.py").write_text(WORKER)
    (folder / "web" / "__init__.py").touch()
    (folder / "web" / "app.py").write_text(WEB)
    return folder


@pytest.fixture
def turns() -> Queue[tuple[str, Turn]]:
    return Queue()


@pytest.fixture
def life(
    tmp_path: Path, project: Path, turns: Queue[tuple[str, Turn]]
) -> Iterator[Callable[..., EmbeddedLife]]:
    """Make lives on one folder; each is stopped at the end."""
    with ExitStack() as stopped:

        def make(*parts: str, failures: int = 5) -> EmbeddedLife:
            patience = Patience(first=timedelta(milliseconds=1), failures=failures)
            plan = Plan(parts=parts, patience=patience, project=project)

            def observe(child: Child, turn: Turn) -> None:
                turns.put((child.name, turn))

            made = EmbeddedLife(tmp_path / "data", plan, observe)
            stopped.callback(made.stop)
            return made

        yield make


def ended(pid: int) -> bool:
    """Wait for the end of any process, child of ours or not."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], SECONDS)[0])
    finally:
        os.close(descriptor)


def test_a_whole_life_starts_survives_a_kill_and_stops_in_order(
    life: Started, project: Path, turns: Queue[tuple[str, Turn]]
) -> None:
    whole = life("temporal", "worker", "web")

    run = whole.start()

    first = whole.pids()
    assert list(first) == ["temporal", "worker", "web"]
    assert is_current(f"sqlite:///{whole.folder}/tocsin.db")
    assert answers(run.temporal_address)
    assert [turns.get(timeout=SECONDS)[0] for _ in range(3)] == list(first)

    assert whole.kill("worker") == first["worker"]
    assert turns.get(timeout=SECONDS) == ("worker", Turn.DIED)
    assert turns.get(timeout=SECONDS) == ("worker", Turn.STARTED)
    assert whole.pids()["worker"] != first["worker"]

    whole.stop()
    assert whole.pids() == {}
    assert holder(whole.folder) is None
    assert (project / "stopped").read_text().startswith("web")


def test_the_namespace_remembers_thirty_days(life: Started) -> None:
    one = life("temporal")
    run = one.start()
    server = TemporalServer(one.folder, run.temporal_address)

    server.keep_namespace()  # as a second start does

    order = ("operator", "namespace", "describe", "--namespace", "tocsin")
    shown = subprocess.run(  # noqa: S603 - our own server
        (server.command[0], *order, "--address", run.temporal_address, "-o", "json"),
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    kept = json.loads(shown.stdout)["config"]["workflowExecutionRetentionTtl"]
    assert kept == f"{30 * 24 * 3600}s"


def test_nothing_outlives_a_killed_instance_and_the_next_keeps_its_ports(
    life: Started, project: Path, tmp_path: Path
) -> None:
    ports = {"web_port": free_port(), "temporal_port": free_port()}
    (
        tmp_path / "data"
    ).mkdir()  # not 8400: another instance may have it when we are back
    (tmp_path / "data" / "run.json").write_text(json.dumps(ports))
    code = (
        "import json, sys; from pathlib import Path\n"
        "from commands.life import EmbeddedLife, Plan\n"
        "life = EmbeddedLife(Path(sys.argv[1]), Plan(project=Path(sys.argv[2])))\n"
        "run = life.start()\n"
        "told = [run.web_port, run.temporal_port, life.pids()]\n"
        "print(json.dumps(told), flush=True)\n"
        "life.wait()"
    )
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", code, tmp_path / "data", project],
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout
        web, temporal, pids = json.loads(first.stdout.readline())
        first.kill()

    assert list(pids) == ["temporal", "worker", "web"]
    assert all(ended(pid) for pid in pids.values())
    again = life("temporal", "web").start()
    assert (again.web_port, again.temporal_port) == (web, temporal)


def test_a_second_life_on_the_same_folder_is_refused(life: Started) -> None:
    life().start()

    with pytest.raises(FolderHeldError):
        life().start()


def test_a_port_that_another_program_took_is_named(
    life: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.embedded._PORTS_WITHIN", timedelta())
    first = life()
    run = first.start()
    first.stop()

    with (
        socket.create_server(("127.0.0.1", run.web_port)),
        pytest.raises(PortTakenError) as taken,
    ):
        life("web").start()

    assert taken.value.port == run.web_port
    assert holder(first.folder) is None


def test_a_worker_that_always_dies_ends_the_life(life: Started, project: Path) -> None:
    (project / "worker.py").write_text("raise SystemExit('raison')")
    one = life("worker", failures=2)
    one.start()

    with pytest.raises(ChildGaveUpError) as given_up:
        one.wait()

    assert given_up.value.name == "worker"
    assert "raison" in given_up.value.log.read_text()


def test_who_comes_while_the_pages_start_again_is_answered(
    life: Started, turns: Queue[tuple[str, Turn]]
) -> None:
    one = life("web")
    run = one.start()
    assert turns.get(timeout=SECONDS) == ("web", Turn.STARTED)

    one.kill("web")

    for _ in range(3):  # from the first instant on
        assert (
            httpx.get(run.web_url, timeout=SECONDS).status_code == HTTPStatus.NOT_FOUND
        )
    assert turns.get(timeout=SECONDS) == ("web", Turn.DIED)


def test_pages_that_cannot_start_are_told_at_once(life: Started, project: Path) -> None:
    (project / "web" / "app.py").write_text("raise SystemExit('raison')")

    with pytest.raises(ChildGaveUpError):
        life("web", failures=2).start()


def test_pages_that_never_answer_are_told(
    life: Started, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "web" / "app.py").write_text("import signal; signal.pause()")
    monkeypatch.setattr("commands.life._READY_WITHIN", timedelta())

    with pytest.raises(NotReadyError):
        life("web").start()


def test_a_stop_asked_during_the_start_ends_it(life: Started) -> None:
    one = life("temporal", "web")
    one.ask_to_stop()

    one.start()
    one.wait()

    assert one.pids() == {}
