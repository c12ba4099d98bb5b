"""`tocsin crisis survey`: ask the places of care if they are open, and see."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from acts.survey import (
    AnswerForPlace,
    OpenedSurvey,
    OpenSurvey,
    answer_for_place,
    open_survey,
)
from adapters.database import crises, surveys, tenants
from commands.acting import GOING, LEAD, WAITING, perform, set_going
from commands.options import Actor, AsJson, CrisisId
from domain.calendar import french_hour, french_instant
from domain.errors import AnswerNotOfferedError
from domain.reference import CrisisRef
from domain.survey import PlaceAnswer, PlaceCounts, SurveyedPlace
from domain.wording import PLACE_STATE_LABELS
from instance import Instance

app = typer.Typer(
    help="L'enquête flash : quels lieux de soins sont ouverts.", no_args_is_help=True
)


@app.command("open")
def open_one(crisis: CrisisId, *, actor: Actor = LEAD, as_json: AsJson = False) -> None:
    """Interroge les lieux ; la nuit, les officines de garde, les autres au matin."""

    async def work(instance: Instance) -> tuple[OpenedSurvey, bool, ZoneInfo]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
        ref = CrisisRef(cpts_id=row.cpts_id, crisis_id=crisis)
        order = OpenSurvey(**ref.model_dump(), actor=actor)
        opened = await open_survey(instance.database, order, instance.keys.link_key)
        return opened, await set_going(instance, ref), tenant.zone_info

    opened, going, zone = perform(work)
    if as_json:
        typer.echo(opened.model_dump_json())
        return
    typer.echo(
        f"Enquête flash ouverte. {_rounds(opened, zone)}. {GOING if going else WAITING}"
    )


def _rounds(opened: OpenedSurvey, zone: ZoneInfo) -> str:
    told = [f"Lieux interrogés maintenant : {opened.asked}"]
    if opened.morning_at:
        at = french_instant(opened.morning_at, zone)
        told.append(f"le {at} : {opened.in_the_morning}")
    if opened.not_asked:
        told.append(f"non interrogés : {opened.not_asked}")
    return ", ".join(told)


@app.command()
def status(crisis: CrisisId, *, as_json: AsJson = False) -> None:
    """Montre la dernière réponse de chaque lieu ; sans réponse n'est pas fermé."""

    async def work(
        instance: Instance,
    ) -> tuple[tuple[SurveyedPlace, ...], ZoneInfo]:
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            tenant = await tenants.get(connection, row.cpts_id)
            found = await surveys.places(connection, row, instance.database.now())
        return found or (), tenant.zone_info

    places, zone = perform(work)
    counts = PlaceCounts.of(each.state for each in places)
    if as_json:
        typer.echo(counts.model_dump_json())
        return
    for each in places:
        said = each.said
        when = french_hour(said.at, zone) if said else ""
        name = f"{each.place.code:<18} {each.place.name:<36.36}"
        typer.echo(f"{name} {PLACE_STATE_LABELS[each.state]:<15} {when}".rstrip())
    typer.echo(
        f"Ouverts {counts.open}, ralentis {counts.slowed}, fermés {counts.closed}, "
        f"sans réponse {counts.silent}, fermés la nuit {counts.closed_at_night}."
        if places
        else "Aucune enquête flash n'a été ouverte."
    )


@app.command()
def answer(
    crisis: CrisisId,
    place: Annotated[str, typer.Argument(help="Code du lieu.", metavar="LIEU")],
    said: Annotated[PlaceAnswer, typer.Argument(help="Réponse.", metavar="REPONSE")],
    *,
    name: Annotated[str, typer.Option(help="Qui a répondu au téléphone.")] = "",
    actor: Actor = LEAD,
) -> None:
    """Inscrit la réponse d'un lieu joint par téléphone."""

    async def work(instance: Instance) -> None:
        database = instance.database
        async with database.read() as connection:
            row = await crises.find(connection, crisis)
            known = await surveys.places(connection, row, database.now()) or ()
        if place not in {each.place.code for each in known}:
            raise AnswerNotOfferedError(answer=said)
        heard = AnswerForPlace(
            cpts_id=row.cpts_id,
            crisis_id=crisis,
            structure_id=place,
            answer=said,
            nonce=f"{crisis}:{place}:{database.now().isoformat()}",
            name=name,
        )
        await answer_for_place(database, heard, actor)

    perform(work)
    typer.echo(f"Réponse inscrite : {place}, {PLACE_STATE_LABELS[said]}.")
