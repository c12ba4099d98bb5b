"""`tocsin crisis preview`: whom an order would reach, and when; nothing is written."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer

from adapters.database import overcall, people, plans, tenants
from commands.acting import instant, perform
from commands.opening import CptsId
from commands.options import AsJson
from domain.audience import Candidate
from domain.authority import Authority
from domain.before_sending import BeforeSending, Means, before_sending
from domain.contact import readable
from domain.cpts import Cpts
from domain.crisis import Activation, Origin
from domain.errors import EmptyRosterError
from domain.overcall import SeatCall
from domain.person import Person
from domain.plan import Plan
from domain.preview import ExpectedWave, Foreseen, Preview
from domain.preview_words import PreviewWords
from domain.wave import Kinetic
from instance import Instance

_NOBODY_YET = "à préciser"


@dataclass(frozen=True)
class _Seen:
    """What an order would set off in one CPTS."""

    tenant: Cpts
    plan: Plan
    said: Activation
    found: Preview
    before: BeforeSending
    calls: tuple[SeatCall, ...]


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
    as_json: AsJson = False,
) -> None:
    """Dit qui un ordre préviendrait, quand, et qui appeler ; n'ouvre rien."""

    async def work(instance: Instance) -> _Seen:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            plan, _ = await plans.in_force(connection, cpts)
            roster = await people.all_of(connection, cpts)
            past = await overcall.past_of(connection, cpts)
        if not roster:
            raise EmptyRosterError(cpts=cpts)
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
        everyone = tuple(Candidate(*each) for each in roster)
        foreseen = Foreseen(plan, said, tenant.zone_info, now)
        found = foreseen.preview(everyone, tenant.every_partner)
        means = Means(plan.template, database.providers, found.kinetic, said.pace)
        before = before_sending(found.leaving, everyone, means, ())
        calls = foreseen.calls(everyone, found, past)
        return _Seen(tenant, plan, said, found, before, calls)

    seen = perform(work)
    if as_json:
        typer.echo(json.dumps(_facts(seen), ensure_ascii=False))
        return
    for line in _lines(seen):
        typer.echo(line)


def _lines(seen: _Seen) -> list[str]:
    reach = PreviewWords(**vars(seen)).reach()
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
        f"À appeler, aucun canal n'y mène : {len(missing)}.",
        *(f"  {_person(person)}" for person in missing),
    ]


def _person(person: Person) -> str:
    phone = readable(person.mobile) if person.mobile else "sans téléphone"
    return f"{f'{person.last_name} {person.first_name}':<30.30} {phone}"


def _facts(seen: _Seen) -> dict[str, object]:
    found = seen.found
    return {
        "cpts_id": seen.tenant.cpts_id,
        "types": seen.said.codes,
        "state": seen.said.opening_state,
        "kinetic": found.kinetic,
        "night": found.night,
        "at_once": found.at_once,
        "cards": found.cards,
        "seats": found.seats,
        "waves": [_wave(each) for each in found.waves],
        "calls": [_call(each) for each in seen.calls],
        "unreached": [
            {"rpps": person.rpps, "reason": "AUCUN_CANAL"}
            for person in seen.before.unreachable
        ],
    }


def _call(call: SeatCall) -> dict[str, object]:
    return {
        "profession": call.profession,
        "seats": call.seats,
        "called": call.called,
        "wanted": call.wanted if call.past else None,
        "past": asdict(call.past) if call.past else None,
    }


def _wave(wave: ExpectedWave) -> dict[str, object]:
    departure = wave.departure
    return {
        "code": wave.code,
        "people": wave.people,
        "in_the_morning": wave.asleep,
        "leaves_at": _written(departure.leaves_at),
        "waits_for": departure.waits_for,
        "cards": departure.cards,
        "not_before": _written(wave.not_before),
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
