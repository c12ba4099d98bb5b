"""The folder of the embedded profile: one instance, ports that stay."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.embedded import (
    DamagedRunError,
    FolderHeldError,
    FolderLock,
    PortTakenError,
    answers,
    holder,
    open_door,
    read_run,
)
from adapters.temporal_server import ServerUnfitError, TemporalServer
from tests.ports import ports_of


def test_a_second_instance_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path).acquire()

    with pytest.raises(FolderHeldError) as refused:
        FolderLock(tmp_path).acquire()

    assert refused.value.pid == os.getpid()
    assert holder(tmp_path) == os.getpid()
    lock.release()


def test_a_folder_let_go_may_be_taken_again(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path).acquire()
    lock.release()
    lock.release()

    assert holder(tmp_path) is None
    FolderLock(tmp_path).acquire().release()


def test_a_killed_instance_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from adapters.embedded import *\n"
        "lock = FolderLock(Path(sys.argv[1])).acquire(); print(flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", code, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout
        other.stdout.readline()
        assert holder(tmp_path) == other.pid
        other.kill()

    FolderLock(tmp_path).acquire().release()


def test_a_folder_never_used_has_neither_holder_nor_ports(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder in (tmp_path, tmp_path / "none", tmp_path / "file" / "under"):
        assert holder(folder) is None
        assert read_run(folder) is None


def test_ports_are_chosen_once(tmp_path: Path) -> None:
    run = ports_of(tmp_path)

    assert ports_of(tmp_path) == read_run(tmp_path) == run
    assert run.web_port != run.temporal_port
    assert {path.name for path in tmp_path.iterdir()} == {"run.json"}


def test_ports_taken_by_others_are_not_chosen(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    run, door = open_door(tmp_path)
    with door:
        other, its_own = open_door(tmp_path / "other")
    its_own.close()

    assert other.web_port not in {8400, run.web_port}


def test_ports_chosen_are_kept_even_when_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.embedded._PORTS_WITHIN", timedelta())
    run, door = open_door(tmp_path)

    with door, pytest.raises(PortTakenError) as taken:
        open_door(tmp_path)

    assert taken.value.port == run.web_port
    assert ports_of(tmp_path) == run


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"web_port": "x"}'])
def test_a_damaged_file_of_ports_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)

    with pytest.raises(DamagedRunError) as damaged:
        open_door(tmp_path)

    assert damaged.value.path == tmp_path / "run.json"


def test_nothing_answers_at_a_free_port_nor_at_no_port(tmp_path: Path) -> None:
    assert not answers(ports_of(tmp_path).web_url.removeprefix("http://"))
    assert not answers("127.0.0.1")


def test_a_machine_without_the_server_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "adapters.temporal_server.sysconfig.get_path", lambda _: str(tmp_path)
    )
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ServerUnfitError):
        TemporalServer(tmp_path, "127.0.0.1:1")


def test_a_server_that_is_away_refuses_the_namespace(tmp_path: Path) -> None:
    address = ports_of(tmp_path).temporal_address
    server = TemporalServer(tmp_path, address)

    assert not server.is_serving()
    with pytest.raises(ServerUnfitError):
        server.keep_namespace()


def test_the_file_of_ports_is_plain(tmp_path: Path) -> None:
    run = ports_of(tmp_path)

    kept = json.loads((tmp_path / "run.json").read_text())
    assert kept == {"web_port": run.web_port, "temporal_port": run.temporal_port}
