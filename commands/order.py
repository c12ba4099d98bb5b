"""`tocsin crisis call-back|confirm|kinetic`: what completes an order."""

from typing import Annotated

import typer

from acts.order import (
    ConfirmOrder,
    RecordCallBack,
    SetKinetic,
    confirm_order,
    record_call_back,
    set_kinetic,
)
from commands.acting import LEAD, instant, recorded
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.authority import Authority
from domain.crisis import CrisisState
from domain.wave import Kinetic
from domain.wording import STATE_LABELS


def call_back(
    crisis: CrisisId,
    *,
    called_back_at: Annotated[
        str, typer.Option("--at", help="Heure du contre-appel : 22:05.")
    ],
    reference: Annotated[
        str | None, typer.Option(help="Référence écrite, si elle est déjà là.")
    ] = None,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Inscrit le contre-appel : la pré-alerte devient une crise, l'alerte part."""

    async def work(desk: Desk) -> CrisisState:
        at = instant("--at", called_back_at, desk.zone, desk.now)
        order = recorded(
            RecordCallBack, **desk.by(actor), called_back_at=at, reference=reference
        )
        return await record_call_back(desk.instance.database, order)

    done = act_on(crisis, work)
    said = f"Contre-appel inscrit : crise {crisis} {STATE_LABELS[done.result]}."
    done.tell(said, as_json=as_json, sends=True)


def confirm(  # noqa: PLR0913 - one option a fact of the writing
    crisis: CrisisId,
    *,
    reference: Annotated[str, typer.Option(help="Référence de l'écrit.")],
    authority: Annotated[
        Authority | None,
        typer.Option(help="Qui l'a signé ; sinon, l'autorité de l'ordre."),
    ] = None,
    written_at: Annotated[
        str | None,
        typer.Option(help="Heure de l'écrit : 22:05 ; sinon, maintenant."),
    ] = None,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Inscrit la référence écrite de l'ordre, ou la reconnaissance d'une initiative."""

    async def work(desk: Desk) -> CrisisState:
        at = (
            instant("--written-at", written_at, desk.zone, desk.now)
            if written_at
            else None
        )
        order = recorded(
            ConfirmOrder,
            **desk.by(actor),
            reference=reference,
            authority=authority,
            written_at=at,
        )
        return await confirm_order(desk.instance.database, order)

    done = act_on(crisis, work)
    said = f"Référence écrite inscrite : crise {crisis} {STATE_LABELS[done.result]}."
    done.tell(said, as_json=as_json)


def kinetic(
    crisis: CrisisId,
    speed: Annotated[
        Kinetic, typer.Argument(help="FAST ou SLOW.", metavar="CINETIQUE")
    ],
    *,
    reason: Annotated[str, typer.Option(help="Pourquoi, en une phrase.")],
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Choisit les délais de toutes les fiches (TC-03) : FAST, rapides ; SLOW, lents."""

    async def work(desk: Desk) -> None:
        order = recorded(SetKinetic, **desk.by(actor), kinetic=speed, reason=reason)
        await set_kinetic(desk.instance.database, order)

    chosen = "rapides" if speed is Kinetic.FAST else "lents"
    act_on(crisis, work).tell(f"Délais {chosen} pour {crisis}.", as_json=as_json)
