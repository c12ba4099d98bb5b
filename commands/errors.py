"""What a person reads when a command fails: one French sentence, never a traceback."""

import errno
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from adapters.embedded import (
    DamagedRunError,
    FolderHeldError,
    PortTakenError,
)
from adapters.keys import KeyFileError
from adapters.processes import ChildGaveUpError, NotReadyError
from adapters.temporal_server import ServerUnfitError
from domain.errors import DeliveryError, PlanError
from domain.sentences import sentence
from settings import PROJECT, SettingsError, load

_DISK = {
    errno.EACCES: "il n'est pas permis d'y écrire ou de le lire",
    errno.EPERM: "il n'est pas permis d'y écrire ou de le lire",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "l'espace accordé est épuisé",
    errno.ENOENT: "ce fichier n'existe pas",
    errno.EEXIST: "un fichier porte ce nom, un dossier est attendu",
    errno.EISDIR: "c'est un dossier, un fichier est attendu",
    errno.ENOTDIR: "un élément du chemin n'est pas un dossier",
}
_DATABASE = (
    "La base de données ne répond pas ou refuse l'écriture ; rien n'a été enregistré. "
    "Lancez « tocsin doctor », puis recommencez."
)
_ENGINE = (
    "Le serveur Temporal ne répond pas. Lancez « tocsin up » (ou vérifiez "
    "TEMPORAL_ADDRESS), puis recommencez."
)


def explain(error: BaseException) -> str | None:
    """Say what happened, who is affected, what to do now; None for a bug of ours."""
    for leaf in _leaves(error):
        if said := _embedded(leaf) or _expected(leaf):
            return said
    return None


def show(error: BaseException) -> None:
    """Tell the sentence on standard error; keep the traceback of a bug in a file.

    Raises:
        SystemExit: 130, when the person pressed Ctrl-C.
    """
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write("Interrompu.\n")
        raise SystemExit(130)
    sys.stderr.write(f"{explain(error) or _unexpected(error)}\n")


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _embedded(error: BaseException) -> str | None:
    """Speak for the processes of `tocsin up`."""
    said = None
    match error:
        case FolderHeldError(folder=folder, pid=pid):
            said = (
                f"Une autre instance de Tocsin (processus {pid}) utilise déjà le "
                f"dossier {folder}. Arrêtez-la, ou choisissez un autre dossier avec "
                "--data-dir."
            )
        case PortTakenError(port=port, path=path):
            said = (
                f"Le port {port} est pris par un autre programme, et les liens déjà "
                "envoyés le contiennent. Arrêtez ce programme ; si aucun lien n'est "
                f"parti, effacez plutôt {path}. Puis relancez."
            )
        case DamagedRunError(path=path) | KeyFileError(path=path):
            said = (
                f"Le fichier {path} est abîmé. Remettez-le depuis une sauvegarde, "
                "puis relancez."
            )
        case ServerUnfitError(reason=reason):
            said = f"Le serveur Temporal embarqué ne peut pas servir : {reason}."
        case ChildGaveUpError(name=name, log=log):
            said = (
                f"Le processus « {name} » s'arrête dès qu'il démarre ; Tocsin est "
                f"arrêté. La raison est à la fin de {log}."
            )
        case NotReadyError(name=name, log=log):
            said = (
                f"Le processus « {name} » ne répond pas ; Tocsin est arrêté. "
                f"La raison est à la fin de {log}."
            )
    return said


def _expected(error: BaseException) -> str | None:
    """Speak for a rule, a setting, the disk, the database, the mail server."""
    match error:
        case PlanError():
            return sentence(error)
        case SettingsError():
            return str(error)
        case DeliveryError():
            return (
                "Le serveur d'envoi ne répond pas ou refuse les messages ; aucun n'est "
                "perdu. Vérifiez TOCSIN_SMTP_URL avec « tocsin doctor »."
            )
        case TimeoutError():
            return (
                "Ce qui était attendu n'est pas venu à temps ; rien n'est perdu. "
                "Lancez « tocsin doctor », ou lisez les journaux du dossier logs."
            )
        case OSError():
            return _disk(error)
    return _library(error)


def _library(error: BaseException) -> str | None:
    """Know a library's error by its module: importing it would cost half a second."""
    module = type(error).__module__
    if module.startswith("sqlalchemy.") and type(error).__name__ in {
        "InterfaceError",
        "OperationalError",
        "TimeoutError",
    }:
        return _DATABASE
    return _ENGINE if module == "temporalio.service" else None


def _disk(error: OSError) -> str:
    reason = _DISK.get(error.errno or 0) or (error.strerror or str(error))
    if error.filename is None:
        return f"Le système a refusé : {reason}. Rien n'a été fait de plus."
    return f"{error.filename} : {reason}. Corrigez cela, puis recommencez."


def _unexpected(error: BaseException) -> str:
    said = "Erreur imprévue : c'est un défaut de Tocsin, pas de votre saisie. "
    try:
        path = _logs() / "errors.log"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {' '.join(sys.argv[:3])}\n")
            traceback.print_exception(error, file=file)
    except OSError as refused:
        return (
            f"{said}Son détail ({type(error).__name__}) n'a pu être écrit : {refused}."
        )
    return f"{said}Son détail est dans {path} ; joignez-le à votre signalement."


def _logs() -> Path:
    try:
        return load().logs_dir
    except SettingsError:
        return PROJECT / "var" / "logs"
