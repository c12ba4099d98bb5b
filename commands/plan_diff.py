"""`tocsin plan diff`: what two versions of the plan say otherwise."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from adapters.database import plan_pair
from adapters.database.plan_pair import PlanPair
from commands.acting import perform
from commands.options import AsJson
from domain.calendar import french_date
from domain.printed_plan import PrintedDifference
from instance import Instance

WIDTH = 80


def diff(
    cpts: Annotated[
        str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")
    ],
    before: Annotated[int, typer.Argument(help="Version de départ.", metavar="A")],
    after: Annotated[int, typer.Argument(help="Version comparée.", metavar="B")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare deux versions du plan : ajouté, modifié, supprimé, par qui, pourquoi."""

    async def work(instance: Instance) -> PlanPair:
        async with instance.database.read() as connection:
            return await plan_pair.read(connection, cpts, before, after)

    pair = perform(work)
    if as_json:
        typer.echo(pair.differences.model_dump_json())
        return
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDTH)
    for line in _told(pair):
        console.print(line)


def _told(pair: PlanPair) -> Iterator[Text | Padding]:
    found, words = pair.differences, pair.words
    number = len(found.all)
    said = (
        f"{number} modification{'s' if number > 1 else ''}" if number else "identique"
    )
    yield Text(f"Version {found.after}, comparée à la version {found.before} : {said}.")
    for section in found.sections:
        yield Text(f"\n{words.title(section)}", style="bold")
        if section.reading and not section.differences:
            yield _inside(2, words.read(section.reading))
        for each in map(words.one, section.differences):
            yield from _one(each)


def _one(each: PrintedDifference) -> Iterator[Text | Padding]:
    yield _inside(2, f"{each.target} ({each.kind})", "cyan")
    for mark, text, style in (("-", each.before, "red"), ("+", each.after, "green")):
        lines = text.splitlines() if text else ()
        for line in lines:
            yield _inside(4, f"{mark} {line}", style)
    who = [each.author, f"le {french_date(each.on)}" if each.on else None]
    said = ", ".join(filter(None, (each.origin, *who)))
    yield _inside(4, said, "dim")


def _inside(left: int, text: str, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, left), expand=False)
