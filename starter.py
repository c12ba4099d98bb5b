"""The command line (`tocsin`): finds the command in `commands/`, nothing else."""

import difflib
import sys
from importlib import import_module
from importlib.util import find_spec

COMMANDS = {  # one line a module of commands/; its `app` is loaded when it is called
    "up": "démarre Tocsin sur cette machine, tout compris",
    "demo": "joue une crise entière dans une CPTS fictive",
    "doctor": "vérifie l'installation et dit quoi faire",
    "version": "dit la version",
    "cpts": "ajoute ou montre une CPTS",
    "roster": "importe et vérifie l'annuaire",
    "plan": "crée et montre le plan",
    "crisis": "ouvre, suit et lève une crise",
    "reply": "trie les messages reçus par SMS ou par téléphone",
    "provider": "liste les fournisseurs de SMS et d'appels",
    "bounce": "note les courriels revenus sans être remis",
    "review": "ouvre et suit la revue annuelle du plan",
    "payment": "montre et inscrit la part fixe",
    "evidence": "produit et vérifie les preuves",
}
_OLDEST = 0x030B0000  # hexversion of Python 3.11
_TOO_OLD = "Tocsin demande Python 3.11 ou plus récent ; celui-ci est {}. {}"
_NOT_INSTALLED = "Tocsin n'est pas installé pour ce Python : lancez « make setup »."


def main() -> int:
    """Run the command that was typed; return its exit code.

    An error that leaves here is told in French by `commands/errors.py`: exit code 1.
    """
    if sys.hexversion < _OLDEST:  # no newer syntax in this file: Python 3.6 reads it
        advice = "Installez-le, puis relancez avec lui."
        sys.exit(_TOO_OLD.format(sys.version.split()[0], advice))
    if find_spec("typer") is None:
        sys.exit(_NOT_INSTALLED)
    sys.excepthook = _tell
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name in {"--help", "-h", "help"}:
        sys.stdout.write(_help())
        return 0
    if name not in available():
        sys.stderr.write(_unknown(name))
        return 2
    return int(import_module("commands.edge").run(name, sys.argv[2:]))


def available() -> "tuple[str, ...]":  # quoted for an old Python
    """List the commands of this version."""
    return tuple(name for name in COMMANDS if find_spec("commands." + name))


def _help() -> str:
    lines = (f"  {name:<10} {COMMANDS[name]}\n" for name in available())
    return (
        "Tocsin, le poste de crise d'une CPTS.\n\n"
        "Usage : tocsin COMMANDE …\n\n" + "".join(lines) + "\n"
        "« tocsin COMMANDE --help » dit ce qu'attend une commande.\n"
    )


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, available(), n=1)
    advice = f"Vouliez-vous dire « {close[0]} » ?" if close else ""
    said = f"La commande « {name} » n'existe pas. {advice}"
    return said.rstrip() + "\nPour les voir toutes : tocsin --help\n"


def _tell(_kind: type, error: BaseException, _trace: object) -> None:
    import_module("commands.errors").show(error)


if __name__ == "__main__":
    sys.exit(main())
