"""`tocsin plan send|receipt|circulate|sent`: the plan goes out, and what comes back."""

import json
from typing import Annotated

import typer

from acts.circulation import Circulate
from acts.plan_copy import SendCopy, TypedReceipt, record_typed_receipt
from adapters.database import plan_links, plan_sendings, tenants
from commands.acting import COORDINATOR, perform, recorded
from commands.adoption import On, the_day
from commands.options import Actor, AsJson
from commands.plan_sections import CptsId
from domain.adoption import edition_for
from domain.adoption_errors import AlreadySentError, NoAddressError
from domain.calendar import french_day
from domain.cpts import Cpts
from domain.printed_plan import Edition
from domain.receiver import receivers
from domain.sending import SentCopy
from domain.sentences import sentence
from instance import Instance


def send(
    cpts: CptsId,
    *,
    to: Annotated[
        list[str] | None,
        typer.Option(
            help="Code d'un contact ; répétez l'option. Sans elle : ARS, CPAM, "
            "établissements et communes.",
            metavar="CODE",
        ),
    ] = None,
    edition: Annotated[
        Edition | None,
        typer.Option(
            case_sensitive=False,
            help="crise, avec les coordonnées, ou publique ; sans elle, crise pour les "
            "autorités, publique pour les autres.",
        ),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Envoie à chacun un exemplaire numéroté de la dernière version soumise."""

    async def work(instance: Instance) -> None:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
        for contact in to or receivers(tenant):
            order = SendCopy(
                cpts_id=cpts,
                contact=contact,
                edition=edition or edition_for(tenant, contact),
                actor=actor,
            )
            typer.echo(await _sent(instance, order))

    perform(work)
    typer.echo("Les courriels partent dans la minute ; puis deux rappels au plus.")


async def _sent(instance: Instance, order: SendCopy) -> str:
    """Send one copy; what stops one addressee stops no other."""
    from plan_archive import send_plan  # noqa: PLC0415 - slow to import

    try:
        await send_plan(instance, order)
    except (AlreadySentError, NoAddressError) as refusal:
        return f"{order.contact} : {sentence(refusal)}"
    return f"{order.contact} : exemplaire prêt, édition {order.edition.lower()}."


def receipt(
    cpts: CptsId,
    contact: Annotated[
        str, typer.Argument(help="Code du destinataire : ARS_DD.", metavar="CONTACT")
    ],
    *,
    name: Annotated[str, typer.Option("--from", help="Qui a répondu, par courriel.")],
    on: On = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Inscrit une réception annoncée par courriel : elle est dite saisie à la main."""

    async def work(instance: Instance) -> None:
        said = recorded(
            TypedReceipt,
            cpts_id=cpts,
            contact=contact,
            on=await the_day(instance, cpts, on),
            name=name,
            actor=actor,
        )
        await record_typed_receipt(instance.database, said)

    perform(work)
    typer.echo(f"Réception inscrite pour {contact} : plus de rappel.")


def circulate(cpts: CptsId, *, actor: Actor = COORDINATOR) -> None:
    """Diffuse la version adoptée aux membres et aux partenaires."""

    async def work(instance: Instance) -> int:
        from plan_archive import circulate as to_all  # noqa: PLC0415 - slow to import

        return await to_all(instance, Circulate(cpts_id=cpts, actor=actor))

    letters = perform(work)
    typer.echo(
        f"{letters} courriels partent dans la minute, sans retarder une alerte. "
        f"Les lectures se comptent, sans les noms : tocsin plan sent {cpts}"
    )


def sent(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Montre à qui le plan est parti, ce qui est reçu, combien l'ont lu."""

    async def work(
        instance: Instance,
    ) -> tuple[Cpts, tuple[SentCopy, ...], dict[int, tuple[int, int]]]:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            copies = await plan_sendings.of_plan(connection, cpts)
            read = await plan_links.readings(connection, cpts)
        return tenant, copies, read

    tenant, copies, read = perform(work)
    if as_json:
        said = {
            "copies": [copy.model_dump(mode="json") for copy in copies],
            "readings": [
                {"version": number, "asked": asked, "read": done}
                for number, (asked, done) in read.items()
            ],
        }
        typer.echo(json.dumps(said))
        return
    for copy in copies:
        day = french_day(copy.sent_at, tenant.zone_info)
        typer.echo(f"version {copy.plan_number}  {copy.contact:<24} partie le {day}")
        typer.echo(f"    {copy.standing(tenant.zone_info)}")
    for number, (asked, done) in read.items():
        typer.echo(f"version {number}  lue par {done} destinataires sur {asked}")
    if not copies and not read:
        typer.echo("Rien n'est parti.")
