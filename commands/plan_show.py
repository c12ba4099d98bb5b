"""`tocsin plan show` and `history`: what the plan says, and its versions."""

import json
from collections.abc import Mapping

import typer

from adapters.database import people, plans, tenants
from commands.acting import perform
from commands.options import AsJson
from commands.plan_sections import CptsId
from domain.calendar import french_day
from domain.cpts import Cpts
from domain.person import Person
from domain.plan import Plan
from domain.plan_edition import OPINION_LABELS, STATUS_LABELS
from domain.plan_outline import outline
from domain.plan_version import PlanVersion
from domain.wording import KIND_LABELS
from instance import Instance

_GONE = "parti"


def show(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Montre la dernière version : où elle en est, ses sections, ses titulaires."""

    async def work(
        instance: Instance,
    ) -> tuple[Plan, PlanVersion, Mapping[str, Person]]:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            plan, standing = await plans.latest(connection, cpts)
            known = await people.all_of(connection, cpts)
        return plan, standing, dict(known)

    plan, standing, known = perform(work)
    if as_json:
        said = {"sha256": standing.sha256, "status": standing.status}
        typer.echo(json.dumps(said | plan.model_dump(mode="json")))
        return
    typer.echo(
        f"Plan version {plan.number} : {STATUS_LABELS[standing.status]}, "
        f"{KIND_LABELS[standing.kind].lower()}, révision {standing.revision} — "
        f"empreinte {standing.sha256[:16]}…"
    )
    for line in outline(plan, known):
        mark = " " if not line.empty else "!"
        typer.echo(f"{mark} {line.section_id}  {line.title} : {line.written}")
        if line.since:
            typer.echo(f"            {line.since}")
    _show_holders(plan, known)
    for sheet in plan.template.types:
        typer.echo(f"  {sheet.code}  {sheet.label}")
        for scenario in sheet.scenarios:
            typer.echo(f"    {scenario.code}  {scenario.label}")
    for card in plan.template.cards:
        typer.echo(f"  {card.card_id}  {card.title}")


def _show_holders(plan: Plan, known: Mapping[str, Person]) -> None:
    def name(person_id: str | None, nobody: str) -> str:
        person = known.get(person_id or "")
        return person.full_name if person else nobody

    labels = {role.code: role.label for role in plan.template.roles}
    for holder in plan.holders:
        typer.echo(f"  {labels[holder.role]}")
        typer.echo(
            f"    titulaire : {name(holder.person_id, _GONE)} ; "
            f"suppléant : {name(holder.deputy_id, 'aucun')}"
        )


def history(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Liste les versions du plan : où en est chacune, et depuis quand."""

    async def work(instance: Instance) -> tuple[Cpts, tuple[PlanVersion, ...]]:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            return tenant, await plans.history(connection, cpts)

    tenant, versions = perform(work)
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in versions]))
        return
    for each in versions:
        typer.echo(
            f"{each.number:>3}  {STATUS_LABELS[each.status]}, "
            f"{KIND_LABELS[each.kind].lower()} : {_life(each, tenant)}"
        )
    if not versions:
        typer.echo(f"Aucune version encore. Ouvrez-la avec « tocsin plan new {cpts} ».")


def _life(version: PlanVersion, tenant: Cpts) -> str:
    """Say when a version was written, sent, answered, adopted and replaced."""
    opinion = version.opinion and OPINION_LABELS[version.opinion]
    days = {
        "écrite le": version.made_at,
        "soumise le": version.submitted_at,
        f"avis {opinion} le": version.opinion_at,
        "adoptée le": version.adopted_at,
        "remplacée le": version.replaced_at,
    }
    return " ; ".join(
        f"{said} {french_day(at, tenant.zone_info)}" for said, at in days.items() if at
    )
