"""`tocsin up`: what it says, and how it ends."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typing_extensions import override

from adapters.processes import Child, Turn
from commands import up
from commands.life import EmbeddedLife, Plan

HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Brief(EmbeddedLife):
    """A life that someone stops as soon as it runs."""

    @override
    def wait(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        super().wait()


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    former = {number: signal.getsignal(number) for number in HANDLED}
    monkeypatch.setattr(up, "EmbeddedLife", partial(Brief, plan=Plan(parts=())))
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


def test_it_says_where_things_are_and_what_the_server_is_not_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    up.up(data_dir=tmp_path)

    said = capsys.readouterr().out
    assert "http://127.0.0.1:" in said
    assert str(tmp_path / "logs") in said
    assert "ne le destinent pas à la production" in said
    assert said.endswith("Tocsin est arrêté.\n")


def test_a_mail_server_that_does_not_answer_is_said_at_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://127.0.0.1:1")

    up.up(data_dir=tmp_path)

    said = capsys.readouterr().err
    assert said.startswith("Courriel injoignable à 127.0.0.1:1 (")
    assert "sans lui, aucun courriel ne part" in said


def test_quiet_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    up.up(data_dir=tmp_path, quiet=True)

    assert capsys.readouterr() == ("", "")


def test_a_signal_that_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    up.up(data_dir=tmp_path, quiet=True)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_process_started_again_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child("worker", (), tmp_path / "worker.log", tmp_path)

    for turn in Turn:
        up.tell(child, turn)

    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "worker.log" in told
