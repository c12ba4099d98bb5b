"""`tocsin crisis open`: record an order; the alert leaves at once."""

from typing import Annotated

import typer
from pydantic import ValidationError

from acts.crisis import OpenCrisis, open_crisis
from adapters.database import alert_figures, figures, plans, tenants
from commands.acting import GOING, LEAD, WAITING, instant, perform, set_going
from commands.options import Actor, AsJson
from domain.authority import Authority
from domain.crisis import Activation, OrderChannel, Origin
from domain.errors import CallBackMissingError
from domain.figures import Figures
from domain.reference import CrisisRef
from domain.wave import Kinetic
from domain.wording import STATE_LABELS, people
from instance import Instance

FASTEST = 600  # as domain/crisis.py allows
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]


def open_one(  # noqa: PLR0913 - one option a fact of the order
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
    authority: Annotated[
        Authority | None, typer.Option(help="Au nom de qui l'ordre est donné.")
    ] = None,
    local: Annotated[
        bool,
        typer.Option(
            "--local", help="Initiative de la CPTS, décidée par sa présidence."
        ),
    ] = False,
    acting_for: Annotated[
        str, typer.Option(help="Pour qui agit la personne qui appelle.")
    ] = "",
    caller: Annotated[
        str, typer.Option(help="Qui appelle ; initiative locale : qui décide.")
    ],
    place: Annotated[str, typer.Option(help="Lieu de l'événement.")],
    perimeter: Annotated[str, typer.Option(help="Périmètre de l'ordre.")],
    zones: Annotated[
        list[str] | None,
        typer.Option(
            "--zone", help="Zone touchée ; peut se répéter. Sans elle : toutes."
        ),
    ] = None,
    mission: Annotated[str, typer.Option(help="Mission demandée à la CPTS.")],
    received_at: Annotated[str, typer.Option(help="Heure de l'ordre : 22:05.")],
    called_back_at: Annotated[
        str | None, typer.Option("--called-back-at", help="Heure du contre-appel.")
    ] = None,
    caller_function: Annotated[str, typer.Option(help="Sa fonction.")] = "",
    channel: Annotated[
        OrderChannel, typer.Option(help="Par quel moyen.")
    ] = OrderChannel.PHONE,
    reference: Annotated[
        str | None, typer.Option(help="Référence écrite, si elle est déjà là.")
    ] = None,
    pre_alert: Annotated[
        bool,
        typer.Option("--pre-alert", help="Sans contre-appel : met en veille, au plus."),
    ] = False,
    kinetic: Annotated[
        Kinetic | None,
        typer.Option(
            help="Rythme : FAST ou SLOW. Sans lui : celui du scénario le plus rapide."
        ),
    ] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="C'est un exercice.")
    ] = False,
    pace: Annotated[
        int,
        typer.Option(
            help="Délais divisés par ce nombre (exercices).", min=1, max=FASTEST
        ),
    ] = 1,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Ouvre une crise sur l'ordre d'une autorité ; l'alerte part aussitôt."""

    async def work(instance: Instance) -> tuple[CrisisRef, Figures, int, bool]:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            plan, _ = await plans.in_force(connection, cpts)
        zone, now = tenant.zone_info, database.now()
        received = instant("--received-at", received_at, zone, now)
        called_back = (
            instant("--called-back-at", called_back_at, zone, now)
            if called_back_at
            else None
        )
        if called_back is None and not (local or pre_alert):
            raise CallBackMissingError(authority=str(authority))
        said = _activation(
            types=plan.template.activated(type_codes, scenarios),
            origin=Origin.LOCAL if local else Origin.AUTHORITY,
            authority=authority,
            acting_for=acting_for,
            caller=caller,
            caller_function=caller_function,
            channel=channel,
            received_at=received,
            called_back_at=called_back,
            reference=reference,
            place=place,
            perimeter=perimeter,
            zones=tuple(zones or ()),
            mission=mission,
            kinetic=kinetic,
            exercise=exercise,
            pace=pace,
        )
        order = OpenCrisis(cpts_id=cpts, activation=said, actor=actor)
        ref = await open_crisis(database, order, instance.keys.link_key)
        going = await set_going(instance, ref)
        async with database.read() as connection:
            numbers = await figures.of_crisis(connection, ref, now)
            asked = await alert_figures.people_written_to(connection, ref)
            return ref, numbers, asked, going

    ref, numbers, asked, going = perform(work)
    if as_json:
        typer.echo(numbers.model_dump_json())
        return
    typer.echo(
        f"Crise {ref.crisis_id} ouverte ({STATE_LABELS[numbers.state]}) : "
        f"{people(asked)} à joindre. {GOING if going else WAITING}"
    )
    typer.echo(f"Suivre : tocsin crisis status {ref.crisis_id}")


def _activation(**said: object) -> Activation:
    try:
        return Activation.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        message = f"« {first['input']} » : {_expected(field)} attendus"
        option = f"--{field.replace('_', '-')}"
        raise typer.BadParameter(message, param_hint=option) from error


def _expected(field: str) -> str:
    limits = {
        name: getattr(rule, name)
        for rule in Activation.model_fields[field].metadata
        for name in ("min_length", "max_length")
        if hasattr(rule, name)
    }
    return f"de {limits.get('min_length', 0)} à {limits['max_length']} caractères"
