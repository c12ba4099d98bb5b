"""`tocsin plan upgrade`: lay the plan over another template, and decide conflicts."""

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from acts.plan_cards import DecideConflicts, decide_conflicts
from adapters.database import plans, tenants
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.content import Conflict
from domain.diff_words import DiffWords
from domain.plan import Plan
from domain.plan_diff import place_of
from instance import Instance
from plan_archive import open_plan

WIDTH = 80


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
        return await open_plan(instance, cpts, actor, template_id)

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
