"""`tocsin crisis cancel|lift|stand-down|close`: how a crisis ends."""

from typing import Annotated

import typer

from acts.ending import (
    CancelCrisis,
    CloseCrisis,
    LiftCrisis,
    ProposeLifting,
    Remaining,
    StandDown,
    cancel_crisis,
    close_crisis,
    lift_crisis,
    propose_lifting,
    stand_down,
)
from commands.acting import GOING, LEAD, WAITING, recorded
from commands.on_crisis import Desk, act_on
from commands.options import Actor, AsJson, CrisisId
from domain.authority import Authority
from domain.order_chronicle import remaining
from domain.wording import people


def cancel(
    crisis: CrisisId,
    *,
    reason: Annotated[
        str, typer.Option(help="Raison, en 20 caractères : elle est dans le message.")
    ],
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Annule une fausse alerte : qui a été sollicité est prévenu aussitôt."""

    async def work(desk: Desk) -> int:
        order = recorded(CancelCrisis, **desk.by(actor), reason=reason)
        return await cancel_crisis(desk.instance.database, order)

    done = act_on(crisis, work)
    said = f"FAUSSE ALERTE : crise {crisis} annulée, {_to_tell(done.result)}."
    done.tell(said, as_json=as_json, sends=True)


def lift(  # noqa: PLR0913 - who lifts, in one of three ways
    crisis: CrisisId,
    *,
    authority: Annotated[
        Authority | None, typer.Option(help="Qui décide la levée.")
    ] = None,
    local: Annotated[
        bool,
        typer.Option(
            "--local", help="La présidence met fin à une initiative non reconnue."
        ),
    ] = False,
    proposed: Annotated[
        bool,
        typer.Option("--proposed", help="La CPTS propose la levée à l'autorité."),
    ] = False,
    criteria: Annotated[
        str, typer.Option(help="Avec --proposed : l'état des critères.")
    ] = "",
    reference: Annotated[str | None, typer.Option(help="Référence écrite.")] = None,
    actor: Actor = LEAD,
    as_json: AsJson = False,
) -> None:
    """Lève une crise : rien de plus ne part, les personnes jointes sont prévenues."""
    if (authority is not None) + local + proposed != 1:
        message = (
            "dites qui lève, par --authority DG_ARS, PREFET ou MINISTRE ; ou --local "
            "pour la présidence d'une initiative non reconnue ; ou --proposed"
        )
        raise typer.BadParameter(message, param_hint="--authority")

    async def propose(desk: Desk) -> int:
        order = recorded(ProposeLifting, **desk.by(actor), criteria=criteria)
        await propose_lifting(desk.instance.database, order)
        return 0

    async def decide(desk: Desk) -> int:
        order = recorded(
            LiftCrisis, **desk.by(actor), authority=authority, reference=reference
        )
        return await lift_crisis(desk.instance.database, order)

    done = act_on(crisis, propose if proposed else decide)
    if as_json:
        typer.echo(done.numbers.model_dump_json())
    elif proposed:
        typer.echo(
            "Proposition inscrite. Écrivez-la à l'autorité qui a activé, copie à "
            "l'ARS : c'est elle qui lève."
        )
    else:
        going = f" {GOING}" * bool(done.result) if done.going else f" {WAITING}"
        typer.echo(
            f"Crise {crisis} levée : {_to_tell(done.result)}.{going} "
            "Le compte rendu part ensuite à l'ARS."
        )


def _to_tell(number: int) -> str:
    return f"{people(number)} à prévenir" if number else "personne n'est à prévenir"


def leave(crisis: CrisisId, *, actor: Actor = LEAD, as_json: AsJson = False) -> None:
    """Désarme la cellule : la crise, elle, n'est pas levée pour autant."""

    async def work(desk: Desk) -> None:
        order = StandDown.model_validate(desk.by(actor))
        await stand_down(desk.instance.database, order)

    done = act_on(crisis, work)
    done.tell(f"Cellule de la crise {crisis} désarmée.", as_json=as_json)


def close(crisis: CrisisId, *, actor: Actor = LEAD, as_json: AsJson = False) -> None:
    """Clôture une crise levée, et dit ce qui reste ouvert."""

    async def work(desk: Desk) -> Remaining:
        order = CloseCrisis.model_validate(desk.by(actor))
        return await close_crisis(desk.instance.database, order)

    done = act_on(crisis, work)
    left = " ; ".join(remaining(done.result.model_dump()))
    said = f"Reste ouvert : {left}." if left else "Rien ne reste ouvert."
    done.tell(f"Crise {crisis} clôturée. {said}", as_json=as_json)
