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
from domain.card import ActionCard
from domain.card_field import found, short_card
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
    every = (*plan.template.cards, *(gone.card for gone in plan.disabled))
    shown = [each for each in every if card in {None, each.card_id}]
    if not shown:
        raise CardNotInPlanError(card=card or "")
    if as_json:
        rows = [_document(plan, each) for each in shown]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif card is None:
        typer.echo("\n".join(_line(plan, each) for each in shown))
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


def _document(plan: Plan, card: ActionCard) -> dict[str, object]:
    reasons = {gone.card_id: gone.reason for gone in plan.disabled}
    edits = [edit for edit in plan.edits if edit.card_id == card.card_id]
    return {
        **short_card(card),
        "desactivee": reasons.get(card.card_id),
        "locale": card.card_id in plan.local_cards,
        "modifications": [
            {
                "champ": edit.field,
                "etait": json.loads(edit.was),
                "couche": edit.layer,
                "motif": edit.reason,
            }
            for edit in edits
        ],
    }


def _line(plan: Plan, card: ActionCard) -> str:
    return f"{card.card_id}  {card.title}{_mark(plan, card.card_id)}"


def _mark(plan: Plan, card_id: str) -> str:
    if any(gone.card_id == card_id for gone in plan.disabled):
        return " (désactivée)"
    if card_id in plan.local_cards:
        return " (de la CPTS)"
    layers = dict.fromkeys(e.layer for e in plan.edits if e.card_id == card_id)
    by = ", ".join(LAYER_LABELS[layer] for layer in layers)
    return f" (modifiée par {by})" if by else ""


def _whole(plan: Plan, card: ActionCard) -> Iterator[str]:
    yield _line(plan, card)
    printed = CardWords.of(plan.template).printed(card)
    yield from (f"  {line.label} : {line.text}" for line in printed.lines)
    yield from (f"  {rank}. {step}" for rank, step in enumerate(card.steps, start=1))
    yield f"  Prudence : {card.caution}"
    for edit in plan.edits:
        if edit.card_id == card.card_id:
            by = LAYER_LABELS[edit.layer]
            yield f"  « {edit.field} » modifié par {by} : {edit.reason}"
    for gone in plan.disabled:
        if gone.card_id == card.card_id:
            yield f"  Désactivée : {gone.reason}"
