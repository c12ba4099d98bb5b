"""`tocsin crisis type`: types that join or leave a running crisis."""

from typing import Annotated

import typer

from acts.crisis_type import AddType, RemoveType, add_type, remove_type
from commands.acting import LEAD, instant, recorded
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.crisis import ActivatedType

app = typer.Typer(help="Les types d'une crise en cours.", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Type de crise : SICK.", metavar="TYPE")]
Reference = Annotated[str, typer.Option(help="Référence de l'autorité.")]


@app.command("add")
def add_one(  # noqa: PLR0913 - one option a fact of the order
    crisis: CrisisId,
    type_code: Code,
    *,
    scenarios: Annotated[
        list[str],
        typer.Option("--scenario", help="Scénario : CANICULE… ; peut se répéter."),
    ],
    received_at: Annotated[
        str, typer.Option(help="Heure de la demande, T0 de ce type : 22:05.")
    ],
    reference: Reference,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Ajoute un type à une crise en cours : ses fiches ont leur propre T0."""

    async def work(desk: Desk) -> ActivatedType:
        order = recorded(
            AddType,
            **desk.by(actor),
            type_code=type_code,
            scenarios=tuple(scenarios),
            received_at=instant("--received-at", received_at, desk.zone, desk.now),
            reference=reference,
        )
        return await add_type(desk.instance.database, order)

    done = act_on(crisis, work)
    said = f"Type {type_code} ajouté à la crise {crisis}."
    done.tell(said, as_json=as_json, sends=True)


@app.command("remove")
def remove_one(  # noqa: PLR0913 - one option a fact of the order
    crisis: CrisisId,
    type_code: Code,
    *,
    reference: Reference,
    reason: Annotated[str, typer.Option(help="Pourquoi, en une phrase.")],
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Retire un type : ses places libres ne sont plus demandées."""

    async def work(desk: Desk) -> int:
        order = recorded(
            RemoveType,
            **desk.by(actor),
            type_code=type_code,
            reference=reference,
            reason=reason,
        )
        return await remove_type(desk.instance.database, order)

    done = act_on(crisis, work)
    said = f"Type {type_code} retiré de la crise {crisis}."
    if done.result:
        said += f" Prévenez ceux qui y tiennent une place : {done.result}."
    done.tell(said, as_json=as_json)
