"""`tocsin plan upgrade`: lay the plan over another template, and decide conflicts."""

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from acts.plan import new_plan
from acts.plan_cards import DecideConflicts, decide_conflicts
from adapters.database import plans, tenants
from adapters.templates import load_region, load_template
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.content import Conflict
from domain.diff_words import DiffWords
from domain.errors import UnknownPlanError
from domain.plan import Plan
from domain.plan_diff import place_of
from domain.template import Template
from instance import TEMPLATES, Instance

WIDTH = 80


async def open_draft(
    instance: Instance, cpts: str, template: Template, actor: str
) -> Plan:
    """Open the working version on a template, completed by the region of the CPTS."""
    async with instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts)
    region = load_region(TEMPLATES, tenant.region, template) if tenant.region else None
    return await new_plan(instance.database, cpts, template, actor, region)


async def template_of(instance: Instance, cpts: str) -> str | None:
    """Name the template of the last version; None: there is no version yet."""
    async with instance.database.read() as connection:
        await tenants.get(connection, cpts)
        try:
            plan, _ = await plans.latest(connection, cpts)
        except UnknownPlanError:
            return None
    return plan.template.template_id


def upgrade(  # noqa: PLR0913 - one option each
    cpts: Annotated[
        str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")
    ],
    *,
    template_id: Annotated[
        str | None,
        typer.Option("--template", help="Le modèle suivi ; sans lui, le même, relu."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="Point à trancher : garder le vôtre."),
    ] = None,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", help="Point à trancher : prendre celui du modèle."),
    ] = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Passe le plan à un autre modèle ; ce qui diffère des deux côtés se tranche."""

    async def work(instance: Instance) -> Plan:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            plan, standing = await plans.latest(connection, cpts)
        if keep or take:
            order = recorded(
                DecideConflicts,
                cpts_id=cpts,
                number=standing.number,
                revision=standing.revision,
                author=actor,
                keep=keep or (),
                take=take or (),
            )
            return await decide_conflicts(instance.database, order)
        if plan.conflicts and template_id is None:
            return plan
        template = load_template(TEMPLATES / (template_id or plan.template.template_id))
        return await open_draft(instance, cpts, template, actor)

    plan = perform(work)
    if as_json:
        left = [conflict.model_dump() for conflict in plan.conflicts]
        typer.echo(json.dumps({"number": plan.number, "conflicts": left}))
        return
    typer.echo(f"Plan version {plan.number}, modèle {plan.template.template_id}.")
    tell_conflicts(plan)
    if not plan.conflicts:
        typer.echo("Rien à trancher.")


def tell_conflicts(plan: Plan) -> None:
    """Say what waits for a decision, old and new words, and how to decide."""
    if not plan.conflicts:
        return
    words = DiffWords.of(plan, plan, {})
    typer.echo(
        f"À trancher avant de soumettre le plan : {len(plan.conflicts)}. "
        "Le vôtre est joué en attendant."
    )
    for conflict in plan.conflicts:
        typer.echo("\n".join(_told(words, conflict)))
    target = plan.conflicts[0].target
    typer.echo(
        f"Garder le vôtre : tocsin plan upgrade {plan.cpts_id} --keep {target}\n"
        f"Prendre le leur : tocsin plan upgrade {plan.cpts_id} --take {target}"
    )


def _told(words: DiffWords, conflict: Conflict) -> Iterator[str]:
    place = place_of(conflict.target)
    yield f"  {conflict.target}  {words.label(place)}"
    sides = (
        ("était", conflict.was),
        ("le modèle dit", conflict.theirs),
        ("vous dites", conflict.ours),
    )
    for name, text in sides:
        said = words.value(place, text).splitlines() or ["rien"]
        for rank, line in enumerate(said):
            head = f"    {name} : " if rank == 0 else " " * 8
            yield from wrap(line, WIDTH, initial_indent=head, subsequent_indent=" " * 8)
