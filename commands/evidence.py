"""`tocsin evidence`: make the proof of a crisis, verify a proof, reread a ledger."""

import errno
import json
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

import typer

from adapters.database import crises, tenants
from adapters.database.rereading import Part, Reread, reread
from adapters.signing import Signer
from commands.acting import perform
from commands.options import AsJson
from commands.roster_view import CptsId
from domain.checkpoint import Checkpoint
from domain.reference import CrisisRef
from domain.typography import typeset
from instance import PROJECT, Instance
from verify import KeyFormatError, Verdict, describe, verify_pack

app = typer.Typer(help="Les preuves.", no_args_is_help=True)
_WRONG = {
    Part.ENTRY: "l'écriture {place} n'est plus celle qui a été enregistrée, ou manque",
    Part.CHECKPOINT: "le registre n'est plus celui qui a été signé à {place} écritures",
    Part.HEAD: "la racine gardée n'est plus celle des écritures",
    Part.TILE: "les empreintes gardées ne sont plus celles des écritures",
}


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


@app.command()
def check(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Relit tout le registre d'une CPTS : chaque écriture, chaque signature."""

    async def work(instance: Instance) -> Reread:
        key = instance.keys.signing_key

        def note_of(said: Checkpoint) -> str:
            return Signer(key, said.host).sign(said.body)

        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            return await reread(connection, cpts, note_of)

    read = perform(work)
    if as_json:
        typer.echo(json.dumps(_read(read)))
    elif read.wrong is None:
        said = (
            f"Registre intact : {read.entries} écritures relues, toutes à leur place."
        )
        typer.echo(typeset(said))
    else:
        wrong = _WRONG[read.wrong].format(place=read.place)
        said = (
            f"Registre ALTÉRÉ : {wrong}. Arrêtez Tocsin, gardez la base telle quelle,"
            " reprenez la dernière sauvegarde intacte."
        )
        typer.echo(typeset(said), err=True)
    if read.wrong is not None:
        raise typer.Exit(1)


def _read(read: Reread) -> dict[str, object]:
    return {
        "entries": read.entries,
        "root": read.root.hex(),
        "wrong": read.wrong and read.wrong.value,
        "place": read.place,
    }
