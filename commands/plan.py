"""`tocsin plan`: the plan of a CPTS."""

from typing import Annotated

import typer

from adapters.database import people
from commands import plan_card
from commands.acting import COORDINATOR, perform
from commands.adoption import adopt, opinion, refuse, submit
from commands.options import Actor
from commands.plan_check import attest, check
from commands.plan_diff import diff
from commands.plan_export import export, summary
from commands.plan_import import import_word, parts, place
from commands.plan_post import circulate, receipt, send, sent
from commands.plan_sections import CptsId, edit, read
from commands.plan_show import history, show
from commands.plan_upgrade import tell_conflicts, upgrade
from domain.directory_check import without_card
from domain.plan import Plan
from instance import Instance
from plan_archive import open_plan

app = typer.Typer(help="Le plan de crise d'une CPTS.", no_args_is_help=True)
app.add_typer(plan_card.app, name="card")


@app.command()
def new(
    cpts: CptsId,
    *,
    template_id: Annotated[
        str | None,
        typer.Option(
            "--template",
            help="La trame ; sans elle, celle de la dernière version, ou la trame "
            "nationale. fr-2022-12-socle en est un extrait court.",
        ),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Ouvre la version de travail du plan, ou la remet à jour : trame et titulaires."""

    async def work(instance: Instance) -> tuple[Plan, tuple[str, ...]]:
        made = await open_plan(instance, cpts, actor, template_id)
        async with instance.database.read() as connection:
            known = await people.all_of(connection, cpts)
        return made, without_card((person for _, person in known), made.template)

    plan, idle = perform(work)
    typer.echo(
        f"Plan version {plan.number} établi d'après « {plan.template.title} » : "
        f"{len(plan.holders)} rôles tenus, {len(plan.template.cards)} fiches."
    )
    if idle:
        typer.echo(
            "Professions de votre annuaire qu'aucune fiche ne nomme : "
            f"{', '.join(idle)}. Décidez de ce qu'elles feront."
        )
    tell_conflicts(plan)


app.command("import")(import_word)
for command in (
    *(show, history, edit, read, parts, place),
    *(check, attest, diff, upgrade, export, summary),
    *(submit, opinion, adopt, refuse),
    *(send, receipt, circulate, sent),
):
    app.command()(command)
