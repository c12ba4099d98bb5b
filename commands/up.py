"""`tocsin up`: the embedded profile, until Ctrl-C."""

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from adapters.embedded import Run
from adapters.processes import Child, Turn
from commands.checks import Level, mail_server
from commands.life import EmbeddedLife
from settings import load

app = typer.Typer()

_NAMES = {
    "temporal": "Le serveur Temporal",
    "worker": "Le processus de travail",
    "web": "Le serveur des pages",
}


@app.command()
def up(
    *,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Dossier de données (sinon TOCSIN_DATA_DIR, sinon var/)."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Ne rien écrire tant que tout va bien.")
    ] = False,
) -> None:
    """Démarre Tocsin sur cette machine, tout compris ; Ctrl-C arrête tout."""
    life = EmbeddedLife(data_dir, observe=tell)

    def stop(_number: int, _frame: FrameType | None) -> None:
        life.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup tocsin up`
            signal.signal(number, stop)
    run = life.start()
    try:
        if not quiet:
            typer.echo(_places(run, life.folder))
            _look_at_the_mail_server(data_dir)
        life.wait()
    finally:
        life.stop()
    if not quiet:
        typer.echo("Tocsin est arrêté.")


def _places(run: Run, folder: Path) -> str:
    return (
        "Tocsin est démarré.\n"
        f"  Pages      {run.web_url}/\n"
        f"  Données    {folder}\n"
        f"  Journaux   {folder / 'logs'}\n"
        "Le serveur Temporal embarqué sert aux essais, aux exercices et à une petite "
        "CPTS : ses auteurs ne le destinent pas à la production.\n"
        "Ctrl-C arrête tout ; rien de ce qui est en cours n'est perdu."
    )


def _look_at_the_mail_server(data_dir: Path | None) -> None:
    found = mail_server(load(data_dir))
    if found.level is Level.BROKEN:
        typer.echo(f"{found.subject} {found.seen}. {found.advice}", err=True)


def tell(child: Child, turn: Turn) -> None:
    """Say that a process was started again, and where its log is."""
    if turn is Turn.DIED:
        sentence = f"{_NAMES[child.name]} s'est arrêté : il est relancé ({child.log})."
        typer.echo(sentence, err=True)
