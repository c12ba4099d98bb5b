"""`tocsin roster poster`: the page that invites to enrol, to print and hang up."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from acts.join import MakePoster, make_poster
from adapters.pdf import PdfPress
from commands.acting import COORDINATOR, perform
from commands.options import Actor
from commands.roster_view import CptsId
from domain.link import Purpose
from domain.poster import Poster
from instance import TEMPLATES, Instance


def poster(
    cpts: CptsId,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="PDF à écrire.", metavar="FICHIER"),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Écrit l'affiche d'inscription : une page A4, un code à scanner."""

    async def work(instance: Instance) -> Poster:
        order = MakePoster(cpts_id=cpts, actor=actor)
        key, address = instance.keys.link_key, partial(instance.address, Purpose.NOTICE)
        return await make_poster(instance.database, order, key, address)

    made = perform(work)
    path = output or Path(f"affiche-{cpts}.pdf")
    path.write_bytes(PdfPress(TEMPLATES / "documents").render_poster(made))
    typer.echo(f"Affiche dans {path} : elle ouvre {made.address}")
