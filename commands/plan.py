"""`tocsin plan`: the plan of a CPTS."""

import json
from typing import Annotated

import typer

from acts.plan import new_plan
from adapters.database import people, plans, tenants
from adapters.templates import load_template
from commands.acting import COORDINATOR, perform
from commands.options import Actor, AsJson
from commands.plan_diff import diff
from commands.plan_export import export
from domain.directory_check import without_card
from domain.plan import Plan
from instance import DEFAULT_TEMPLATE, TEMPLATES, Instance

app = typer.Typer(help="Le plan de crise d'une CPTS.", no_args_is_help=True)
app.command("export")(export)
app.command("diff")(diff)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]


@app.command()
def new(
    cpts: CptsId,
    *,
    template_id: Annotated[
        str,
        typer.Option(
            "--template", help="La trame ; fr-2022-12-socle en est un extrait court."
        ),
    ] = DEFAULT_TEMPLATE.name,
    actor: Actor = COORDINATOR,
) -> None:
    """Ouvre la version de travail du plan, ou la remet à jour : trame et titulaires."""
    template = load_template(TEMPLATES / template_id)

    async def work(instance: Instance) -> tuple[Plan, tuple[str, ...]]:
        made = await new_plan(instance.database, cpts, template, actor)
        async with instance.database.read() as connection:
            known = await people.all_of(connection, cpts)
        return made, without_card((person for _, person in known), template)

    plan, idle = perform(work)
    typer.echo(
        f"Plan version {plan.number} établi d'après « {template.title} » : "
        f"{len(plan.holders)} rôles tenus, {len(template.cards)} fiches."
    )
    if idle:
        typer.echo(
            "Professions de votre annuaire qu'aucune fiche ne nomme : "
            f"{', '.join(idle)}. Décidez de ce qu'elles feront."
        )


@app.command()
def show(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Montre la dernière version du plan."""

    async def work(instance: Instance) -> tuple[Plan, str, dict[str, str]]:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            plan, standing = await plans.latest(connection, cpts)
            known = await people.all_of(connection, cpts)
        return (
            plan,
            standing.sha256,
            {i: f"{p.first_name} {p.last_name}" for i, p in known},
        )

    plan, sha256, names = perform(work)
    if as_json:
        typer.echo(json.dumps({"sha256": sha256} | plan.model_dump(mode="json")))
        return
    typer.echo(f"Plan version {plan.number} — empreinte {sha256[:16]}…")
    labels = {role.code: role.label for role in plan.template.roles}
    for holder in plan.holders:
        deputy = names.get(holder.deputy_id or "", "aucun")
        typer.echo(f"  {labels[holder.role]}")
        typer.echo(
            f"    titulaire : {names.get(holder.person_id, 'parti')} ; "
            f"suppléant : {deputy}"
        )
    for sheet in plan.template.types:
        typer.echo(f"  {sheet.code}  {sheet.label}")
        for scenario in sheet.scenarios:
            typer.echo(f"    {scenario.code}  {scenario.label}")
    for card in plan.template.cards:
        typer.echo(f"  {card.card_id}  {card.title}")
