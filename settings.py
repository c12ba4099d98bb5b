"""Every setting, read once from the environment (`TOCSIN_…`)."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.embedded import read_run
from adapters.temporal_server import NAMESPACE
from domain.return_path import CODE

PREFIX = "TOCSIN_"
PROJECT = Path(__file__).resolve().parent
_SMTP_PORTS = {"plain": 25, "tls": 465, "starttls": 587}
_STANDARD_TEMPORAL = ("TEMPORAL_ADDRESS", "TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_KEY_BYTES = 32
_SECRET = frozenset({"secret_key", "signing_key", "smtp_url", "database_url"})

Security = Literal["plain", "starttls", "tls"]
_SECURITY: dict[str, Security] = {
    "smtp": "plain",
    "smtps": "tls",
    "smtp+starttls": "starttls",
}


class SettingsError(Exception):
    """A setting cannot be read; the message is the French sentence to show."""


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed over."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = None


def _database_url(data: Mapping[str, Any]) -> str:
    return f"sqlite:///{data['data_dir']}/tocsin.db"


def _mail_return(data: Mapping[str, Any]) -> str:
    return f"+{CODE}@".join(data["mail_from"].rsplit("@", 1))  # the same mailbox


def _base_url(data: Mapping[str, Any]) -> str:
    run = read_run(data["data_dir"])
    return run.web_url if run else "http://127.0.0.1:8400"


def _temporal_address(data: Mapping[str, Any]) -> str | None:
    """Give the embedded server's, unless the environment names another one."""
    chosen = any(name in os.environ for name in _STANDARD_TEMPORAL)
    run = None if chosen else read_run(data["data_dir"])
    return run.temporal_address if run else None


class Settings(BaseSettings):
    """What may be set; each description is what `tocsin doctor` prints."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default=PROJECT / "var",
        description="Dossier où Tocsin garde ce qu'il écrit (par défaut : var/).",
    )
    database_url: str = Field(
        default_factory=_database_url,
        description=(
            "Base de données : sqlite:///chemin ou postgresql://compte:mot@hôte/base "
            "(par défaut : un fichier SQLite du dossier de données)."
        ),
    )
    smtp_url: SecretStr = Field(
        default=SecretStr("smtp://127.0.0.1:25"),
        description=(
            "Serveur d'envoi des courriels : smtp://compte:mot@hôte:port, "
            "smtp+starttls://… ou smtps://… (par défaut : smtp://127.0.0.1:25)."
        ),
    )
    smtp_connections: int = Field(
        default=8,
        ge=1,
        le=200,
        description="Connexions tenues vers ce serveur, de 1 à 200 (par défaut : 8).",
    )
    mail_from: str = Field(
        default="tocsin@localhost",
        description="Adresse d'expédition des courriels (nom@domaine).",
    )
    mail_return: str = Field(
        default_factory=_mail_return,
        description=(
            "Adresse où reviennent les courriels non remis ; {code} y désigne le "
            "message (par défaut : celle d'expédition, suivie de +{code})."
        ),
    )
    providers: Path | None = Field(
        default=None,
        description=(
            "Fichier des fournisseurs de SMS et d'appels (par défaut : aucun, le "
            "courriel les remplace)."
        ),
    )
    base_url: str = Field(
        default_factory=_base_url,
        description=(
            "Adresse publique des pages, écrite dans les liens (par défaut : le port "
            "choisi par « tocsin up », sinon http://127.0.0.1:8400)."
        ),
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description=(
            "Clé des liens et des charges utiles : 32 octets en base64 (par défaut : "
            "créée au premier démarrage dans secrets/)."
        ),
    )
    signing_key: SecretStr | None = Field(
        default=None,
        description=(
            "Clé de signature du registre : 32 octets en base64 (par défaut : créée "
            "au premier démarrage dans secrets/)."
        ),
    )
    timezone: str = Field(
        default="Europe/Paris",
        description="Fuseau horaire d'une CPTS qui n'en dit pas d'autre.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="Détail des journaux : debug, info, warning ou error.",
    )
    temporal_address: str | None = Field(
        default_factory=_temporal_address,
        description=(
            "Serveur Temporal, hôte:port (par défaut : celui de « tocsin up », sauf "
            "si TEMPORAL_ADDRESS ou temporal.toml en désigne un autre)."
        ),
    )
    temporal_namespace: str = Field(
        default=NAMESPACE,
        description="Espace de noms à cette adresse (par défaut : tocsin).",
    )

    @property
    def secrets_dir(self) -> Path:
        """Where keys are kept."""
        return self.data_dir / "secrets"

    @property
    def given_keys(self) -> dict[str, bytes | None]:
        """The keys of the environment, as `adapters.keys.load_keys` names them."""
        keys = {"secret": self.secret_key, "signing_key": self.signing_key}
        return {
            name: decode_key(key.get_secret_value()) if key else None
            for name, key in keys.items()
        }

    @property
    def logs_dir(self) -> Path:
        """Where processes write their logs."""
        return self.data_dir / "logs"

    @property
    def smtp(self) -> SmtpServer:
        """The mail server of `smtp_url`."""
        return _smtp(self.smtp_url.get_secret_value())

    @field_validator("data_dir", "providers")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite://", "postgresql://")):
            raise ValueError("l'adresse commence par sqlite:/// ou postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_smtp(cls, value: SecretStr) -> SecretStr:
        _smtp(value.get_secret_value())
        return value

    @field_validator("mail_from", "mail_return")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value):
            raise ValueError("une adresse est attendue, de la forme nom@domaine")
        return value

    @field_validator("base_url")
    @classmethod
    def _public(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("l'adresse commence par https:// (ou http:// en local)")
        return value.rstrip("/")

    @field_validator("secret_key", "signing_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            decode_key(value.get_secret_value())
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError) as error:  # absent, a folder, malformed
            raise ValueError(
                "ce fuseau n'existe pas (exemple : Europe/Paris)"
            ) from error
        return value


def decode_key(text: str) -> bytes:
    """Give the 32 bytes of a key written in base64.

    Raises:
        ValueError: Not base64, or not 32 bytes.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("la clé n'est pas écrite en base64") from error
    if len(key) != _KEY_BYTES:
        raise ValueError(f"la clé compte {len(key)} octets au lieu de {_KEY_BYTES}")
    return key


def _smtp(url: str) -> SmtpServer:
    """Read the address of a mail server; account and password are percent-encoded."""
    parts = urlsplit(url)
    security = _SECURITY.get(parts.scheme)
    if security is None or not parts.hostname:
        raise ValueError("l'adresse a la forme smtp://compte:mot@hôte:port")
    try:
        port = parts.port or _SMTP_PORTS[security]
    except ValueError as error:
        raise ValueError("le port est un nombre de 1 à 65535") from error
    return SmtpServer(
        host=parts.hostname,
        port=port,
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def load(data_dir: Path | None = None) -> Settings:
    """Read the settings; a folder that is given wins over the environment.

    Raises:
        SettingsError: A value cannot be read.
    """
    try:
        return Settings() if data_dir is None else Settings(data_dir=data_dir)
    except ValidationError as error:
        raise SettingsError(_sentence(error.errors()[0])) from error


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    reason = {
        "value_error": str(error.get("ctx", {}).get("error", "")),
        "int_parsing": "un nombre entier est attendu",
    }.get(error["type"], "cette valeur n'est pas permise")
    field = Settings.model_fields[name]
    shown = "" if name in _SECRET else f" vaut « {error['input']} » :"
    return (
        f"Le réglage {variable(name)}{shown or ' :'} {reason}. "
        f"Attendu : {field.description} Corrigez-le, puis relancez."
    )


def variable(name: str) -> str:
    """Give the environment variable of a setting."""
    return PREFIX + name.upper()
