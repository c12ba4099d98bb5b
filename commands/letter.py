"""`tocsin crisis letter`: ask the ARS to recognise a crisis in writing."""

from pathlib import Path
from typing import Annotated

import typer

from acts.recognition import check_letter
from adapters.database import documents
from commands.acting import COORDINATOR
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.recognition import LETTER_KIND
from domain.reference import DocumentRef


def letter(
    crisis: CrisisId,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Écrit la lettre dans ce fichier, pour la relire : rien ne part.",
            dir_okay=False,
        ),
    ] = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Demande à l'ARS la référence écrite : une lettre, deux rappels, puis rien."""

    async def work(desk: Desk) -> DocumentRef | None:
        from archive import keep_letter, print_letter  # noqa: PLC0415 - slow, and rare

        async with desk.instance.database.read() as connection:
            waiting = await documents.under_way(
                connection, desk.crisis.ref, LETTER_KIND
            )
        check_letter(desk.crisis, waiting)
        pdf = await print_letter(desk.instance, desk.crisis)
        if output is not None:
            output.write_bytes(pdf)
            return None
        return await keep_letter(desk.instance, desk.crisis, actor, pdf)

    done = act_on(crisis, work)
    if output is not None:
        said = f"Lettre écrite dans {output}, pour relecture : rien n'est parti."
        typer.echo(done.numbers.model_dump_json() if as_json else said)
        return
    said = (
        "Demande de reconnaissance établie : elle part à l'ARS dans la minute, avec "
        "deux rappels au plus. Sa réponse s'inscrit par : "
        f"tocsin crisis confirm {crisis} --reference …"
    )
    done.tell(said, as_json=as_json, sends=True)
