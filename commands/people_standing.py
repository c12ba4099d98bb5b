"""`tocsin crisis status --people`: each person asked, channel by channel."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from adapters.database import crises, people, reached, rests, tenants, ways_taken
from adapters.database.people import FrozenPerson
from commands.acting import perform
from domain.board import PLACE_LABELS, Place
from domain.typography import typeset
from domain.way_taken import WayTaken, told_by_channel
from instance import Instance


@dataclass(frozen=True, slots=True)
class _Asked:
    """Somebody asked, and the messages of their last wave."""

    person: FrozenPerson
    place: Place
    ways: tuple[WayTaken, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everybody asked, at one instant."""

    everyone: tuple[_Asked, ...]
    now: datetime
    zone: ZoneInfo


def list_people(crisis: str, *, as_json: bool) -> None:
    """Say of each person asked where each message to them stands."""
    seen = perform(lambda instance: _read(instance, crisis))
    if as_json:
        said = [_document(each, seen) for each in seen.everyone]
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    for each in seen.everyone:
        typer.echo("\n".join(_lines(each, seen)))
    typer.echo(f"Sollicitées : {len(seen.everyone)}.")


async def _read(instance: Instance, crisis: str) -> _Seen:
    now = instance.database.now()
    async with instance.database.read() as connection:
        row = await crises.find(connection, crisis)
        tenant = await tenants.get(connection, row.cpts_id)
        resting = await rests.of_crisis(connection, row.ref, now)
        found = await reached.of_crisis(connection, row.ref, resting)
        places = {each.person_id: each.place for each in found}
        ids = tuple(places)
        ways = await ways_taken.last_of(connection, row.ref, ids)
        everyone = await people.named(connection, row.ref, ids)
    return _Seen(
        tuple(
            _Asked(each, places[each.person_id], ways.get(each.person_id, ()))
            for each in everyone
        ),
        now,
        tenant.zone_info,
    )


def _lines(asked: _Asked, seen: _Seen) -> Iterator[str]:
    name = f"{asked.person.last_name} {asked.person.first_name}"
    yield typeset(f"{name} ({PLACE_LABELS[asked.place]})")
    for told in told_by_channel(asked.ways, seen.now, seen.zone):
        yield f"    {told}"


def _document(asked: _Asked, seen: _Seen) -> dict[str, object]:
    return {
        "person_id": asked.person.person_id,
        "place": asked.place,
        "channels": [
            {
                "channel": way.channel,
                "state": way.stand(seen.now),
                "reason": way.reason,
                "said": way.told(seen.now, seen.zone),
            }
            for way in asked.ways
        ],
    }
