"""`tocsin review`: the yearly review of a plan."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Annotated

import typer

from acts.review import StartReview, start_review
from acts.review_answer import AnswerTask, answer_task
from acts.review_words import TakeWords, take_words
from adapters.database import review_standing
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.calendar import french_date
from domain.plan_due import MOOT
from domain.reference import ReviewRef
from domain.review import TaskAnswer
from domain.review_standing import ReviewStanding, TaskLine
from domain.typography import typeset
from instance import Instance

app = typer.Typer(
    help="La revue annuelle du plan : qui relit quoi, ce qui manque, les dates.",
    no_args_is_help=True,
)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
_WIDE, _SHOWN = 80, 20
_NO_DATE = (
    "Aucune date ne dit quand le plan est dû : donnez « date_contrat_aci » ou "
    "« date_anniversaire » dans le fichier de la CPTS."
)


@app.command()
def start(cpts: CptsId, *, actor: Actor = COORDINATOR) -> None:
    """Ouvre la prochaine revue sans attendre sa date."""
    order = StartReview(cpts_id=cpts, actor=actor)

    async def work(instance: Instance) -> ReviewRef:
        return await start_review(instance.database, order)

    ref = perform(work)
    typer.echo(
        f"Revue {ref.year} du plan ouverte. Les demandes partent au prochain jour "
        f"ouvré. Suivez-la avec « tocsin review status {cpts} »."
    )


@app.command()
def status(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Montre ce qui manque, qui a été sollicité, qui prend la suite, les dates."""

    async def work(instance: Instance) -> ReviewStanding:
        database = instance.database
        async with database.read() as connection:
            return await review_standing.of_cpts(connection, cpts, database.now())

    said = perform(work)
    if as_json:
        typer.echo(said.model_dump_json())
        return
    for line in (*_lines(said), *_calls(said)):
        typer.echo("\n".join(wrap(typeset(line), _WIDE, subsequent_indent="    ")))


def _lines(said: ReviewStanding) -> Iterable[str]:
    if said.due_on is None or said.opens_on is None:
        yield _NO_DATE
        return
    due, opens = french_date(said.due_on), french_date(said.opens_on)
    if said.period is None:
        yield f"Aucune revue ouverte. La prochaine s'ouvre le {opens} ; échéance {due}."
    else:
        yield f"Revue {said.period} du plan ({', '.join(said.why)}), échéance le {due}."
    if said.late_since is not None:
        yield f"Premier plan en retard depuis le {french_date(said.late_since)}."
    for reading in said.readings:
        on = f"{french_date(reading.on)}{f', {MOOT}' if reading.moot else ''}"
        yield f"  Premier plan, {reading.rule.lower()} : {on}"
    if said.period is not None:
        yield from _steps_and_answers(said)


def _steps_and_answers(said: ReviewStanding) -> Iterable[str]:
    for step in said.steps:
        mark = "fait   " if step.done else "à faire"
        yield f"  {mark}  {french_date(step.on)} : {step.action}"
    missing, received = len(said.missing), len(said.answered)
    yield f"Réponses attendues : {missing}, reçues : {received}."
    yield from map(_owed, said.missing[:_SHOWN])
    if missing > _SHOWN:
        yield f"  … et {missing - _SHOWN} de plus (--json les donne toutes)."
    for task in said.answered:
        if task.words:
            yield f"  {task.label}, {task.who} : {task.words}"


def _calls(said: ReviewStanding) -> Iterable[str]:
    """Say what the check of contacts of the quarter still asks."""
    if said.calls:
        yield f"Contacts des autorités à appeler, {said.quarter} : {len(said.calls)}."
        yield from map(_owed, said.calls)
        yield (
            f"Notez chaque appel : « tocsin review answer {said.cpts_id} "
            f"{said.calls[0].task_id} VERIFIE --period {said.quarter} »."
        )


def _owed(task: TaskLine) -> str:
    since = f" depuis le {french_date(task.told_on)}" if task.told_on else ""
    after = f", puis {task.next_who}" if task.next_who else ""
    return f"  {task.task_id} {task.label} : {task.who}{since}{after}"


@app.command()
def answer(  # noqa: PLR0913 - one option a fact of the answer
    cpts: CptsId,
    task: Annotated[
        str, typer.Argument(help="Demande, par exemple SEC-10.1.", metavar="DEMANDE")
    ],
    said: Annotated[
        TaskAnswer, typer.Argument(help="Ce qui a été répondu.", metavar="RÉPONSE")
    ],
    *,
    words: Annotated[str, typer.Option(help="Ce qui change, en mots.")] = "",
    period: Annotated[
        str | None,
        typer.Option(help="Une autre que la revue ouverte : 2026-T4, un trimestre."),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Inscrit une réponse reçue par téléphone ou de vive voix."""

    async def work(instance: Instance) -> None:
        database = instance.database
        async with database.read() as connection:
            standing = await review_standing.of_cpts(connection, cpts, database.now())
        order = recorded(
            AnswerTask,
            cpts_id=cpts,
            period=period or standing.period or "",
            task_id=task,
            answer=said,
            words=words,
            actor=actor,
        )
        await answer_task(database, order)

    perform(work)
    typer.echo(f"Réponse inscrite : {task}, {said}.")


@app.command()
def take(
    cpts: CptsId,
    task: Annotated[
        str, typer.Argument(help="Demande, par exemple SEC-10.1.", metavar="DEMANDE")
    ],
    *,
    field: Annotated[
        str, typer.Option(help="Le champ de la section, s'il y en a plusieurs.")
    ] = "",
) -> None:
    """Reprend dans le plan les mots d'un responsable de section."""

    async def work(instance: Instance) -> str:
        database = instance.database
        async with database.read() as connection:
            standing = await review_standing.of_cpts(connection, cpts, database.now())
        order = TakeWords(
            cpts_id=cpts, period=standing.period or "", task_id=task, field=field
        )
        return await take_words(database, order)

    typer.echo(f"Mots repris dans le champ « {perform(work)} », après ce qu'il disait.")
