"""`tocsin crisis partners`: who needs something, whom to call, what the others said."""

import typer

from adapters.database import crises, figures, partners
from commands.acting import perform
from commands.options import AsJson, CrisisId
from domain.figures import PartnerFigures
from domain.partner import PARTNER_LABELS, PartnerState, ToldPartner, in_words
from instance import Instance

_ORDER = list(PartnerState)
NOBODY = "La vague des partenaires n'est pas partie, ou l'annuaire n'en nomme aucun."


def show_partners(crisis: CrisisId, *, as_json: AsJson = False) -> None:
    """Montre les partenaires prévenus : besoins d'abord, puis qui appeler."""

    async def work(
        instance: Instance,
    ) -> tuple[tuple[ToldPartner, ...], PartnerFigures | None]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            numbers = await figures.partners_of(connection, row.ref)
            return await partners.told(connection, row) or (), numbers

    told, numbers = perform(work)
    if as_json:
        typer.echo(numbers.model_dump_json() if numbers else "null")
        return
    for each in sorted(told, key=lambda each: _ORDER.index(each.state)):
        typer.echo(
            f"{each.partner.name:<44.44} {each.phone:<15} "
            f"{PARTNER_LABELS[each.state]}".rstrip()
        )
        if each.said and each.said.need:
            typer.echo(f"    {each.said.need}")
    typer.echo(f"{in_words(told)}." if told else NOBODY)
