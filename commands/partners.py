"""`tocsin crisis partners`, `partner answer`: who needs what, what one says."""

from typing import Annotated

import typer

from acts.partners import AnswerAsPartner, answer_as_partner
from adapters.database import crises, figures, partners
from commands.acting import LEAD, perform, recorded
from commands.options import Actor, AsJson, CrisisId
from domain.answer import PartnerAnswer
from domain.errors import UnknownPartnerError
from domain.figures import PartnerFigures
from domain.partner import PARTNER_LABELS, PartnerState, ToldPartner, in_words
from instance import Instance

app = typer.Typer(help="Ce qu'un partenaire dit au téléphone.", no_args_is_help=True)
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
    width = max((len(each.partner.name) for each in told), default=0)
    for each in sorted(told, key=lambda each: _ORDER.index(each.state)):
        typer.echo(
            f"{each.partner.code:<18} {each.partner.name:<{width}} {each.phone:<15} "
            f"{PARTNER_LABELS[each.state]}".rstrip()
        )
        if each.said and each.said.need:
            typer.echo(f"    {each.said.need}")
    typer.echo(f"{in_words(told)}." if told else NOBODY)


@app.command()
def answer(  # noqa: PLR0913 - one option a line of the answer
    crisis: CrisisId,
    partner: Annotated[
        str, typer.Argument(help="Code du partenaire.", metavar="PARTENAIRE")
    ],
    said: Annotated[PartnerAnswer, typer.Argument(help="Réponse.", metavar="REPONSE")],
    *,
    need: Annotated[str, typer.Option(help="Son besoin ; jamais un patient.")] = "",
    phone: Annotated[str, typer.Option(help="Où le rappeler.")] = "",
    actor: Actor = LEAD,
) -> None:
    """Inscrit la réponse d'un partenaire joint par téléphone."""

    async def work(instance: Instance) -> str:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            told = await partners.told(connection, row) or ()
        names = {each.partner.code: each.partner.name for each in told}
        if partner not in names:
            raise UnknownPartnerError(crisis=crisis, partner=partner)
        heard = recorded(
            AnswerAsPartner,
            **row.ref.model_dump(),
            partner_id=partner,
            answer=said,
            nonce=f"{crisis}:{partner}:{database.now().isoformat()}",
            need=need,
            phone=phone,
        )
        await answer_as_partner(database, heard, actor)
        return names[partner]

    name = perform(work)
    label = PARTNER_LABELS[PartnerState(said)]
    typer.echo(f"Réponse inscrite : {name}, {label}.")
