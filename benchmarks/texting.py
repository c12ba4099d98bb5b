"""Texts and calls on a stage: who is reached by which channels, through whom."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from benchmarks.stage import Stage
from domain.person import Person
from domain.template import Template
from domain.wave import Channel
from instance import opened
from tests.world import cpts, people, template

_FICTION = 10_000  # mobile numbers that the numbering plan keeps for fiction


def number_of(person: int) -> str:
    """Give a mobile number that nobody has."""
    return f"+3363998{person % _FICTION:04}"


def with_mobiles(number: int) -> tuple[Person, ...]:
    """Give people a mail address and a mobile each, their own."""
    return tuple(
        replace(person, mobile=number_of(place))
        for place, person in enumerate(people(number))
    )


def reaching(channels: Iterable[Channel]) -> Template:
    """Have the one wave of the small plan leave by these channels, all at once."""
    said = template().model_dump(mode="json")
    steps = [{"canal": channel, "apres": "PT0M"} for channel in channels]
    said["vagues"][0]["canaux"] = {"rapide": steps, "lente": steps}
    return Template.model_validate(said)


async def settled_by(
    stage: Stage, cpts_id: str, everyone: Sequence[Person], *channels: Channel
) -> None:
    """Add a fictitious CPTS whose people are reached by these channels."""
    async with opened(stage.settings) as instance:
        database = instance.database
        await add_cpts(database, cpts(cpts_id), "COORDINATEUR")
        await import_roster(database, cpts_id, tuple(everyone), "COORDINATEUR")
        await new_plan(database, cpts_id, reaching(channels), "COORDINATEUR")


def provider_file(file: Path, *every: Mapping[str, object]) -> Path:
    """Write the file that `TOCSIN_PROVIDERS` names: YAML reads JSON."""
    file.write_text(json.dumps({"fournisseurs": every}))
    return file
