"""`tocsin doctor`: each part in order, or what to do."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from adapters.database import pulses
from adapters.database.migrate import upgrade
from adapters.embedded import FolderLock
from adapters.keys import SECRET, load_keys
from commands import checks
from commands.checks import Finding, Level, check_all
from commands.doctor import doctor
from instance import opened
from settings import PROJECT, load
from tests.ports import ports_of


@pytest.fixture
def smtp_url() -> Iterator[str]:
    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def folder(tmp_path: Path, smtp_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A healthy instance, at rest."""
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TOCSIN_SMTP_URL", smtp_url)
    monkeypatch.setenv("TOCSIN_BASE_URL", "https://tocsin.example")
    load_keys(tmp_path / "secrets")
    ports_of(tmp_path)
    upgrade(f"sqlite:///{tmp_path}/tocsin.db")
    return tmp_path


def findings() -> dict[str, Finding]:
    return {finding.subject: finding for finding in check_all(load())}


@pytest.mark.usefixtures("folder")
def test_a_healthy_instance_has_nothing_broken() -> None:
    found = findings()

    good = {subject for subject, one in found.items() if one.level is Level.GOOD}
    resting = {"Temporal", "Expéditeur", "SMS et appels", "Contrôle automatique"}
    assert good == set(found) - resting
    _beat()
    assert findings()["Contrôle automatique"].level is Level.GOOD
    assert all(one.level is not Level.BROKEN for one in found.values())
    assert found["Temporal"].advice == "Lancez « tocsin up »."


def _beat() -> None:
    async def beat() -> None:
        async with opened(load()) as instance:
            await pulses.beat(instance.database, pulses.AUDITOR)

    asyncio.run(beat())


@pytest.mark.usefixtures("folder")
def test_what_is_not_checked_is_said_so() -> None:
    assert "non vérifié" in findings()["Expéditeur"].seen


def test_whatever_is_not_good_comes_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("TOCSIN_BASE_URL", "http://tocsin.example")
    monkeypatch.setenv("TOCSIN_TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("TOCSIN_STMP_URL", "typing mistake")
    found = findings()

    assert all(one.advice for one in found.values() if one.level is not Level.GOOD)
    broken = {subject for subject, one in found.items() if one.level is Level.BROKEN}
    assert broken == {"Courriel", "Temporal", "Adresse publique"}
    assert "TOCSIN_STMP_URL" in found["Réglages"].seen
    assert not (tmp_path / "tocsin.db").exists()


def test_an_instance_that_runs_is_seen(folder: Path) -> None:
    lock = FolderLock(folder).acquire()
    with socket.create_server(("127.0.0.1", ports_of(folder).temporal_port)):
        found = findings()
    lock.release()

    assert found["Instance"].seen.startswith("en marche (processus ")
    assert found["Temporal"].level is Level.GOOD


@pytest.mark.usefixtures("folder")
def test_links_to_this_machine_alone_are_worth_a_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOCSIN_BASE_URL", "http://127.0.0.1:8400")

    assert findings()["Adresse publique"].level is Level.LOOK


def test_keys_that_others_may_read_are_broken(folder: Path) -> None:
    (folder / "secrets" / SECRET).chmod(0o644)

    assert findings()["Clés"].advice.startswith("chmod 600 ")


def test_a_damaged_key_is_named(folder: Path) -> None:
    (folder / "secrets" / SECRET).write_text("?")

    assert SECRET in findings()["Clés"].seen


def test_a_database_that_was_never_migrated_is_worth_a_look(folder: Path) -> None:
    (folder / "tocsin.db").write_bytes(b"")

    assert findings()["Base de données"].level is Level.LOOK


def test_a_file_that_is_no_database_is_broken(folder: Path) -> None:
    (folder / "tocsin.db").write_bytes(b"no database at all" * 100)

    assert findings()["Base de données"].level is Level.BROKEN


def test_a_folder_that_cannot_be_written_is_broken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(folder / "file" / "data"))

    assert findings()["Dossier de données"].level is Level.BROKEN


@pytest.mark.usefixtures("folder")
def test_little_room_is_worth_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_ROOM", 2**63)

    assert findings()["Dossier de données"].level is Level.LOOK


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.usefixtures("folder")
def test_a_server_without_the_encryption_asked_for_is_broken(
    scheme: str, smtp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", smtp_url.replace("smtp:", f"{scheme}:"))

    assert findings()["Courriel"].level is Level.BROKEN


@pytest.mark.usefixtures("folder")
def test_the_page_hides_secrets_and_fails_when_something_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://cpts:hunter2@127.0.0.1:1")

    with pytest.raises(typer.Exit) as left:
        doctor()

    shown = capsys.readouterr().out
    assert left.value.exit_code == 1
    assert "PANNE    Courriel" in shown
    assert "TOCSIN_SMTP_URL = smtp://•••@127.0.0.1:1" in shown
    assert "hunter2" not in shown


def test_the_document_for_programs_says_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(as_json=True)

    document = json.loads(capsys.readouterr().out)
    assert document["reglages"]["TOCSIN_DATA_DIR"] == str(folder)
    assert {one["niveau"] for one in document["verifications"]} == {"OK", "À VOIR"}


def test_providers_are_read_and_kept_from_other_accounts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = folder / "fournisseurs.yaml"
    monkeypatch.setenv("TOCSIN_PROVIDERS", str(kept))
    kept.write_bytes((PROJECT / "examples/fournisseurs.yaml").read_bytes())
    kept.chmod(0o600)
    private = findings()["SMS et appels"]
    kept.chmod(0o644)
    open_to_all = findings()["SMS et appels"]
    kept.write_text("fournisseurs: [{code: A}]")
    wrong = findings()["SMS et appels"]

    assert private.level is Level.GOOD
    assert "SMS : OVHcloud, Passerelle du territoire" in private.seen
    assert open_to_all.level is Level.BROKEN
    assert open_to_all.advice == f"chmod 600 {kept}"
    assert wrong.level is Level.BROKEN
    assert "A.canal" in wrong.seen


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("pattern", "level"),
    [
        ("retours-{code}@val.example", Level.GOOD),
        ("alerte@val.example", Level.LOOK),
        ("été+{code}@val.example", Level.BROKEN),
    ],
)
def test_where_mails_come_back_is_said(
    pattern: str, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_MAIL_RETURN", pattern)

    assert findings()["Courriels revenus"].level is level
