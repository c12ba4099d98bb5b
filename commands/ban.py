"""`tocsin crisis ban`: a ban on circulation, or its end."""

from typing import Annotated

import typer

from acts.ban import BanCirculation, EndBan, ban_circulation, end_ban
from commands.acting import LEAD, instant, recorded
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.authority import Authority
from domain.ban import Ban


def ban(  # noqa: PLR0913 - one option a fact of the ban
    crisis: CrisisId,
    *,
    authority: Annotated[Authority, typer.Option(help="Qui l'interdit, ou la lève.")],
    zones: Annotated[
        list[str] | None,
        typer.Option("--zone", help="Zone ; peut se répéter. Sans elle : toutes."),
    ] = None,
    starts: Annotated[
        str | None, typer.Option("--from", help="Début : 22:05 ; sinon, maintenant.")
    ] = None,
    ends: Annotated[
        str | None,
        typer.Option(
            "--until",
            help="Fin : 2026-11-23T06:00 ; sans elle : jusqu'à nouvel ordre.",
        ),
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Référence écrite : arrêté…")
    ] = None,
    end: Annotated[
        bool, typer.Option("--end", help="L'interdiction est levée.")
    ] = False,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Inscrit une interdiction de circuler : aucune mission ne part vers ces zones."""

    async def forbid(desk: Desk) -> None:
        found = recorded(
            Ban,
            zones=tuple(zones or ()),
            from_at=instant("--from", starts, desk.zone, desk.now)
            if starts
            else desk.now,
            until_at=instant("--until", ends, desk.zone, desk.now) if ends else None,
            authority=authority,
            reference=reference,
        )
        order = BanCirculation.model_validate({**desk.by(actor), "ban": found})
        await ban_circulation(desk.instance.database, order)

    async def free(desk: Desk) -> None:
        order = recorded(
            EndBan, **desk.by(actor), authority=authority, reference=reference
        )
        await end_ban(desk.instance.database, order)

    done = act_on(crisis, free if end else forbid)
    said = (
        "Circulation rétablie : les missions peuvent partir."
        if end
        else "Interdiction inscrite : aucune mission ne part vers ces zones."
    )
    done.tell(said, as_json=as_json)
