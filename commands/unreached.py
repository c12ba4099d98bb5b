"""`tocsin crisis status --unreached`: whom to call, because nothing has left."""

import typer

from adapters.database import alert_figures, crises, people, plans
from adapters.database.people import FrozenPerson
from commands.acting import perform
from domain.contact import readable
from domain.template import Template
from instance import Instance


def list_unreached(crisis: str) -> None:
    """List the people whom no request of a crisis reached, with their telephone."""

    async def work(instance: Instance) -> tuple[tuple[FrozenPerson, ...], Template]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            missed = await alert_figures.unreached(connection, row.ref)
            plan = await plans.frozen(connection, row)
            return await people.named(connection, row.ref, missed), plan.template

    missing, template = perform(work)
    for person in missing:
        phone = readable(person.mobile) if person.mobile else "sans téléphone"
        profession = template.profession(person.profession).label
        name = f"{person.last_name} {person.first_name}"
        typer.echo(f"{name:<30.30} {profession:<30.30} {phone}")
    typer.echo(f"À appeler : {len(missing)}.")
