"""`tocsin plan submit|opinion|adopt|refuse`: a version leaves, and is decided upon."""

from datetime import date
from typing import Annotated

import typer

from acts.adoption import (
    DecidePlan,
    RecordOpinion,
    SubmitPlan,
    decide_plan,
    record_opinion,
    submit_plan,
)
from adapters.database import tenants
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from commands.plan_sections import CptsId
from domain.cells import day
from domain.plan_edition import OPINION_LABELS
from domain.plan_version import Opinion, PlanVersion, VersionKind
from instance import Instance

By = Annotated[
    str, typer.Option("--by", help="Qui a présidé : son RPPS, ou son courriel.")
]
Present = Annotated[int, typer.Option(min=1, help="Membres du bureau présents.")]
Quorum = Annotated[int, typer.Option(min=1, help="Membres qu'il faut, au moins.")]
On = Annotated[
    str | None, typer.Option("--on", help="Le jour : 2027-03-12 ; sans lui, ce jour.")
]


def submit(
    cpts: CptsId,
    *,
    despite: Annotated[
        str | None,
        typer.Option(help="Pourquoi elle part, si une section est incomplète."),
    ] = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Soumet le brouillon à l'ARS : son contenu ne change plus."""

    async def work(instance: Instance) -> PlanVersion:
        order = recorded(SubmitPlan, cpts_id=cpts, despite=despite, actor=actor)
        return await submit_plan(instance.database, order)

    version = perform(work)
    _tell(
        version,
        f"Version {version.number} soumise, empreinte {version.sha256[:16]}… "
        "Envoyez-la à l'ARS, à la CPAM, aux établissements et aux communes : "
        f"tocsin plan send {cpts}",
        as_json=as_json,
    )


def opinion(  # noqa: PLR0913 - what was said, when, by whom
    cpts: CptsId,
    said: Annotated[
        Opinion,
        typer.Argument(help="Ce que l'ARS a répondu, ou SILENCE.", metavar="AVIS"),
    ],
    *,
    words: Annotated[
        str | None, typer.Option(help="Ses mots ; ils sont exigés, sauf favorable.")
    ] = None,
    on: On = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Inscrit l'avis de l'ARS sur la version soumise, ou son silence."""

    async def work(instance: Instance) -> PlanVersion:
        order = recorded(
            RecordOpinion,
            cpts_id=cpts,
            opinion=said,
            on=await the_day(instance, cpts, on),
            words=words,
            actor=actor,
        )
        return await record_opinion(instance.database, order)

    version = perform(work)
    label = OPINION_LABELS[said]
    _tell(version, f"Version {version.number} : avis {label}.", as_json=as_json)


def adopt(  # noqa: PLR0913 - the parts of a decision
    cpts: CptsId,
    *,
    by: By,
    present: Present,
    quorum: Quorum,
    on: On = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Inscrit l'adoption par le bureau : la version entre en vigueur."""
    facts = {"adopted": True, "signed_by": by, "present": present, "quorum": quorum}
    version = _decided(cpts, on, facts | {"actor": actor})
    update = version.kind is VersionKind.UPDATE
    replaces = "elle remplace la précédente, et " if update else ""
    _tell(
        version,
        f"Version {version.number} adoptée : {replaces}une crise s'ouvre avec elle. "
        f"Diffusez-la : tocsin plan circulate {cpts}",
        as_json=as_json,
    )


def refuse(  # noqa: PLR0913 - the parts of a decision
    cpts: CptsId,
    *,
    by: By,
    present: Present,
    quorum: Quorum,
    reason: Annotated[str, typer.Option(help="Motif que le bureau donne.")],
    on: On = None,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Inscrit le refus du bureau : la version reste, la suivante s'ouvre."""
    facts = {"adopted": False, "signed_by": by, "present": present, "quorum": quorum}
    version = _decided(cpts, on, facts | {"reason": reason, "actor": actor})
    _tell(
        version,
        f"Version {version.number} refusée par le bureau ; elle est conservée. La "
        "version suivante est ouverte, en brouillon.",
        as_json=as_json,
    )


def _decided(cpts: str, on: str | None, facts: dict[str, object]) -> PlanVersion:
    async def work(instance: Instance) -> PlanVersion:
        chosen = await the_day(instance, cpts, on)
        order = recorded(DecidePlan, cpts_id=cpts, on=chosen, **facts)
        return await decide_plan(instance.database, order)

    return perform(work)


async def the_day(instance: Instance, cpts: str, text: str | None) -> date:
    """Read a day, today where the CPTS is if none is typed.

    Raises:
        typer.BadParameter: It is no day.
    """
    if text is None:
        async with instance.database.read() as connection:
            tenant = await tenants.get(connection, cpts)
        return instance.database.now().astimezone(tenant.zone_info).date()
    try:
        return day(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--on") from wrong


def _tell(version: PlanVersion, sentence: str, *, as_json: bool) -> None:
    typer.echo(version.model_dump_json() if as_json else sentence)
