"""`tocsin cpts`: the CPTS of this instance."""

import json
from pathlib import Path
from typing import Annotated

import typer

from acts.cpts_change import CptsChange, change_cpts, compare_cpts
from acts.directory import add_cpts
from acts.request import LinkOrder, make_request_link, revoke_request_link
from adapters.cpts_file import load_cpts
from adapters.database import people, tenants
from commands.acting import COORDINATOR, perform
from commands.options import Actor, AsJson
from domain.calendar import french_count, french_day
from domain.cpts import Cpts
from domain.link import Purpose
from instance import Instance

app = typer.Typer(help="Les CPTS de cette instance.", no_args_is_help=True)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="Fichier cpts.yaml.", metavar="FICHIER")],
    *,
    actor: Actor = COORDINATOR,
) -> None:
    """Inscrit une CPTS décrite par un fichier YAML."""
    tenant = load_cpts(file)

    async def work(instance: Instance) -> None:
        await add_cpts(instance.database, tenant, actor)

    perform(work)
    typer.echo(
        f"« {tenant.name} » est inscrite sous le nom {tenant.cpts_id} : "
        f"{len(tenant.communes)} communes, {len(tenant.zones)} zones. "
        f"Ensuite : tocsin roster import {tenant.cpts_id} FICHIER"
    )


@app.command()
def change(
    file: Annotated[Path, typer.Argument(help="Fichier cpts.yaml.", metavar="FICHIER")],
    *,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Montre ce qui changerait, sans rien faire."),
    ] = False,
    actor: Actor = COORDINATOR,
) -> None:
    """Prend le fichier corrigé d'une CPTS, et fait relire ce qui en dépend."""
    tenant = load_cpts(file)

    async def work(instance: Instance) -> CptsChange:
        if dry_run:
            return await compare_cpts(instance.database, tenant)
        return await change_cpts(instance.database, tenant, actor)

    said = perform(work)
    if not said.keys:
        typer.echo("Rien ne change : le fichier dit la même chose.")
        return
    verb = "changerait" if dry_run else "a changé"
    typer.echo(f"Ce qui {verb} : {', '.join(said.keys)}.")
    if said.review:
        typer.echo(
            f"Les sections concernées sont à relire dans la revue {said.review.year} : "
            f"« tocsin review status {tenant.cpts_id} »."
        )


@app.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """Liste les CPTS."""

    async def work(instance: Instance) -> tuple[tuple[str, str], ...]:
        async with instance.database.read() as connection:
            return await tenants.names(connection)

    names = perform(work)
    if as_json:
        found = [{"cpts_id": cpts_id, "nom": name} for cpts_id, name in names]
        typer.echo(json.dumps(found, ensure_ascii=False))
    for cpts_id, name in () if as_json else names:
        typer.echo(f"{cpts_id:<24} {name}")


@app.command()
def show(
    cpts: Annotated[str, typer.Argument(help="Identifiant de la CPTS.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Montre une CPTS."""

    async def work(instance: Instance) -> tuple[Cpts, int]:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            return tenant, len(await people.all_of(connection, cpts))

    tenant, members = perform(work)
    if as_json:
        typer.echo(json.dumps(tenant.model_dump(mode="json"), ensure_ascii=False))
        return
    typer.echo(
        f"{tenant.name}\n"
        f"  Identifiant     {tenant.cpts_id}\n"
        f"  Taille          {tenant.size} "
        f"({french_count(tenant.population)} habitants)\n"
        f"  Territoire      {len(tenant.communes)} communes, "
        f"{len(tenant.zones)} zones, {len(tenant.structures)} lieux\n"
        f"  Annuaire        {members} professionnels\n"
        f"  Coordination    {tenant.coordinator.name}\n"
        f"                  {tenant.coordinator.email}\n"
        f"  ARS             {tenant.ars_contact.name}\n"
        f"                  {tenant.ars_contact.email}"
    )


@app.command("authority-link")
def authority_link(
    cpts: Annotated[str, typer.Argument(help="Identifiant de la CPTS.")],
    contact: Annotated[
        str, typer.Argument(help="Code d'un contact de « autorites ».", metavar="CODE")
    ],
    *,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Retire le lien, sans en faire un autre.")
    ] = False,
    actor: Actor = COORDINATOR,
) -> None:
    """Fait le lien par lequel une autorité demande l'aide de la CPTS."""
    order = LinkOrder(cpts_id=cpts, contact=contact, actor=actor)

    async def made(instance: Instance) -> str:
        database = instance.database
        value, ends = await make_request_link(database, order, instance.keys.link_key)
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
        name = next(a.name for a in tenant.authorities if a.code == contact)
        return (
            f"{instance.address(Purpose.REQUEST, value)}\n"
            f"À remettre à ce seul contact : {name}. Le lien précédent n'ouvre plus "
            f"rien. Valable jusqu'au {french_day(ends, tenant.zone_info)}. Il ouvre "
            "une pré-alerte, jamais plus."
        )

    async def taken_back(instance: Instance) -> int:
        return await revoke_request_link(instance.database, order)

    if revoke:
        number = perform(taken_back)
        typer.echo(
            "Le lien est retiré : il n'ouvre plus rien."
            if number
            else "Ce contact n'avait pas de lien ; rien n'a changé."
        )
        return
    typer.echo(perform(made))
