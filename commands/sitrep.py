"""`tocsin crisis sitrep`: prepare, read, validate and send a situation report."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from acts.situation import PrepareReport, keep_workbook, prepare_report
from adapters.ars_workbook import check_mapping
from adapters.database import crises, plans, situation_reports, tenants
from adapters.database.situation_reports import SituationRow
from adapters.database.workbooks import Workbook
from adapters.workbook_mapping import load_mapping
from commands.acting import COORDINATOR, GOING, WAITING, instant, perform, set_going
from commands.opening import CptsId
from commands.options import Actor, AsJson, CrisisId
from commands.situation_view import view
from domain.calendar import french_instant
from domain.errors import WorkbookError
from domain.reference import CrisisRef
from domain.situation import LONGEST_TEXT, VALIDATOR, SituationReport
from domain.situation_numbers import number_names, one_line
from domain.transmission import RECEIVER
from instance import Instance

app = typer.Typer(
    help="Les points de situation adressés à l'ARS.", no_args_is_help=True
)
WRITER = "SECRETARIAT"


@app.command()
def prepare(  # noqa: PLR0913 - one option a heading that only the cell can fill
    crisis: CrisisId,
    *,
    situation: Annotated[
        str | None, typer.Option(help="1. Situation et évolution.")
    ] = None,
    instructions: Annotated[
        str | None, typer.Option(help="2. Consignes officielles : source, date.")
    ] = None,
    cell: Annotated[
        str | None, typer.Option(help="3. Cellule : rôles, lieu, permanence jusqu'à.")
    ] = None,
    indicators: Annotated[
        list[str] | None,
        typer.Option(
            "--indicator", help="7. Un nombre : ehpad_en_difficulte=2 ; se répète."
        ),
    ] = None,
    difficulties: Annotated[
        str | None, typer.Option(help="8. Difficultés et demandes à l'autorité.")
    ] = None,
    forecast: Annotated[
        str | None, typer.Option(help="9. Prévision à 24 h et relèves.")
    ] = None,
    next_at: Annotated[
        str | None,
        typer.Option("--next-at", help="10. Prochain point convenu : 22:05."),
    ] = None,
    actor: Actor = WRITER,
    as_json: AsJson = False,
) -> None:
    """Compte les faits et prépare le point ; à refaire autant qu'il faut."""
    texts = {
        "situation": situation,
        "instructions": instructions,
        "cell": cell,
        "difficulties": difficulties,
        "forecast": forecast,
    }

    async def work(instance: Instance) -> SituationReport:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
        order = _order(
            ref=CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis),
            texts={name: text for name, text in texts.items() if text is not None},
            indicators=dict(_number(each) for each in indicators or ()),
            next_at=next_at and _coming(next_at, tenant.zone_info, database.now()),
            actor=actor,
        )
        return await prepare_report(database, order, instance.signer.fingerprint)

    report = perform(work)
    typer.echo(report.model_dump_json() if as_json else view(report))
    if not as_json:
        typer.echo(
            f"À relire, puis : tocsin crisis sitrep send {crisis} --actor {VALIDATOR}"
        )


def _order(**said: object) -> PrepareReport:
    try:
        return PrepareReport.model_validate(said)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][1])
        message = f"{LONGEST_TEXT} caractères au plus"
        raise typer.BadParameter(message, param_hint=f"--{name}") from error


def _coming(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read `22:05` (the next time it will be that hour) or an ISO 8601 instant.

    Raises:
        typer.BadParameter: Neither one nor the other, or it is past.
    """
    at = instant("--next-at", text, zone, now)
    if at <= now and len(text) <= len("22:05"):
        at += timedelta(days=1)
    if at <= now:
        message = f"« {text} » est passé"
        raise typer.BadParameter(message, param_hint="--next-at")
    return at


def _number(text: str) -> tuple[str, int]:
    """Read `name=12`.

    Raises:
        typer.BadParameter: It is no whole number of a named thing.
    """
    name, _, number = text.partition("=")
    if not name or not number.isdecimal():
        message = f"« {text} » : écrivez par exemple ehpad_en_difficulte=2"
        raise typer.BadParameter(message, param_hint="--indicator")
    return name.strip(), int(number)


@app.command()
def show(
    crisis: CrisisId,
    *,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="Copier pour Excel : les nombres en une ligne."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Montre le dernier point de situation, préparé ou envoyé."""

    async def work(instance: Instance) -> tuple[SituationRow, tuple[str, ...]]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
            plan = await plans.frozen(connection, row)
            tenant = await tenants.get(connection, row.cpts_id)
            latest = await situation_reports.latest(connection, ref)
        return latest, number_names(plan.template, tenant.zones)

    row, names = perform(work)
    if as_json:
        typer.echo(row.content.model_dump_json())
    elif excel:
        typer.echo("\t".join(names))
        typer.echo(one_line(names, row.content))
    else:
        typer.echo(view(row.content, row.sent_at))
        typer.echo(f"\nCopier pour Excel : tocsin crisis sitrep show {crisis} --excel")


@app.command()
def send(crisis: CrisisId, *, actor: Actor = WRITER, as_json: AsJson = False) -> None:
    """Valide le point préparé et l'envoie à l'ARS ; seul le pilotage valide."""
    from archive import send_report_in_hand  # noqa: PLC0415 - Typst is slow to import

    async def work(instance: Instance) -> tuple[SituationRow, str, bool]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
        ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
        await send_report_in_hand(instance, ref, actor)
        going = await set_going(instance, ref)
        async with instance.database.read() as connection:
            gone = await situation_reports.latest(connection, ref)
        following = gone.content.next_at
        said = french_instant(following, tenant.zone_info) if following else ""
        return gone, said, going

    row, following, going = perform(work)
    if as_json:
        typer.echo(row.content.model_dump_json())
        return
    due = f" Prochain point le {following}." if following else ""
    typer.echo(
        f"{row.content.title} validé et adressé à l'ARS.{due} "
        f"{GOING if going else WAITING}"
    )


@app.command("map")
def map_numbers(
    cpts: CptsId,
    file: Annotated[Path, typer.Argument(help="Le tableur de l'ARS.", metavar="EXCEL")],
    mapping: Annotated[
        Path, typer.Argument(help="nombre: Feuil1!C7", metavar="CORRESPONDANCE")
    ],
    *,
    actor: Actor = COORDINATOR,
) -> None:
    """Garde le tableur de l'ARS : chaque point envoyé le remplit désormais."""

    async def work(instance: Instance) -> int:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            plan, _ = await plans.in_force(connection, cpts)
        cells = load_mapping(mapping)
        content = _content(file)
        names = number_names(plan.template, tenant.zones)
        check_mapping(file.name, content, cells, names)
        store = instance.documents
        own = Workbook(
            contact=RECEIVER,
            name=file.name,
            sha256=await asyncio.to_thread(store.put, content),
            mapping=cells,
        )
        await keep_workbook(instance.database, cpts, own, actor)
        return len(cells)

    number = perform(work)
    typer.echo(
        f"{file.name} est gardé : {number} nombres y seront écrits à chaque point de "
        "situation, joint au courriel."
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise WorkbookError(file=file.name, rule=rule) from failed
