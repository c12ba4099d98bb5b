"""A plan that exists elsewhere: its parts wait beside the draft for their place."""

from pydantic import BaseModel, ConfigDict

from acts.section import EditSection, edit_section
from adapters.database import links, plans, tenants
from adapters.database.unit import Database
from domain.aside import joined, part_of, with_part_closed, with_parts
from domain.content import Aside, ChangeOrigin
from domain.errors import FormAlreadyPostedError
from domain.plan_errors import PartWithoutPlaceError
from domain.section_edit import form_of
from domain.word_plan import placed


class _OnPart(BaseModel):
    """A part that waits, and who decides of it."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    part: int
    actor: str
    nonce: str = ""  # of the form that gave it: a form is taken once


class PlacePart(_OnPart):
    """Where a part goes: as proposed, unless it is said."""

    section_id: str | None = None
    field: str | None = None


class ClosePart(_OnPart):
    """A part that goes nowhere: it stays beside the plan, and is proposed no more."""


async def keep_parts(
    database: Database, cpts_id: str, parts: tuple[Aside, ...], actor: str
) -> tuple[Aside, ...]:
    """Keep the parts of a document beside the draft; give those that were not yet.

    Raises:
        NoDraftError: The last version left already.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    async with database.act(cpts_id) as act:
        await tenants.hold(act)
        plan, standing = await plans.draft(act.connection, cpts_id)
        said, new = with_parts(plan, parts)
        if not new:
            return ()
        saved = await plans.save_draft(act, said, standing.revision)
        act.note(
            "plan.imported",
            about=saved.plan_id,
            actor=actor,
            facts={
                "number": saved.number,
                "parts": len(new),
                "sha256": saved.sha256,
            },
        )
    return new


async def place_part(database: Database, order: PlacePart) -> tuple[str, str]:
    """Put a part in the field of a section, after what it says; give which.

    One that comes from our own export, edited, takes the place of what it says.

    Raises:
        ChangedMeanwhileError: Somebody saved the draft at the same instant.
        FormAlreadyPostedError: The same form was posted before.
        MisplacedPartError: It is no table, and the field takes one; or the reverse.
        NoDraftError: The last version left already.
        PartWithoutPlaceError: No field is proposed, and none is said.
        RefusedSectionError: The field may not say it; the part stays.
        UnknownFieldError: The section has no such field to fill in.
        UnknownPartError: No such part waits.
        UnknownSectionError: The plan has no such section.
    """
    async with database.read() as connection:
        await tenants.get(connection, order.cpts_id)
        plan, standing = await plans.draft(connection, order.cpts_id)
    part = part_of(plan, order.part)
    section_id = order.section_id or part.section_id
    field = order.field if order.section_id else part.field
    if section_id is None or field is None:
        raise PartWithoutPlaceError(part=order.part)
    value = placed(form_of(plan, section_id), field, part.text)
    if not part.replaces:
        value = joined(plan.section(section_id).value(field), value)
    edit = EditSection(
        cpts_id=order.cpts_id,
        section_id=section_id,
        number=standing.number,
        revision=standing.revision,
        nonce=order.nonce,
        values={field: value},
        author=order.actor,
        origin=ChangeOrigin.IMPORT,
        part=order.part,
    )
    await edit_section(database, edit)
    return section_id, field


async def close_part(database: Database, order: ClosePart) -> None:
    """Note that a part goes nowhere.

    Raises:
        FormAlreadyPostedError: The same form was posted before.
        NoDraftError: The last version left already.
        UnknownPartError: No such part waits.
    """
    async with database.act(order.cpts_id) as act:
        await tenants.hold(act)
        if order.nonce and not await links.use_nonce(act, order.nonce):
            raise FormAlreadyPostedError
        plan, standing = await plans.draft(act.connection, order.cpts_id)
        said = with_part_closed(plan, part_of(plan, order.part).number)
        saved = await plans.save_draft(act, said, standing.revision)
        act.note(
            "plan.part_closed",
            about=saved.plan_id,
            actor=order.actor,
            facts={
                "number": saved.number,
                "part": order.part,
                "sha256": saved.sha256,
            },
        )
