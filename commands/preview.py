"""`tocsin crisis preview`: whom an order would reach, and when; nothing is written."""

from typing import Annotated

import typer

from acts.preview import keep_preview
from adapters.database import overcall, people, plans, tenants
from commands.acting import LEAD, instant, perform
from commands.opening import CptsId
from commands.options import Actor, AsJson
from domain.audience import Candidate
from domain.authority import Authority
from domain.before_sending import before_order
from domain.contact import readable
from domain.cpts import Cpts
from domain.crisis import Activation, Origin
from domain.errors import EmptyRosterError
from domain.kept_preview import kept
from domain.person import Person
from domain.plan import Plan
from domain.preview import Foreseen
from domain.preview_words import PreviewWords
from domain.wave import Kinetic
from instance import Instance

_NOBODY_YET = "à préciser"


def preview(  # noqa: PLR0913 - one option a fact of the order
    cpts: CptsId,
    *,
    type_codes: Annotated[
        list[str],
        typer.Option("--type", help="Type de crise : SICK ; peut se répéter."),
    ],
    scenarios: Annotated[
        list[str],
        typer.Option("--scenario", help="Scénario : CANICULE… ; peut se répéter."),
    ],
    zones: Annotated[
        list[str] | None,
        typer.Option(
            "--zone", help="Zone touchée ; peut se répéter. Sans elle : toutes."
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Heure de l'ordre ; sinon, maintenant.")
    ] = None,
    pre_alert: Annotated[
        bool, typer.Option("--pre-alert", help="Sans contre-appel : met en veille.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Initiative de la CPTS, sans autorité.")
    ] = False,
    kinetic: Annotated[
        Kinetic | None, typer.Option(help="Rythme : FAST ou SLOW ; sinon, du scénario.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Garde l'aperçu : la preuve de la préparation."),
    ] = False,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Dit qui un ordre préviendrait, quand, et qui appeler ; n'ouvre rien."""

    async def work(instance: Instance) -> tuple[PreviewWords, str]:
        database = instance.database
        tenant, plan, everyone = await _known(instance, cpts)
        now = database.now()
        if at is not None:
            now = instant("--at", at, tenant.zone_info, now)
        said = Activation(
            types=plan.template.activated(type_codes, scenarios),
            origin=Origin.LOCAL if local else Origin.AUTHORITY,
            authority=None if local else Authority.DG_ARS,
            caller=_NOBODY_YET,
            received_at=now,
            called_back_at=None if local or pre_alert else now,
            place=_NOBODY_YET,
            perimeter=_NOBODY_YET,
            zones=tuple(zones or ()),
            mission=_NOBODY_YET,
            kinetic=kinetic,
        )
        foreseen = Foreseen(plan, said, tenant.zone_info, now)
        found = foreseen.preview(everyone, tenant.every_partner)
        before = before_order(tenant, foreseen, found, everyone, instance.sender)
        async with database.read() as connection:
            past = await overcall.past_of(connection, cpts)
        calls = foreseen.calls(everyone, found, past)
        seen = PreviewWords(tenant, plan, said, found, before, calls)
        if keep:
            keeps = instance.documents.put
            return seen, await keep_preview(database, keeps, seen, actor)
        return seen, ""

    seen, digest = perform(work)
    if as_json:
        typer.echo(kept(seen).decode())
        return
    for line in _lines(seen):
        typer.echo(line)
    if digest:
        typer.echo(f"Gardé au registre, empreinte {digest}.")


async def _known(
    instance: Instance, cpts: str
) -> tuple[Cpts, Plan, tuple[Candidate, ...]]:
    """Read what an order needs.

    Raises:
        EmptyRosterError: There is nobody to alert.
    """
    async with instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts)
        plan, _ = await plans.in_force(connection, cpts)
        roster = await people.all_of(connection, cpts)
    if not roster:
        raise EmptyRosterError(cpts=cpts)
    return tenant, plan, tuple(Candidate(*each) for each in roster)


def _lines(seen: PreviewWords) -> list[str]:
    reach = seen.reach()
    missing = seen.before.unreachable
    return [
        reach.headline,
        *filter(None, (reach.night,)),
        f"Rythme {reach.pace} ; {reach.cards} fiches, {reach.seats} places.",
        "",
        *(
            f"{wave.code:<3} {said.people} : {said.when}\n    {said.purpose}"
            for wave, said in zip(seen.found.waves, reach.waves, strict=True)
        ),
        "",
        *reach.calls,
        *reach.channels,
        *reach.faults,
        f"À appeler, aucun canal n'y mène : {len(missing)}.",
        *(f"  {_person(person)}" for person in missing),
    ]


def _person(person: Person) -> str:
    phone = readable(person.mobile) if person.mobile else "sans téléphone"
    return f"{f'{person.last_name} {person.first_name}':<30.30} {phone}"
