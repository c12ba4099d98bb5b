"""`tocsin plan card`: the cards of the plan, as the CPTS plays them."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from acts.plan_cards import (
    AddCard,
    ChangeDraft,
    DisableCard,
    EditCard,
    EnableCard,
    add_plan_card,
    disable_plan_card,
    edit_plan_card,
    enable_plan_card,
)
from adapters.database import plans, tenants
from adapters.database.unit import Database
from adapters.templates import CardFile, parse_card, write_card
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.card_field import found, short_card
from domain.card_standing import CardStanding, card_standing, card_standings
from domain.card_words import CardWords
from domain.content import ChangeOrigin
from domain.layer_errors import (
    CardDisabledError,
    CardFileError,
    CardNotInPlanError,
)
from domain.plan import Plan
from domain.plan_edition import LAYER_LABELS
from domain.plan_version import PlanVersion
from instance import Instance

Order = TypeVar("Order", bound=ChangeDraft)

app = typer.Typer(
    help="Les fiches du plan : voir, modifier, ajouter, désactiver.",
    no_args_is_help=True,
)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
CardId = Annotated[str, typer.Argument(help="Fiche, comme T1-05.", metavar="FICHE")]
Reason = Annotated[
    str, typer.Option("--reason", help="Pourquoi : imprimé dans les modifications.")
]
Origin = Annotated[
    ChangeOrigin, typer.Option("--origin", help="D'où vient le changement.")
]
File = Annotated[
    Path, typer.Option("--file", help="Fichier YAML de la fiche.", metavar="FICHIER")
]


@app.command()
def show(
    cpts: CptsId,
    card: Annotated[
        str | None,
        typer.Argument(help="Fiche ; sans elle, la liste.", metavar="FICHE"),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Liste les fiches du plan, ou en montre une avec ce qui y a changé."""

    async def work(instance: Instance) -> Plan:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            return (await plans.latest(connection, cpts))[0]

    plan = perform(work)
    shown = (card_standing(plan, card),) if card else card_standings(plan)
    if as_json:
        rows = [_document(each) for each in shown]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif card is None:
        typer.echo("\n".join(map(_line, shown)))
    else:
        typer.echo("\n".join(_whole(plan, shown[0])))


@app.command()
def edit(  # noqa: PLR0913 - one option each
    cpts: CptsId,
    card: CardId,
    *,
    file: File | None = None,
    to_edit: Annotated[
        bool, typer.Option("--print", help="Écrit la fiche à modifier, et s'arrête.")
    ] = False,
    reason: Reason = "",
    origin: Origin = ChangeOrigin.DRAFTING,
    actor: Actor = COORDINATOR,
) -> None:
    """Modifie une fiche du brouillon : --print l'écrit, --file l'enregistre."""
    if to_edit or file is None:
        plan, standing = perform(_draft(cpts))
        if any(gone.card_id == card for gone in plan.disabled):
            raise CardDisabledError(card=card)
        known = found(plan.template.cards, card)
        if known is None:
            raise CardNotInPlanError(card=card)
        typer.echo(write_card(known, plan.number, standing.revision), nl=False)
        return
    read = _read(file)
    if read.card.card_id != card:
        message = f"ce fichier est celui de la fiche {read.card.card_id}"
        raise typer.BadParameter(message, param_hint="--file")
    said = {"card": read.card, "reason": reason, "origin": origin, "author": actor}
    seen = {"number": read.number, "revision": read.revision}
    _change(cpts, EditCard, edit_plan_card, said | seen)
    typer.echo(f"Fiche {card} modifiée dans le brouillon.")


@app.command()
def add(
    cpts: CptsId,
    *,
    file: File,
    reason: Reason = "",
    origin: Origin = ChangeOrigin.DRAFTING,
    actor: Actor = COORDINATOR,
) -> None:
    """Ajoute une fiche de la CPTS : L1-01 pour le type 1, LC-01 si elle est commune."""
    card = _read(file).card
    said = {"card": card, "reason": reason, "origin": origin, "author": actor}
    _change(cpts, AddCard, add_plan_card, said)
    typer.echo(f"Fiche {card.card_id} ajoutée au brouillon.")


@app.command()
def disable(
    cpts: CptsId,
    card: CardId,
    *,
    reason: Reason = "",
    origin: Origin = ChangeOrigin.DRAFTING,
    actor: Actor = COORDINATOR,
) -> None:
    """Ne joue plus une fiche ; le motif est imprimé dans les modifications."""
    said = {"card_id": card, "reason": reason, "origin": origin, "author": actor}
    _change(cpts, DisableCard, disable_plan_card, said)
    typer.echo(f"Fiche {card} désactivée : les prochaines crises ne l'ouvriront pas.")


@app.command()
def enable(cpts: CptsId, card: CardId, *, actor: Actor = COORDINATOR) -> None:
    """Joue de nouveau une fiche désactivée."""
    _change(cpts, EnableCard, enable_plan_card, {"card_id": card, "author": actor})
    typer.echo(f"Fiche {card} de nouveau jouée.")


def _draft(cpts: str) -> Callable[[Instance], Awaitable[tuple[Plan, PlanVersion]]]:
    async def work(instance: Instance) -> tuple[Plan, PlanVersion]:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            return await plans.draft(connection, cpts)

    return work


def _change(
    cpts: str,
    model: type[Order],
    act: Callable[[Database, Order], Awaitable[Plan]],
    said: Mapping[str, object],
) -> None:
    """Give an order on the draft as it is, unless it says which one was read."""

    async def work(instance: Instance) -> Plan:
        _, standing = await _draft(cpts)(instance)
        seen = {"number": standing.number, "revision": standing.revision}
        order = recorded(model, cpts_id=cpts, **{**seen, **said})
        return await act(instance.database, order)

    perform(work)


def _read(file: Path) -> CardFile:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as failed:
        rule = "introuvable, illisible, ou pas en UTF-8"
        place = "fichier"
        raise CardFileError(file=file.name, place=place, rule=rule) from failed
    return parse_card(text, file.name)


def _document(each: CardStanding) -> dict[str, object]:
    return {
        **short_card(each.card),
        "desactivee": each.disabled,
        "locale": each.local,
        "modifications": [
            {
                "champ": edit.field,
                "etait": json.loads(edit.was),
                "couche": edit.layer,
                "motif": edit.reason,
            }
            for edit in each.edits
        ],
    }


def _line(each: CardStanding) -> str:
    mark = f" ({each.mark})" if each.mark else ""
    return f"{each.card.card_id}  {each.card.title}{mark}"


def _whole(plan: Plan, each: CardStanding) -> Iterator[str]:
    yield _line(each)
    printed = CardWords.of(plan.template).printed(each.card)
    yield from (f"  {line.label} : {line.text}" for line in printed.lines)
    yield from (f"  {rank}. {step}" for rank, step in enumerate(printed.steps, 1))
    yield f"  Prudence : {printed.caution}"
    for edit in each.edits:
        by = LAYER_LABELS[edit.layer]
        yield f"  « {edit.field} » modifié par {by} : {edit.reason}"
    if each.disabled is not None:
        yield f"  Désactivée : {each.disabled}"
