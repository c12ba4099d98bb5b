"""`tocsin crisis status --unreached`: whom to call, because nothing has left."""

import typer

from adapters.database import crises, figures, people
from adapters.database.people import FrozenPerson
from commands.acting import perform
from domain.contact import readable
from instance import Instance


def list_unreached(crisis: str) -> None:
    """List the people whom no request of a crisis reached, with their telephone."""

    async def work(instance: Instance) -> tuple[FrozenPerson, ...]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            missed = await figures.unreached(connection, row.ref)
            return await people.named(connection, row.ref, missed)

    missing = perform(work)
    for person in missing:
        phone = readable(person.mobile) if person.mobile else "sans téléphone"
        name = f"{person.last_name} {person.first_name}"
        typer.echo(f"{name:<36.36} {person.profession:<22.22} {phone}")
    typer.echo(f"À appeler : {len(missing)}.")
