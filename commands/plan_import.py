"""`tocsin plan import`, `parts`, `place`: a plan that exists in Word."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from acts.plan_import import ClosePart, PlacePart, close_part, keep_parts, place_part
from adapters.database import plans, tenants
from adapters.word_plan import read_word
from commands.acting import COORDINATOR, perform
from commands.options import Actor, AsJson
from domain.content import Aside
from domain.plan import Plan
from instance import Instance

CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
SHOWN_SIGNS = 60
_NO_PLACE = "Sans place"


def import_word(
    cpts: CptsId,
    file: Annotated[
        Path, typer.Argument(help="Le plan, en Word (.docx).", metavar="FICHIER")
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Montre, sans rien garder.")
    ] = False,
    actor: Actor = COORDINATOR,
) -> None:
    """Lit un plan écrit dans Word et propose ses parties, section par section."""
    word = read_word(file)

    async def work(instance: Instance) -> tuple[Plan, tuple[Aside, ...]]:
        from plan_archive import new_parts  # noqa: PLC0415 - slow to import

        plan, parts = await new_parts(instance, cpts, word)
        if not dry_run:
            parts = await keep_parts(instance.database, cpts, parts, actor)
        return plan, parts

    plan, parts = perform(work)
    typer.echo(f"{len(parts)} parties lues dans « {file.name} » :")
    _show(plan, parts)
    if word.pictures:
        typer.echo(f"Ses {word.pictures} images ne sont pas reprises : gardez-le.")
    if not dry_run and parts:
        typer.echo(
            "Chaque partie attend à côté du plan. Relisez-les : tocsin plan parts "
            f"{cpts}. Puis placez-les : tocsin plan place {cpts} SEC-09"
        )


def parts(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Montre les parties importées qui attendent leur place."""

    async def work(instance: Instance) -> Plan:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            plan, _ = await plans.draft(connection, cpts)
        return plan

    plan = perform(work)
    waiting = tuple(aside for aside in plan.aside if not aside.closed)
    if as_json:
        typer.echo(json.dumps([aside.model_dump(mode="json") for aside in waiting]))
        return
    if not waiting:
        typer.echo("Aucune partie importée n'attend sa place.")
    _show(plan, waiting)


def place(
    cpts: CptsId,
    part: Annotated[
        str,
        typer.Argument(
            help="Numéro d'une partie, ou section dont prendre toutes les parties.",
            metavar="PARTIE",
        ),
    ],
    *,
    to: Annotated[
        str | None,
        typer.Option(help="Le champ qui la prend : SEC-09.regles_de_report."),
    ] = None,
    nowhere: Annotated[
        bool, typer.Option("--nowhere", help="Elle ne va nulle part : gardée à côté.")
    ] = False,
    actor: Actor = COORDINATOR,
) -> None:
    """Place une partie importée dans le champ d'une section du brouillon."""
    section_id, _, field = (to or "").partition(".")

    async def work(instance: Instance) -> list[str]:
        done = []
        for number in await _numbers(instance, cpts, part):
            if nowhere:
                order = ClosePart(cpts_id=cpts, part=number, actor=actor)
                await close_part(instance.database, order)
                done.append(f"Partie {number} : écartée, gardée à côté du plan.")
                continue
            found = await place_part(
                instance.database,
                PlacePart(
                    cpts_id=cpts,
                    part=number,
                    actor=actor,
                    section_id=section_id or None,
                    field=field or None,
                ),
            )
            done.append(f"Partie {number} : dans {'.'.join(found)}.")
        return done

    for line in perform(work) or [
        "Aucune partie de cette section n'a de champ proposé."
    ]:
        typer.echo(line)


async def _numbers(instance: Instance, cpts: str, said: str) -> list[int]:
    """List the parts that are meant: one by its number, or those of a section."""
    if said.isdecimal():
        return [int(said)]
    async with instance.database.read() as connection:
        await tenants.get(connection, cpts)
        plan, _ = await plans.draft(connection, cpts)
    return [
        aside.number
        for aside in plan.aside
        if aside.section_id == said.upper() and aside.field and not aside.closed
    ]


def _show(plan: Plan, asides: Iterable[Aside]) -> None:
    """Print parts under the section where they may go, those without one last."""
    titles = {s.section_id: s.title for s in plan.template.sections}
    by_section: dict[str | None, list[Aside]] = {key: [] for key in (*titles, None)}
    for aside in asides:
        by_section.setdefault(aside.section_id, []).append(aside)
    for section_id, held in by_section.items():
        if held:
            typer.echo(f"{section_id or ''} {titles.get(section_id or '', _NO_PLACE)}")
        for aside in held:
            where = aside.field or "à placer"
            words = " ".join(aside.text.split())
            short = words[:SHOWN_SIGNS] + ("…" if len(words) > SHOWN_SIGNS else "")
            typer.echo(f"  {aside.number:>3}  {where} : {short}")
