"""`tocsin roster`: who may be called."""

import json
from pathlib import Path
from typing import Annotated

import typer

from acts.directory import compare_roster, import_roster
from adapters.database import tenants
from adapters.roster_csv import read_csv
from adapters.templates import load_template
from commands import roster_view
from commands.acting import COORDINATOR, Actor, AsJson, perform
from domain.directory import RosterDiff
from domain.roster import BadLine, Roster
from domain.roster_reading import read_rows
from instance import DEFAULT_TEMPLATE, Instance

app = typer.Typer(help="L'annuaire d'une CPTS.", no_args_is_help=True)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
SHOWN_LINES = 20


@app.command("import")
def import_file(
    cpts: CptsId,
    file: Annotated[Path, typer.Argument(help="Fichier CSV.", metavar="FICHIER")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Montre sans rien changer.")
    ] = False,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Importe l'annuaire : les bonnes lignes sont gardées, les autres sont dites."""
    rows = read_csv(file)

    async def work(instance: Instance) -> tuple[Roster, RosterDiff]:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
        read = read_rows(rows, tenant, load_template(DEFAULT_TEMPLATE))
        if dry_run:
            return read, await compare_roster(database, cpts, read.people)
        if not read.people and read.bad_lines:
            _tell_lines(read.bad_lines, "refusée")
        return read, await import_roster(database, cpts, read.people, actor)

    read, change = perform(work)
    if as_json:
        typer.echo(json.dumps(_document(read, change), ensure_ascii=False))
        return
    _tell_lines(read.bad_lines, "refusée")
    _tell_lines(read.warnings, "à vérifier")
    if dry_run and (told := roster_view.changes(change)):
        typer.echo(told)
    done = "Rien n'est changé (essai)" if dry_run else "Annuaire importé"
    unreachable = sum(person.email is None for person in read.people)
    typer.echo(
        f"{done} : {len(read.people)} personnes ; {len(change.new)} nouvelles, "
        f"{len(change.changed)} modifiées, {len(change.gone)} parties ; "
        f"{len(read.bad_lines)} lignes refusées."
    )
    if unreachable:
        typer.echo(f"Sans courriel, donc à appeler : {unreachable}.")


def _tell_lines(lines: tuple[BadLine, ...], what: str) -> None:
    for bad in lines[:SHOWN_LINES]:
        advice = f" {bad.suggestion}" if bad.suggestion else ""
        typer.echo(
            f"Ligne {bad.line} {what} ({bad.column} « {bad.value} ») : "
            f"{bad.reason}.{advice}",
            err=True,
        )
    if len(lines) > SHOWN_LINES:
        left = len(lines) - SHOWN_LINES
        typer.echo(f"… et {left} autres lignes ; --json les donne toutes.", err=True)


def _document(read: Roster, change: RosterDiff) -> dict[str, object]:
    def told(lines: tuple[BadLine, ...]) -> list[dict[str, object]]:
        return [
            {
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
        "bad_lines": told(read.bad_lines),
        "warnings": told(read.warnings),
    }


app.command("list")(roster_view.list_people)
app.command()(roster_view.check)
app.command()(roster_view.export)
