"""What `tocsin doctor` looks at: one function a part, each with its advice."""

import os
import shutil
import smtplib
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from platform import python_version
from urllib.parse import urlsplit

import typst
from sqlalchemy import make_url, select
from sqlalchemy.exc import SQLAlchemyError
from temporalio.envconfig import ClientConfig

from adapters.cpts_file import load_providers
from adapters.database.engines import sync_engine
from adapters.database.migrate import is_current
from adapters.database.pulses import AUDITOR
from adapters.database.schema import is_ready
from adapters.database.tables import pulses
from adapters.embedded import answers, holder, read_run
from adapters.keys import SECRET, SIGNING, KeyFileError, load_keys
from domain.audit import AUDITED_WITHIN
from domain.errors import UnusableAddressError
from domain.provider_errors import ProvidersFileError
from domain.return_path import CODE, ReturnPath
from domain.sentences import sentence
from instance import utc_now
from settings import PREFIX, Settings, SmtpServer, variable

_ROOM = 1_000_000_000  # bytes that a year of one CPTS does not fill
_ADVISED = (3, 12)
_TIMEOUT = 5.0
_TEMPORAL = "localhost:7233"  # what its own configuration says when it says nothing
_PRIVATE_MODE = 0o600
_MODE_BITS = 0o777
_READABLE_BY_OTHERS = 0o077
_PAGE = b'#set document(title: "x")\n= x'


class Level(Enum):
    """How bad it is."""

    GOOD = "OK"
    LOOK = "À VOIR"
    BROKEN = "PANNE"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was seen, what to do."""

    level: Level
    subject: str
    seen: str
    advice: str = ""


def check_all(settings: Settings) -> Iterator[Finding]:
    """Look at every part, one after the other."""
    for check in _CHECKS:
        yield check(settings)


def _python(_settings: Settings) -> Finding:
    if sys.version_info >= _ADVISED:
        return Finding(Level.GOOD, "Python", python_version())
    return Finding(Level.GOOD, "Python", f"{python_version()} (3.12 conseillé)")


def _variables(_settings: Settings) -> Finding:
    known = {variable(name) for name in Settings.model_fields}
    given = {name for name in os.environ if name.startswith(PREFIX)}
    if given <= known:
        return Finding(Level.GOOD, "Réglages", "tous reconnus")
    seen = f"inconnus : {', '.join(sorted(given - known))}"
    advice = "Corrigez le nom, ou ôtez la variable."
    return Finding(Level.LOOK, "Réglages", seen, advice)


def _folder(settings: Settings) -> Finding:
    subject, folder = "Dossier de données", settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        advice = f"Rendez {folder} accessible en écriture, ou réglez TOCSIN_DATA_DIR."
        return Finding(Level.BROKEN, subject, f"{error.strerror}", advice)
    seen = f"{folder}, {free // 1_000_000} Mo libres"
    if free < _ROOM:
        return Finding(Level.LOOK, subject, seen, "Libérez au moins 1 Go.")
    return Finding(Level.GOOD, subject, seen)


def _lock(settings: Settings) -> Finding:
    pid = holder(settings.data_dir)
    if pid is None:
        return Finding(Level.GOOD, "Instance", "aucune ne tourne sur ce dossier")
    return Finding(Level.GOOD, "Instance", f"en marche (processus {pid})")


def _keys(settings: Settings) -> Finding:
    subject = "Clés"
    given = {SECRET: settings.secret_key, SIGNING: settings.signing_key}
    kept = [settings.secrets_dir / name for name, key in given.items() if key is None]
    if not all(path.exists() for path in kept):
        advice = "Elles seront créées au premier démarrage."
        return Finding(Level.LOOK, subject, "pas encore créées", advice)
    try:
        load_keys(settings.secrets_dir, **settings.given_keys)
    except KeyFileError as error:
        advice = "Remettez ce fichier depuis une sauvegarde."
        return Finding(Level.BROKEN, subject, f"{error.path} est abîmé", advice)
    open_ones = [p for p in kept if p.stat().st_mode & _MODE_BITS != _PRIVATE_MODE]
    if open_ones:
        advice = f"chmod 600 {' '.join(map(str, open_ones))}"
        return Finding(Level.BROKEN, subject, "lisibles par d'autres comptes", advice)
    return Finding(Level.GOOD, subject, "présentes, lisibles par ce compte seul")


def _database(settings: Settings) -> Finding:
    subject = "Base de données"
    later = "Elle sera mise à jour au prochain démarrage (« tocsin up »)."
    path = make_url(settings.database_url).database or ""
    if settings.database_url.startswith("sqlite") and not Path(path).exists():
        return Finding(Level.LOOK, subject, "pas encore créée", later)
    try:
        current = is_current(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        advice = "Vérifiez TOCSIN_DATABASE_URL et que le serveur tourne."
        seen = f"injoignable ({type(error).__name__})"
        return Finding(Level.BROKEN, subject, seen, advice)
    if not current:
        return Finding(Level.LOOK, subject, "schéma absent ou ancien", later)
    return Finding(Level.GOOD, subject, "joignable, schéma à jour")


def _auditor(settings: Settings) -> Finding:
    """Read the pulse of the auditor: it tells when nobody watches any more."""
    subject, advice = "Contrôle automatique", "Lancez « tocsin up », ou le relancez."
    last = _last_audit(settings.database_url)
    if last is None:
        return Finding(Level.LOOK, subject, "n'a jamais tourné", advice)
    age = utc_now() - last
    if age > AUDITED_WITHIN:
        minutes = int(age.total_seconds() // 60)
        return Finding(Level.LOOK, subject, f"arrêté depuis {minutes} min", advice)
    return Finding(Level.GOOD, subject, "a regardé il y a moins d'une minute")


def _last_audit(url: str) -> datetime | None:
    try:
        if not is_ready(url):
            return None
        engine = sync_engine(url)
        with engine.connect() as connection:
            beat = select(pulses.c.at).where(pulses.c.process == AUDITOR)
            return connection.scalar(beat)
    except SQLAlchemyError:  # the database is away: said above
        return None


def _temporal(settings: Settings) -> Finding:
    subject, standard = "Temporal", ClientConfig.load_client_connect_config()
    address = settings.temporal_address or standard.get("target_host") or _TEMPORAL
    if answers(address):
        return Finding(Level.GOOD, subject, f"joignable à {address}")
    run = read_run(settings.data_dir)
    if run and run.temporal_address == address and holder(settings.data_dir) is None:
        return Finding(Level.LOOK, subject, "à l'arrêt", "Lancez « tocsin up ».")
    advice = "Lancez « tocsin up », ou vérifiez TEMPORAL_ADDRESS et le serveur."
    return Finding(Level.BROKEN, subject, f"injoignable à {address}", advice)


def mail_server(settings: Settings) -> Finding:
    """Look if the mail server answers."""
    server = settings.smtp
    place = f"{server.host}:{server.port}"
    try:
        _greet(server)
    except (OSError, smtplib.SMTPException) as error:
        advice = "Vérifiez TOCSIN_SMTP_URL : sans lui, aucun courriel ne part."
        seen = f"injoignable à {place} ({error})"
        return Finding(Level.BROKEN, "Courriel", seen, advice)
    return Finding(Level.GOOD, "Courriel", f"{place} répond")


def _greet(server: SmtpServer) -> None:
    """Say EHLO, over TLS when asked; no account is tried, no mail is sent."""
    context = ssl.create_default_context()
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT, context=context
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
    with line:
        if server.security == "starttls":
            line.starttls(context=context)
        line.ehlo_or_helo_if_needed()


def _providers(settings: Settings) -> Finding:
    """Read their file; nothing is sent, nobody is called."""
    subject, path = "SMS et appels", settings.providers
    if path is None:
        advice = "Réglez TOCSIN_PROVIDERS : une alerte ne tient pas au seul courriel."
        return Finding(Level.LOOK, subject, "le courriel les remplace", advice)
    try:
        providers = load_providers(path)
    except ProvidersFileError as error:
        advice = "« tocsin doctor » le relira."
        return Finding(Level.BROKEN, subject, sentence(error), advice)
    if path.stat().st_mode & _READABLE_BY_OTHERS:
        seen, advice = f"{path} est lisible par d'autres comptes", f"chmod 600 {path}"
        return Finding(Level.BROKEN, subject, seen, advice)
    seen = " ; ".join(
        f"{channel} : {', '.join(each.title for each in providers.of(channel))}"
        for channel in providers.channels
        if providers.of(channel)
    )
    return Finding(Level.GOOD, subject, seen or "aucun fournisseur")


def _base_url(settings: Settings) -> Finding:
    parts = urlsplit(settings.base_url)
    subject = "Adresse publique"
    if parts.scheme == "https":
        return Finding(Level.GOOD, subject, settings.base_url)
    if parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        advice = "Pour de vrais membres, réglez TOCSIN_BASE_URL (https://…)."
        seen = f"{settings.base_url} : les liens ne s'ouvrent que sur cette machine"
        return Finding(Level.LOOK, subject, seen, advice)
    advice = "Servez les pages en https et corrigez TOCSIN_BASE_URL."
    seen = f"{settings.base_url} : les réponses passeraient en clair"
    return Finding(Level.BROKEN, subject, seen, advice)


def _documents(_settings: Settings) -> Finding:
    try:
        typst.compile(_PAGE)
    except typst.TypstError as error:
        advice = "Relancez « make setup »."
        return Finding(Level.BROKEN, "Documents", f"Typst échoue : {error}", advice)
    return Finding(Level.GOOD, "Documents", "Typst produit un PDF")


def _sender(settings: Settings) -> Finding:
    domain = settings.mail_from.rpartition("@")[2]
    seen = f"{domain} : SPF, DKIM, DMARC : non vérifié (le DNS n'est pas interrogé)"
    advice = (
        "Vérifiez-les avec votre hébergeur de messagerie ; réglez TOCSIN_MAIL_FROM."
    )
    return Finding(Level.LOOK, "Expéditeur", seen, advice)


def _returns(settings: Settings) -> Finding:
    subject, pattern = "Courriels revenus", settings.mail_return
    try:
        ReturnPath(pattern=pattern)
    except UnusableAddressError:
        advice = "Corrigez TOCSIN_MAIL_RETURN : sans lui, aucun courriel ne part."
        seen = f"{pattern} n'est pas une adresse"
        return Finding(Level.BROKEN, subject, seen, advice)
    if CODE in pattern:
        return Finding(Level.GOOD, subject, f"attendus à {pattern}")
    advice = "Mettez {code} dans TOCSIN_MAIL_RETURN, si la messagerie accepte « + »."
    return Finding(Level.LOOK, subject, f"non lus, à {pattern}", advice)


_CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    _python,
    _variables,
    _folder,
    _lock,
    _keys,
    _database,
    _auditor,
    _temporal,
    mail_server,
    _providers,
    _base_url,
    _documents,
    _sender,
    _returns,
)
