"""Children: kept alive, stopped for good, never orphans."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest

from adapters.processes import Child, Keeper, Patience, Turn

SECONDS = 10
FOREVER = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
IMPATIENT = Patience(first=timedelta(milliseconds=1), failures=3)

Turns = Queue[Turn]


@pytest.fixture
def turns() -> Turns:
    return Queue()


@pytest.fixture
def kept() -> Iterator[list[Keeper]]:
    keepers: list[Keeper] = []
    yield keepers
    for keeper in keepers:
        keeper.stop()


def child(folder: Path, code: str, grace: float = 5) -> Child:
    return Child(
        name="enfant",
        command=(sys.executable, "-c", code),
        log=folder / "logs" / "enfant.log",
        folder=folder,
        grace=timedelta(seconds=grace),
    )


def started(one: Child, turns: Turns, kept: list[Keeper]) -> Keeper:
    keeper = Keeper(one, lambda _, turn: turns.put(turn), IMPATIENT)
    kept.append(keeper)
    keeper.start()
    assert turns.get(timeout=SECONDS) is Turn.STARTED
    return keeper


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


def test_a_killed_child_is_started_again(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    keeper = started(child(tmp_path, FOREVER), turns, kept)

    killed = keeper.kill()

    assert turns.get(timeout=SECONDS) is Turn.DIED
    assert turns.get(timeout=SECONDS) is Turn.STARTED
    assert keeper.pid() not in {killed, None}


def test_a_child_killed_on_purpose_is_never_given_up(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    keeper = started(child(tmp_path, FOREVER), turns, kept)

    for _ in range(IMPATIENT.failures + 1):
        keeper.kill()
        assert turns.get(timeout=SECONDS) is Turn.DIED
        assert turns.get(timeout=SECONDS) is Turn.STARTED

    assert not keeper.gave_up


def test_a_child_that_always_dies_is_given_up(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    one = child(tmp_path, "print('raison'); raise SystemExit(3)")
    keeper = started(one, turns, kept)

    seen = [turns.get(timeout=SECONDS) for _ in range(5)]

    again = [Turn.DIED, Turn.STARTED]
    assert seen == [*again, *again, Turn.GAVE_UP]
    assert keeper.gave_up
    assert keeper.pid() is None
    assert keeper.kill() is None
    assert one.log.read_text().splitlines() == ["raison"] * 3


def test_a_child_whose_log_cannot_be_opened_is_given_up(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be")
    one = child(tmp_path, FOREVER)
    keeper = Keeper(one, lambda _, turn: turns.put(turn), IMPATIENT)
    kept.append(keeper)

    keeper.start()

    seen = [turns.get(timeout=SECONDS) for _ in range(3)]
    assert seen == [Turn.DIED, Turn.DIED, Turn.GAVE_UP]


def test_a_child_that_ignores_the_polite_signal_is_killed(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    keeper = started(child(tmp_path, STUBBORN, grace=0.1), turns, kept)
    pid = keeper.pid()

    keeper.stop()
    keeper.stop()

    assert pid
    assert keeper.pid() is None
    assert ended(pid)


def test_a_child_stopped_before_it_started_never_starts(tmp_path: Path) -> None:
    turns: Turns = Queue()
    keeper = Keeper(child(tmp_path, FOREVER), lambda _, turn: turns.put(turn))

    keeper.stop()
    keeper.start()

    assert turns.empty()
    assert keeper.pid() is None


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import timedelta\n"
        "from adapters.processes import *\n"
        "folder = Path(sys.argv[1])\n"
        "run = (sys.executable, '-c', sys.argv[2])\n"
        "keeper = Keeper(Child('c', run, folder / 'log', folder), lambda *_: None)\n"
        "keeper.start(); print(keeper.pid(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", code, tmp_path, STUBBORN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout
        orphan = int(parent.stdout.readline())
        parent.kill()

    assert ended(orphan)


def test_a_program_whose_parent_is_gone_never_starts(tmp_path: Path) -> None:
    leash = Path("adapters/leash.py").absolute()
    made = tmp_path / "made"
    order = f"open({str(made)!r}, 'w')"

    subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, leash, "1", sys.executable, "-c", order],
        check=True,
        timeout=SECONDS,
    )

    assert not made.exists()


def test_the_wait_between_two_starts_doubles_up_to_a_limit() -> None:
    waits = [Patience().delay(n).total_seconds() for n in (0, 1, 2, 3, 20)]

    assert waits == [0.2, 0.2, 0.4, 0.8, 10]


def test_a_log_too_long_steps_aside(
    tmp_path: Path, turns: Turns, kept: list[Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.processes._LOG_LIMIT", 3)
    one = child(tmp_path, FOREVER)
    one.log.parent.mkdir()
    one.log.write_text("former")

    started(one, turns, kept)

    assert one.log.with_suffix(".log.1").read_text() == "former"


def test_a_signal_may_be_another_than_the_last_one(
    tmp_path: Path, turns: Turns, kept: list[Keeper]
) -> None:
    keeper = started(child(tmp_path, FOREVER), turns, kept)

    assert keeper.kill(signal.SIGTERM)
    assert turns.get(timeout=SECONDS) is Turn.DIED
