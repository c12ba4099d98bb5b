"""`tocsin roster`: who may be called."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from acts.directory import compare_roster, import_roster
from adapters.database import tenants
from adapters.roster_format import RosterFormat
from commands import roster_poster, roster_reach, roster_view
from commands.acting import COORDINATOR, perform
from commands.options import Actor, AsJson
from domain.directory import RosterDiff
from domain.known_facts import count_of
from domain.person import Link
from domain.roster import BadLine, Roster
from instance import Instance
from roster_file import read_roster

app = typer.Typer(help="L'annuaire d'une CPTS.", no_args_is_help=True)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
Communes = Annotated[
    str,
    typer.Option(
        "--communes",
        help="Codes INSEE, séparés par des virgules, à prendre dans l'extraction "
        "nationale ; par défaut, ceux de la CPTS.",
        metavar="CODES",
    ),
]
SHOWN_LINES = 20
_PROPOSED = (
    "Coordonnées publiées par les lieux d'exercice, à vérifier : personne n'est "
    "sollicité avant de s'être inscrit auprès de la CPTS."
)
_COMMUNE = re.compile(r"(\d{2}|2[AB])\d{3}")


@app.command("import")
def import_file(  # noqa: PLR0913 - one option a choice of the coordinator
    cpts: CptsId,
    file: Annotated[
        Path,
        typer.Argument(
            help="Fichier Excel, CSV, ou extraction nationale.", metavar="FICHIER"
        ),
    ],
    *,
    kind: Annotated[
        RosterFormat,
        typer.Option("--format", help="« auto » : reconnu à son contenu."),
    ] = RosterFormat.AUTO,
    communes: Communes = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Montre sans rien changer.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Remplace aussi ce que les membres ont dit eux-mêmes."
        ),
    ] = False,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Importe l'annuaire : les bonnes lignes sont gardées, les autres sont dites."""
    codes = _codes(communes)

    async def work(instance: Instance) -> tuple[Roster, RosterDiff]:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
        read = read_roster(file, tenant, kind, codes)
        if dry_run:
            return read, await compare_roster(database, cpts, read.people, force=force)
        if not read.people and read.bad_lines:
            _tell_lines(read.bad_lines, "refusée")
        return read, await import_roster(
            database, cpts, read.people, actor, force=force
        )

    read, change = perform(work)
    if as_json:
        typer.echo(json.dumps(_document(read, change), ensure_ascii=False))
        return
    _tell_lines(read.bad_lines, "refusée")
    _tell_lines(read.warnings, "à vérifier")
    _tell_import(cpts, read, change, dry_run=dry_run)


def _tell_import(cpts: str, read: Roster, change: RosterDiff, *, dry_run: bool) -> None:
    if dry_run and (told := roster_view.changes(change)):
        typer.echo(told)
    done = "Rien n'est changé (essai)" if dry_run else "Annuaire importé"
    unreachable = sum(person.email is None for person in read.people)
    typer.echo(
        f"{done} : {count_of(len(read.people), 'personne')} ; "
        f"{count_of(len(change.new), 'nouvelle')}, "
        f"{count_of(len(change.changed), 'modifiée')}, "
        f"{count_of(len(change.gone), 'partie')} ; "
        f"{count_of(len(read.bad_lines), 'ligne refusée', 'lignes refusées')}."
    )
    if change.kept:
        typer.echo(roster_view.kept(change))
    if read.people and all(p.link is Link.TERRITORY for p in read.people):
        typer.echo(_PROPOSED)
    elif unreachable:
        typer.echo(f"Sans courriel, donc à appeler : {unreachable}.")
    if change.vacated:
        typer.echo(roster_view.vacated(cpts, change))


def _codes(communes: str) -> tuple[str, ...]:
    codes = tuple(communes.upper().replace(",", " ").split())
    if wrong := next((c for c in codes if not _COMMUNE.fullmatch(c)), None):
        message = (
            f"« {wrong} » n'est pas un code INSEE de commune, comme 31555 ou 2A004"
        )
        raise typer.BadParameter(message, param_hint="--communes")
    return codes


def _tell_lines(lines: tuple[BadLine, ...], what: str) -> None:
    for bad in lines[:SHOWN_LINES]:
        advice = f" {bad.suggestion}" if bad.suggestion else ""
        cell = f"{bad.column} « {bad.value} »" if bad.value else bad.column
        typer.echo(
            f"{_where(bad)} {what} ({cell}) : {bad.reason}.{advice}",
            err=True,
        )
    if len(lines) > SHOWN_LINES:
        left = len(lines) - SHOWN_LINES
        typer.echo(f"… et {left} autres lignes ; --json les donne toutes.", err=True)


def _where(bad: BadLine) -> str:
    return f"Ligne {bad.line} de « {bad.sheet} »" if bad.sheet else f"Ligne {bad.line}"


def _document(read: Roster, change: RosterDiff) -> dict[str, object]:
    def told(lines: tuple[BadLine, ...]) -> list[dict[str, object]]:
        return [
            {
                "sheet": bad.sheet,
                "line": bad.line,
                "column": bad.column,
                "value": bad.value,
                "reason": bad.reason,
                "suggestion": bad.suggestion,
            }
            for bad in lines
        ]

    return {
        "people": len(read.people),
        "new": len(change.new),
        "changed": len(change.changed),
        "gone": len(change.gone),
        "kept": len(change.kept),
        "vacated": change.vacated,
        "bad_lines": told(read.bad_lines),
        "warnings": told(read.warnings),
    }


app.command("list")(roster_view.list_people)
app.command()(roster_view.check)
app.command()(roster_view.export)
app.command()(roster_reach.reach)
app.command()(roster_poster.poster)
