"""Failures as a person reads them: one French sentence, never a traceback."""

import errno
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.service import RPCError, RPCStatusCode

from adapters.embedded import (
    DamagedRunError,
    FolderHeldError,
    PortTakenError,
)
from adapters.keys import KeyFileError
from adapters.processes import ChildGaveUpError, NotReadyError
from adapters.temporal_server import ServerUnfitError
from commands.errors import explain, show
from domain.errors import DeliveryError, UnknownCptsError
from domain.sentences import sentence
from settings import SettingsError

HERE = Path("/var/lib/tocsin")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_rule_that_refuses_is_told_by_its_sentence() -> None:
    refusal = UnknownCptsError(cpts_id="aucune")

    assert explain(refusal) == sentence(refusal)
    assert explain(ExceptionGroup("", [ValueError(), refusal])) == sentence(refusal)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FolderHeldError(HERE, 4321), "processus 4321"),
        (PortTakenError(8400, HERE / "run.json"), "Le port 8400 est pris"),
        (DamagedRunError(HERE / "run.json"), "/var/lib/tocsin/run.json est abîmé"),
        (KeyFileError(HERE / "secret.key"), "secret.key est abîmé"),
        (ServerUnfitError("il est absent"), "ne peut pas servir : il est absent"),
        (
            ChildGaveUpError("web", HERE / "web.log"),
            "« web » s'arrête dès qu'il démarre",
        ),
        (NotReadyError("web", HERE / "web.log"), "« web » ne répond pas"),
        (SettingsError("Le réglage X"), "Le réglage X"),
        (DeliveryError("relais absent"), "aucun n'est perdu"),
        (OSError(errno.EROFS, "", "/data/x"), "/data/x : le disque est en lecture"),
        (OSError(errno.ENOSPC, "no space"), "le disque est plein"),
        (OSError(errno.EIO, "input/output error", "/data/x"), "input/output error"),
        (OperationalError("SELECT 1", None, Exception()), "La base de données ne"),
        (RPCError("away", RPCStatusCode.UNAVAILABLE, b""), "Temporal ne répond pas"),
    ],
)
def test_what_may_happen_has_its_sentence(error: Exception, words: str) -> None:
    said = explain(error)

    assert said is not None
    assert words in said
    assert "\n" not in said


def test_a_bug_is_kept_in_a_file_that_the_sentence_names(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(KeyError("a bug of ours"))

    told = capsys.readouterr().err
    log = data_dir / "logs" / "errors.log"
    assert str(log) in told
    assert told.count("\n") == 1
    assert "a bug of ours" in log.read_text()


def test_a_bug_on_a_disk_that_refuses_is_still_one_sentence(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_dir / "logs").touch()

    show(KeyError("a bug of ours"))

    told = capsys.readouterr().err
    assert "KeyError" in told
    assert told.count("\n") == 1


def test_a_bug_with_unreadable_settings_is_kept_in_the_default_folder(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TOCSIN_TIMEZONE", "nowhere")
    monkeypatch.setattr("commands.errors.PROJECT", data_dir)

    show(KeyError("a bug of ours"))

    assert str(data_dir / "var" / "logs") in capsys.readouterr().err


def test_an_interruption_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        show(KeyboardInterrupt())

    assert left.value.code == 130
    assert capsys.readouterr().err == "Interrompu.\n"
