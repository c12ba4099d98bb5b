"""Settings: what the environment says, and how a bad value is told."""

import base64
import json
import os
from pathlib import Path

import pytest

import settings
from settings import Settings, SettingsError, SmtpServer, load

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tuple(os.environ):
        if name.startswith(("TOCSIN_", "TEMPORAL_")):
            monkeypatch.delenv(name)


@pytest.fixture
def embedded(tmp_path: Path) -> Path:
    run = {"web_port": 18_123, "temporal_port": 18_124}
    (tmp_path / "run.json").write_text(json.dumps(run))
    return tmp_path


def test_everything_is_kept_under_the_data_folder(tmp_path: Path) -> None:
    read = load(tmp_path)

    assert read.database_url == f"sqlite:///{tmp_path}/tocsin.db"
    assert read.secrets_dir == tmp_path / "secrets"
    assert read.logs_dir == tmp_path / "logs"


def test_the_default_folder_does_not_depend_on_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load().data_dir == Path(settings.__file__).parent / "var"


def test_without_an_embedded_profile_nothing_points_to_one(tmp_path: Path) -> None:
    read = load(tmp_path)

    assert read.base_url == "http://127.0.0.1:8400"
    assert read.temporal_address is None


def test_the_ports_of_the_embedded_profile_are_the_defaults(embedded: Path) -> None:
    read = load(embedded)

    assert read.base_url == "http://127.0.0.1:18123"
    assert read.temporal_address == "127.0.0.1:18124"
    assert read.temporal_namespace == "tocsin"


def test_a_temporal_configured_its_own_way_wins_over_the_embedded_one(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")

    assert load(embedded).temporal_address is None


def test_a_server_named_here_wins_over_all(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "other.example:7233")
    monkeypatch.setenv("TOCSIN_TEMPORAL_ADDRESS", "temporal.example:7233")

    assert load(embedded).temporal_address == "temporal.example:7233"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25, "plain")),
        ("smtp://mail.example:2525", SmtpServer("mail.example", 2525, "plain")),
        ("smtp+starttls://m.example", SmtpServer("m.example", 587, "starttls")),
        (
            "smtps://cpts%40example:p%2Fw@m.example",
            SmtpServer("m.example", 465, "tls", "cpts@example", "p/w"),
        ),
    ],
)
def test_the_mail_server_is_read_from_its_address(
    url: str, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", url)

    assert load().smtp == server


def test_keys_of_the_environment_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SECRET_KEY", KEY)

    assert load().given_keys == {"secret": bytes(range(32)), "signing_key": None}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SMTP_CONNECTIONS", "huit", "un nombre entier est attendu"),
        ("SMTP_CONNECTIONS", "0", "n'est pas permise"),
        ("SMTP_URL", "mail.example", "smtp://compte:mot@hôte:port"),
        ("SMTP_URL", "smtp://mail.example:port", "un nombre de 1 à 65535"),
        ("DATABASE_URL", "mysql://x", "sqlite:/// ou postgresql://"),
        ("MAIL_FROM", "Tocsin <a@b>", "nom@domaine"),
        ("BASE_URL", "tocsin.example", "https://"),
        ("SECRET_KEY", "é", "base64"),
        ("SIGNING_KEY", "c291cmlz", "6 octets au lieu de 32"),
        ("TIMEZONE", "Europe/Paname", "ce fuseau n'existe pas"),
        ("TIMEZONE", "../etc", "ce fuseau n'existe pas"),
        ("LOG_LEVEL", "bavard", "n'est pas permise"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_the_variable(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TOCSIN_{name}", value)

    with pytest.raises(SettingsError) as refused:
        load()

    said = str(refused.value)
    assert said.startswith(f"Le réglage TOCSIN_{name} ")
    assert reason in said
    assert "\n" not in said


def test_a_bad_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "ftp://cpts:hunter2@mail.example")

    with pytest.raises(SettingsError) as refused:
        load()

    assert "hunter2" not in str(refused.value)


def test_every_setting_is_described_in_french() -> None:
    for field in Settings.model_fields.values():
        assert (field.description or "").endswith(".")
