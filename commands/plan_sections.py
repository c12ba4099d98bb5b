"""`tocsin plan edit` and `read`: the draft, section by section."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from acts.section import EditSection, ReadSection, edit_section, read_section
from adapters import section_file
from adapters.database import people, plans, tenants
from adapters.editor import NoEditorError, edit_file
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor
from domain.content import ChangeOrigin
from domain.errors import PlanError
from domain.plan import Plan
from domain.plan_errors import RefusedSectionError, UnknownSectionError
from domain.plan_version import PlanVersion
from domain.printed_section import SectionWords
from instance import Instance

CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
SectionId = Annotated[str, typer.Argument(help="Section : SEC-05.", metavar="SECTION")]


def edit(  # noqa: PLR0913 - one option a way to give it, and why
    cpts: CptsId,
    section: SectionId,
    *,
    file: Annotated[
        Path | None,
        typer.Option(help="Le fichier à enregistrer ; sans lui, un éditeur s'ouvre."),
    ] = None,
    printed: Annotated[
        bool,
        typer.Option("--print", help="Donne le fichier de la section, à modifier."),
    ] = False,
    origin: Annotated[
        ChangeOrigin, typer.Option(help="D'où vient la modification.")
    ] = ChangeOrigin.DRAFTING,
    detail: Annotated[
        str | None, typer.Option(help="Par exemple : exercice de mars, action 3.")
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Modifie une section du brouillon ; ce qui est faux est refusé, avec sa ligne."""
    section = section.upper()
    why = {"origin": origin, "detail": detail, "author": actor}
    if printed:
        typer.echo(
            perform(lambda instance: _written(instance, cpts, section)), nl=False
        )
    elif file:
        _save(cpts, section, file, why)
    else:
        _in_editor(cpts, section, why)


async def _written(instance: Instance, cpts: str, section_id: str) -> str:
    async with instance.database.read() as connection:
        await tenants.get(connection, cpts)
        plan, standing = await plans.draft(connection, cpts)
        known = dict(await people.all_of(connection, cpts))
    for section in plan.template.sections:
        if section.section_id == section_id:
            words = SectionWords(plan.template, known, public=False)
            shown = words.printed(section, plan.section(section_id))
            return section_file.write(plan, standing.revision, shown)
    raise UnknownSectionError(section=section_id)


def _in_editor(cpts: str, section: str, why: Mapping[str, object]) -> None:
    """Open the section; what was typed and refused stays in its file."""
    before = perform(lambda instance: _written(instance, cpts, section))
    path = Path(tempfile.mkdtemp(prefix="tocsin-")) / f"{section}.yaml"
    path.write_text(before, "utf-8")
    try:
        edit_file(path)
    except NoEditorError as failed:
        message = (
            f"l'éditeur « {failed.editor} » ne s'ouvre pas : donnez-en un dans EDITOR, "
            "ou passez par --print puis --file"
        )
        raise typer.BadParameter(message) from failed
    try:
        _save(cpts, section, path, why)
    except PlanError:
        typer.echo(
            f"Votre texte est gardé : {path}\nCorrigez-le, puis : tocsin plan edit "
            f"{cpts} {section} --file {path}",
            err=True,
        )
        raise
    path.unlink()
    path.parent.rmdir()


def _save(cpts: str, section: str, path: Path, why: Mapping[str, object]) -> None:
    read = section_file.load(path)
    if read.section_id != section:
        message = f"ce fichier est celui de {read.section_id}, pas de {section}"
        raise typer.BadParameter(message)
    order = recorded(
        EditSection,
        cpts_id=cpts,
        section_id=section,
        number=read.number,
        revision=read.revision,
        values=read.values,
        **why,
    )
    try:
        saved, changed = perform(
            lambda instance: edit_section(instance.database, order)
        )
    except RefusedSectionError as refused:
        raise RefusedSectionError(
            refused.wrongs, read.lines, section=section
        ) from refused
    if not changed:
        typer.echo("Rien n'a changé : rien n'est enregistré.")
        return
    typer.echo(
        f"{section} enregistrée dans la version {saved.number} (révision "
        f"{saved.revision}) : {', '.join(changed)}."
    )


def read(
    cpts: CptsId,
    section: SectionId,
    *,
    by: Annotated[
        str | None,
        typer.Option(
            help="Qui a relu : RPPS, courriel ou identifiant. Sans lui : qui tient "
            "la section."
        ),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Inscrit qu'une section a été relue, sans changement."""
    section = section.upper()

    async def work(instance: Instance) -> PlanVersion:
        async with instance.database.read() as connection:
            await tenants.get(connection, cpts)
            plan, standing = await plans.draft(connection, cpts)
        order = ReadSection(
            cpts_id=cpts,
            section_id=section,
            number=standing.number,
            revision=standing.revision,
            person=by or _owner(plan, section),
            actor=actor,
        )
        return await read_section(instance.database, order)

    saved = perform(work)
    typer.echo(
        f"{section} relue sans changement : inscrit dans la version {saved.number}."
    )


def _owner(plan: Plan, section_id: str) -> str:
    owners = (s.owner for s in plan.template.sections if s.section_id == section_id)
    people_of = (plan.people_of(owner) for owner in owners)
    held = next(people_of, None)
    if held is None:
        raise UnknownSectionError(section=section_id)
    if not held:
        message = "la coordination n'est pas un rôle du plan : dites qui a relu"
        raise typer.BadParameter(message, param_hint="--by")
    return held[0]
