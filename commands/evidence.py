"""`tocsin evidence`: make the proof of a crisis, verify a proof."""

import errno
import json
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

import typer

from adapters.database import crises
from commands.acting import perform
from commands.options import AsJson
from domain.reference import CrisisRef
from instance import PROJECT, Instance
from verify import KeyFormatError, Verdict, describe, verify_pack

app = typer.Typer(help="Les preuves.", no_args_is_help=True)


@app.command()
def pack(
    crisis: Annotated[
        str, typer.Argument(help="Identifiant de la crise.", metavar="CRISE")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option(help="Où écrire le dossier de preuve (zip).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Produit le dossier de preuve d'une crise, et le vérificateur à côté."""
    from archive import filing  # noqa: PLC0415 - slow to import

    path = output or Path(f"preuve-{crisis}.zip")

    async def work(instance: Instance) -> tuple[str, Path]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
        _check_writable(path)  # before anything is noted
        ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
        sha256 = await filing(instance).pack(ref)
        return sha256, instance.settings.data_dir / "documents" / sha256

    sha256, kept = perform(work)
    shutil.copyfile(kept, path)
    with suppress(shutil.SameFileError):  # in the folder of Tocsin itself
        shutil.copyfile(PROJECT / "verify.py", path.parent / "verify.py")
    if as_json:
        typer.echo(json.dumps({"path": str(path), "sha256": sha256}))
        return
    typer.echo(f"Dossier de preuve : {path}\nEmpreinte (SHA-256) : {sha256}")
    typer.echo(f"Vérifier : tocsin evidence verify {path}")


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=path.parent):
        pass


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Dossier de preuve.", metavar="FICHIER")],
    *,
    key: Annotated[
        str | None, typer.Option(help="Clé publique publiée par la CPTS (vkey).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Vérifie un dossier de preuve, sans réseau."""
    try:
        verdict = verify_pack(file, key)
    except KeyFormatError as error:
        raise typer.BadParameter(str(error), param_hint="--key") from error
    if as_json:
        typer.echo(json.dumps(_document(verdict), ensure_ascii=False))
    else:
        typer.echo(describe(verdict), err=not verdict.accepted)
    if not verdict.accepted:
        raise typer.Exit(1)


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "accepted": verdict.accepted,
        "problems": list(verdict.problems),
        "unchecked": list(verdict.unchecked),
        "entries": verdict.entries,
        "size": verdict.size,
        "root": verdict.root,
    }
