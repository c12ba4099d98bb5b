"""`tocsin crisis card`: the action cards of a crisis, taken, ended, set aside."""

import json
from collections import defaultdict
from textwrap import fill
from typing import Annotated

import typer

from acts.card import (
    CardOrder,
    ProveCard,
    ReleaseCard,
    SetCardAside,
    declare_event,
    prove_card,
    release_card,
    set_card_aside,
    take_card,
)
from adapters.database import crises, situations
from adapters.database.cards import CardRun
from adapters.database.situations import Known
from commands.acting import LEAD, instant, perform, recorded, set_going
from commands.options import Actor, AsJson, CrisisId
from domain.card import CardState, OrderSource
from domain.lateness import Lateness, lateness
from domain.typography import typeset
from domain.wording import CARD_STATE_LABELS
from instance import Instance

app = typer.Typer(help="Les fiches actions d'une crise.", no_args_is_help=True)
CardId = Annotated[str, typer.Argument(help="Fiche : TC-05.", metavar="FICHE")]
Run = Annotated[
    int | None, typer.Option("--run", help="Numéro du passage ; le premier ouvert.")
]
WIDTH = 80
_LATE = (Lateness.GRAVE, Lateness.LATE, Lateness.DUE_SOON, Lateness.ON_TIME)


@app.command("list")
def list_cards(
    crisis: CrisisId,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Avec les fiches terminées.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Liste les fiches, les plus en retard d'abord."""

    async def work(instance: Instance) -> tuple[Known, list[tuple[CardRun, Lateness]]]:
        now = instance.database.now()
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            known = await situations.of_crisis(connection, row)
        runs = [
            (run, lateness(run.scheduled, now))
            for run in known.runs
            if everything or not run.scheduled.over
        ]
        far = now.max.replace(tzinfo=now.tzinfo)
        runs.sort(key=lambda each: (_LATE.index(each[1]), each[0].due_at or far))
        return known, runs

    known, runs = perform(work)
    if as_json:
        typer.echo(json.dumps([_json(*each) for each in runs], ensure_ascii=False))
        return
    for run, late in runs:
        typer.echo(_line(known, run, late))


def _json(run: CardRun, late: Lateness) -> dict[str, object]:
    return {
        **run.model_dump(mode="json", exclude={"milestones", "taken_by"}),
        "lateness": late,
    }


def _line(known: Known, run: CardRun, late: Lateness) -> str:
    laid = known.card(run.card_id)
    title = laid.card.title if laid else ""
    number = f".{run.run}" if run.run > 1 else ""
    when = ""
    if run.due_at is not None and not run.scheduled.over:
        mark = "! " if late in {Lateness.LATE, Lateness.GRAVE} else ""
        at = run.due_at.astimezone(known.tenant.zone_info)
        when = typeset(f", {mark}pour le {at:%d/%m à %H h %M}")
    state = CARD_STATE_LABELS[run.state]
    text = f"{run.card_id + number:<8} {title} ({state}{when})"
    return fill(text, WIDTH, subsequent_indent=" " * 9)


@app.command()
def take(
    crisis: CrisisId, card: CardId, *, run: Run = None, actor: Actor = LEAD
) -> None:
    """Prend une fiche en charge."""

    async def work(instance: Instance) -> None:
        key = await _key(instance, crisis, card, run)
        await take_card(instance.database, recorded(CardOrder, **key, actor=actor))

    perform(work)
    typer.echo(f"Fiche {card} prise en charge.")


@app.command()
def done(  # noqa: PLR0913 - one option a fact
    crisis: CrisisId,
    card: CardId,
    fields: Annotated[
        list[str],
        typer.Argument(
            help="La preuve ; TC-09.CHAMP=VALEUR : d'une fiche du même appel.",
            metavar="CHAMP=VALEUR",
        ),
    ],
    *,
    corrects: Annotated[
        bool, typer.Option("--correct", help="Corrige la preuve d'une fiche terminée.")
    ] = False,
    run: Run = None,
    actor: Actor = LEAD,
) -> None:
    """Termine une fiche avec sa preuve."""
    said: dict[str, str] = {}
    same_call: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, value in map(_field, fields):
        other, dot, field = name.rpartition(".")
        if dot:
            same_call[other.upper()][field] = value
        else:
            said[name] = value

    async def work(instance: Instance) -> None:
        key = await _key(instance, crisis, card, run)
        proofs = {"fields": said, "same_call": dict(same_call)}
        order = recorded(ProveCard, **key, **proofs, actor=actor, corrects=corrects)
        await prove_card(instance.database, order)
        await set_going(instance, order.ref)

    perform(work)
    others = f" Du même appel : {', '.join(same_call)}." if same_call else ""
    written = "correction inscrite" if corrects else "preuve inscrite"
    typer.echo(f"Fiche {card} faite, {written}.{others}")


def _field(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal:
        message = f"« {text} » : écrivez champ=valeur"
        raise typer.BadParameter(message, param_hint="CHAMP=VALEUR")
    return name.strip(), value.strip()


@app.command()
def aside(  # noqa: PLR0913 - one option a fact
    crisis: CrisisId,
    card: CardId,
    *,
    reason: Annotated[str, typer.Option(help="Pourquoi, en une phrase.")],
    not_done: Annotated[
        bool, typer.Option("--not-done", help="Non faite, et non sans objet.")
    ] = False,
    run: Run = None,
    actor: Actor = LEAD,
) -> None:
    """Écarte une fiche sans objet, ou la dit non faite, avec le motif."""
    state = CardState.NOT_DONE if not_done else CardState.NOT_APPLICABLE

    async def work(instance: Instance) -> None:
        key = await _key(instance, crisis, card, run)
        facts = {**key, "actor": actor, "state": state, "reason": reason}
        order = recorded(SetCardAside, **facts)
        await set_card_aside(instance.database, order)
        await set_going(instance, order.ref)

    perform(work)
    typer.echo(f"Fiche {card} {CARD_STATE_LABELS[state]} : motif inscrit.")


@app.command()
def order(  # noqa: PLR0913 - one option a fact
    crisis: CrisisId,
    card: CardId,
    *,
    source: Annotated[OrderSource, typer.Option(help="Qui donne l'ordre attendu.")],
    reference: Annotated[str, typer.Option(help="Référence ou nom de l'appelant.")],
    at: Annotated[str, typer.Option(help="Heure de l'ordre : 22:05.")],
    actor: Actor = LEAD,
) -> None:
    """Inscrit l'ordre qu'une fiche attendait."""

    async def work(instance: Instance) -> None:
        now = instance.database.now()
        async with instance.database.read() as connection:
            row = await crises.find(connection, crisis)
            known = await situations.of_crisis(connection, row)
        given = instant("--at", at, known.tenant.zone_info, now)
        said = recorded(
            ReleaseCard,
            **known.ref.model_dump(),
            card_id=card.upper(),
            actor=actor,
            source=source,
            at=given,
            reference=reference,
        )
        await release_card(instance.database, said)
        await set_going(instance, known.ref)

    perform(work)
    typer.echo(f"Ordre inscrit pour la fiche {card}.")


@app.command()
def event(crisis: CrisisId, card: CardId, *, actor: Actor = LEAD) -> None:
    """Déclare que la condition d'une fiche réflexe est remplie."""

    async def work(instance: Instance) -> int:
        key = await _key(instance, crisis, card, None)
        order = recorded(CardOrder, **key, actor=actor)
        times = await declare_event(instance.database, order)
        await set_going(instance, order.ref)
        return times

    times = perform(work)
    typer.echo(f"Fiche {card} déclenchée ({times} fois en tout).")


async def _key(
    instance: Instance, crisis: str, card: str, run: int | None
) -> dict[str, object]:
    async with instance.database.read() as connection:
        row = await crises.find(connection, crisis)
    return {
        "cpts_id": row.cpts_id,
        "crisis_id": row.crisis_id,
        "card_id": card.upper(),
        "run": run,
    }
